export { commandTrainer } from "./command/commandTrainer.ts";
export type { CommandTrainerOptions } from "./command/options.ts";
export { type Reaper, sharedReaper, startReaper } from "./command/reaper.ts";
export { decodeState, encodeState } from "./define/codec.ts";
export { type DefinedTrainer, defineTrainer } from "./define/defineTrainer.ts";
export type { TrainContext, TrainerDefinition } from "./define/definition.ts";
export { compareEcho, ECHO_TOLERANCE, type EchoResult } from "./protocol/echo.ts";
export { PROTOCOL_VERSION } from "./protocol/limits.ts";
export { importMessage } from "./worker/importMessage.ts";
export { resolveOwnName } from "./worker/ownName.ts";
export { workerTrainer, type WorkerTrainerOptions } from "./worker/workerTrainer.ts";
export type { CheckOptions } from "./check/baseline.ts";
export { checkCommand } from "./check/checkCommand.ts";
export { checkTrainer } from "./check/checkTrainer.ts";
export type { CheckLine, CheckReport } from "./check/report.ts";
export type { Columns } from "./vectorised/columns.ts";
export type { ExecutionChoices } from "./vectorised/choices.ts";
export type { PopulationDefinition, PopulationGroup, World } from "./vectorised/definition.ts";
export { averageStates } from "./vectorised/merge.ts";
export { type PopulationTrainer, populationTrainer } from "./vectorised/populationTrainer.ts";
export {
  type ElementKind,
  type Elements,
  openSafetensors,
  type SafetensorsFile,
  type TensorInfo,
} from "./vectorised/safetensors.ts";
export { type State, stateReader } from "./vectorised/states.ts";
export { type VectorisedOptions, vectorisedTrainer } from "./vectorised/vectorisedTrainer.ts";
