export {
  type IntervalBudget,
  type IntervalHistory,
  type RecommendedInterval,
  recommendInterval,
} from "./recommendInterval.ts";
