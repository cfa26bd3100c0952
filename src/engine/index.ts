export { type Difference, type Folded, fold } from "./fold.ts";
export { createLineage, type GrowingLineage, lineageOf } from "./lineage.ts";
export {
  type Intervention,
  readBest,
  readDecision,
  readDiagnostics,
  readEvaluation,
  readFounder,
  readIntervention,
} from "./log.ts";
export { type PlanOptions, planDifferences, planFrom, planOf, runEvent, type SlowOptions } from "./plan.ts";
export { reevaluationFrom, type ReevaluationOption } from "./reevaluation.ts";
export { type ReplayOptions, replay } from "./replay.ts";
export { type ExecutionOptions, type ResumeOptions, resume, type RunRequest, run, runPlan } from "./run.ts";
export { stopProblems } from "./stop.ts";
export type * from "./types.ts";
export { type Verification, verify } from "./verify.ts";
