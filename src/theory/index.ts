export type { AgentBirths } from "./agentBirths.ts";
export { type Agents, type AgentsOptions, agents } from "./agents.ts";
export type { BirthRule, Births } from "./births.ts";
export { cellGrid, diffusionPropagator, type Grid } from "./diffusion.ts";
export {
  energyDistance,
  gaussianLaw,
  gridLaw,
  type Law,
  wasserstein1,
  wasserstein1Samples,
} from "./distances.ts";
export {
  effectiveFitness,
  effectiveFitnessSlope,
  type FitnessAtEquilibrium,
  fitnessAtEquilibrium,
  type TwoScaleModel,
} from "./effectiveFitness.ts";
export { advanceColumn, scharfetterGummel, type Tridiagonal } from "./fokkerPlanck.ts";
export { type SampledFitness, type SampledPotential, sampledFitness } from "./gibbsSampling.ts";
export { type GibbsQuadrature, gibbsMean, gibbsQuadrature, type Potential } from "./gibbs.ts";
export { type Field, fieldMoments, marginalH, meanField, type MeanFieldOptions } from "./meanField.ts";
export { doubleWell, noiseSeeking, quadraticWell } from "./models.ts";
export {
  kalmanLearner,
  multiscaleLearner,
  sgdLearner,
  type TaskLaw,
  variationalLearner,
  windowLearner,
  zeroLearner,
} from "./onlineLearners.ts";
export { type OnlineLearner, type OnlineTask, onlineTask, predictionError } from "./onlineTask.ts";
export {
  adaptationRate,
  finiteVariance,
  type GaussianLaw,
  mutationLoad,
  type QuadraticReduced,
  quadraticReduced,
  shortHorizonLoss,
  trackingLoss,
} from "./quadraticReduced.ts";
export {
  type Density,
  gaussianMass,
  momentsOf,
  replicatorMutator,
  type ReplicatorMutatorOptions,
  type SolveOptions,
} from "./replicatorMutator.ts";
export { type KernelAgentsOptions, kernelAgents } from "./kernelAgents.ts";
export { type ReducedBirths, reducedBirths } from "./reducedBirths.ts";
export { type Resampling, resample } from "./resampling.ts";
export { riccati, type RiccatiModel, type RiccatiState, riccatiStart } from "./riccati.ts";
export {
  eulerMaruyama,
  exactOrnsteinUhlenbeck,
  exponentialEuler,
  leimkuhlerMatthews,
  mala,
  type Scheme,
  stochasticGradient,
  substeps,
  tamed,
} from "./schemes.ts";
export {
  averageScore,
  blendScore,
  type EffectiveOptions,
  type EstimatorName,
  effectiveScore,
  instantaneousScore,
  type Observed,
  oracleScore,
  type ScoreRule,
} from "./scores.ts";
export {
  type GenerationRecord,
  type SelectionExperiment,
  selectionExperiment,
} from "./selectionExperiment.ts";
export {
  learningTime,
  logTimes,
  type SingleIndexModel,
  type SingleIndexPath,
  type SingleIndexState,
  singleIndexFlow,
} from "./singleIndex.ts";
export { type Places, reflect, type SlowOptions } from "./slowPart.ts";
export { committeePopulation } from "./committeeTensor.ts";
export { criticalDiffusion, type StationaryLaw, stationaryLaw } from "./flattest.ts";
export { type RidgeAt, type RidgeData, ridge } from "./ridge.ts";
export { realisedFitness } from "./realisedFitness.ts";
export { type RidgePopulation, ridgePopulation } from "./ridgePopulation.ts";
export { ridgeProblem } from "./ridgeProblem.ts";
export { pbtToy, type ToyOptions, type ToyPoint, type ToyVariant, toyObjective } from "./pbtToy.ts";
export {
  type HimmelblauGeneration,
  type HimmelblauRun,
  himmelblau,
  himmelblauEffective,
  himmelblauFitness,
  himmelblauOptimum,
  himmelblauPopulation,
  himmelblauTemperature,
} from "./himmelblau.ts";
export { type Escape, type PlateauOptions, plateauEscape } from "./plateauEscape.ts";
export { type BoltzmannJump, boltzmannJump } from "./boltzmannJump.ts";
export {
  type CommitteeState,
  committeeFlow,
  type CommitteePath,
  committeeRisk,
  committeeSgd,
  randomCommittee,
} from "./singleIndexFull.ts";
export {
  boltzmannMap,
  pairwiseDrift,
  topOnlyMap,
  truncationMap,
  type TwoCategories,
} from "./twoCategories.ts";
/** Deep Q-learners on CartPole: the third experiment of T10. */
export * as dqn from "./dqn/index.ts";
export { type HierarchyProbes, hierarchyProbes, type LeakyNetwork } from "./hierarchyProbes.ts";
export {
  type HierarchyOptions,
  type LearnedHierarchy,
  temporalHierarchy,
} from "./temporalHierarchy.ts";
export {
  averagesTask,
  learnTask,
  movingAverage,
  productTask,
  recallTask,
  type TaskLearned,
  type TaskOptions,
  type TemporalTask,
} from "./temporalTasks.ts";
