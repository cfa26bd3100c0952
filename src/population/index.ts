export { applyDecisions, retireMembers } from "./applyDecisions.ts";
export {
  type Event,
  type Offspring,
  diagnose,
  diversity,
  effectiveKinds,
  effectiveSize,
  lineages,
  neutralEffectiveSize,
  offspring,
  price,
  quartiles,
  selectionDifferential,
} from "./diagnostics/index.ts";
export { instantaneous } from "./fitness/instantaneous.ts";
export { initialPopulation } from "./initialPopulation.ts";
export { memberName } from "./memberName.ts";
export { type GaussianOptions, gaussian } from "./mutation/gaussian.ts";
export { noMutation } from "./mutation/none.ts";
export { reflect } from "./mutation/reflect.ts";
export { noSelection } from "./selection/none.ts";
export { type Ranking, ranking } from "./selection/ranking.ts";
export { type TruncationOptions, truncation } from "./selection/truncation.ts";
export { type SlowStepOptions, slowStep } from "./slowStep.ts";
export type * from "./types.ts";
