export { commandTrainer } from "./command/commandTrainer.ts";
export type { CommandTrainerOptions } from "./command/options.ts";
export { type Reaper, sharedReaper, startReaper } from "./command/reaper.ts";
export { decodeState, encodeState } from "./define/codec.ts";
export { type DefinedTrainer, defineTrainer } from "./define/defineTrainer.ts";
export type { TrainContext, TrainerDefinition } from "./define/definition.ts";
export { compareEcho, ECHO_TOLERANCE, type EchoResult } from "./protocol/echo.ts";
export { PROTOCOL_VERSION } from "./protocol/limits.ts";
export { workerTrainer, type WorkerTrainerOptions } from "./worker/workerTrainer.ts";
