export { type CarefulInput, carefulInterval, type IntervalChange } from "./carefulInterval.ts";
export { type Boundary, type IntervalEvidence, noEvidence, observeInterval } from "./evidence.ts";
export {
  type IntervalBudget,
  type IntervalHistory,
  type RecommendedInterval,
  recommendInterval,
} from "./recommendInterval.ts";
