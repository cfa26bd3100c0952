export { applyDecisions, retireMembers } from "./applyDecisions.ts";
export {
  addAutocovariance,
  addExcess,
  type Autocovariance,
  balancedVariance,
  coalesce,
  type Coalescence,
  coalescenceTime,
  detrended,
  type Excess,
  exponentialTime,
  integratedTime,
  lastingTime,
  noAutocovariance,
  noCoalescence,
  noExcess,
  relaxationTime,
  separation,
  temporalDiagnostics,
  type TrainingPlateau,
  trainingPlateaus,
} from "./diagnostics/index.ts";
export {
  type Boundary,
  type CarefulInput,
  carefulInterval,
  type IntervalBudget,
  type IntervalChange,
  type IntervalEvidence,
  type IntervalHistory,
  noEvidence,
  observeInterval,
  type RecommendedInterval,
  recommendInterval,
} from "./interval/index.ts";
export {
  type Event,
  type Offspring,
  diagnose,
  diversity,
  effectiveKinds,
  effectiveSize,
  eventsToMove,
  lineages,
  mutationLoad,
  neutralEffectiveSize,
  offspring,
  pairDistance,
  price,
  selectionDifferential,
  truncationDifferential,
} from "./diagnostics/index.ts";
export { initialPopulation } from "./initialPopulation.ts";
export { memberName } from "./memberName.ts";
export { type GaussianOptions, gaussian } from "./mutation/gaussian.ts";
export { noMutation } from "./mutation/none.ts";
export { reflect } from "./mutation/reflect.ts";
export { noSelection } from "./selection/none.ts";
export { type Ranking, ranking } from "./selection/ranking.ts";
export { type TruncationOptions, truncation } from "./selection/truncation.ts";
export { type SlowStepOptions, slowStep } from "./slowStep.ts";
export {
  type Curve,
  type CurvePoint,
  type Curves,
  evaluationsAtEqualStep,
  extendCurve,
  extendCurves,
  interpolate,
} from "./curves.ts";
export {
  type Candidate,
  finalists,
  greedySoup,
  isExact,
  pickWinner,
  rankFinalists,
  type Reevaluated,
  type Soup,
  type SoupTrial,
  summarise,
} from "./finalists/index.ts";
export { autoFitness } from "./fitness/auto.ts";
export { type BlendOptions, blend } from "./fitness/blend.ts";
export { type EffectiveOptions, effective } from "./fitness/effective.ts";
export type { EstimateOptions, EstimatorName } from "./fitness/estimate.ts";
export { type TransitionOptions, transition } from "./fitness/transition.ts";
export { type FireOptions, fire } from "./fitness/fire.ts";
export { improvementRate } from "./fitness/improvementRate.ts";
export { instantaneous, signedValue } from "./fitness/instantaneous.ts";
export { intervalAverage } from "./fitness/intervalAverage.ts";
export { type LineageEmaOptions, lineageEma } from "./fitness/lineageEma.ts";
export { type LineageUpdate, intervalMean, lineageFitness } from "./fitness/lineageFitness.ts";
export { compose } from "./mutation/compose.ts";
export { type Kernel, elementwise, mutable } from "./mutation/elementwise.ts";
export { keepOwn } from "./mutation/keepOwn.ts";
export { type MixtureComponent, mixture } from "./mutation/mixture.ts";
export { neighbour } from "./mutation/neighbour.ts";
export { type Pb2Options, pb2 } from "./mutation/pb2.ts";
export { type PbtPerturbOptions, pbtPerturb } from "./mutation/pbtPerturb.ts";
export { perHyperparameter } from "./mutation/perHyperparameter.ts";
export { type ResampleOptions, resample } from "./mutation/resample.ts";
export {
  type Registry,
  type RuleEntry,
  fitnessFrom,
  mutationFrom,
  registry,
  selectionFrom,
} from "./registry.ts";
export { type RulesSpec, rulesFrom, rulesSpec } from "./rules.ts";
export { type BinaryTournamentOptions, binaryTournament } from "./selection/binaryTournament.ts";
export { type BoltzmannOptions, boltzmann } from "./selection/boltzmann.ts";
export { type FermiOptions, fermi } from "./selection/fermi.ts";
export { type LinearPairwiseOptions, linearPairwise } from "./selection/linearPairwise.ts";
export { type MultiFrequencyOptions, multiFrequency } from "./selection/multiFrequency.ts";
export { type Meeting, type Verdict, pairwise } from "./selection/pairwise.ts";
export { boltzmannWeights } from "./selection/weights.ts";
export { type WelchOptions, welch } from "./selection/welch.ts";
export { type WrightFisherOptions, systematic, wrightFisher } from "./selection/wrightFisher.ts";
export {
  type Estimate,
  type Estimator,
  gaussianProcess,
  localLinear,
  nadarayaWatson,
  quadraticRidge,
  type Sample,
} from "./estimators/index.ts";
export { intermittency, plateaus, type Stretch } from "./diagnostics/plateaus.ts";
export type * from "./types.ts";
