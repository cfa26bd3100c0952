export { type Event, diagnose } from "./diagnose.ts";
export { diversity, effectiveKinds, lineages } from "./diversity.ts";
export { effectiveSize, neutralEffectiveSize } from "./effectiveSize.ts";
export { type Offspring, offspring } from "./offspring.ts";
export { pairDistance } from "./pairDistance.ts";
export { price } from "./price.ts";
export type { Ridge } from "./surface.ts";
export { selectionDifferential, truncationDifferential } from "./selectionDifferential.ts";
export { balancedVariance, type Curvature, quadraticFit } from "./balance.ts";
export { eventsToMove, mutationLoad } from "./movement.ts";
export { closeRecord } from "./closeRecord.ts";
export { type Coalescence, coalesce, coalescenceTime, noCoalescence } from "./coalescence.ts";
export {
  addAutocovariance,
  type Autocovariance,
  detrended,
  exponentialTime,
  integratedTime,
  lastingTime,
  noAutocovariance,
} from "./fluctuation.ts";
export { type Gain, observeRecord, readGains, readTraining } from "./record.ts";
export { addExcess, type Excess, noExcess, relaxationTime } from "./relaxation.ts";
export { separation } from "./separation.ts";
export { temporalDiagnostics } from "./temporal.ts";
export { type TrainingPlateau, trainingPlateaus } from "./trainingPlateau.ts";
