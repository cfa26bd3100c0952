import type { Hyperparameters } from "../../space/index.ts";
import type { BestFacts, MetricFacts, Phase } from "./runs.ts";

/**
 * `GET /api/compare?runs=a,b,c`: 2 … 8 runs on the axis of steps; a comma within a name is written `%2C` and `%` as `%25`
 * (`joinNames`). Arrays for the i-th run: `x` f32 [P] (shared),
 * `quantiles<i>` f32 [7, P], `bestSoFar<i>` f32 [P], `bestByEvaluations<i>` f32 [P] (x: member steps paid for, `evaluations`
 * f32 [P]), `timeMs<i>` f64 [P].
 */
export interface CompareMeta {
  readonly runs: readonly ComparedRun[];
  readonly levels: readonly number[];
  /** Metrics differ: nothing is drawn on one axis, and this says so. */
  readonly refusal: string | null;
  /** What holds of every such comparison, and where these runs are not alike; sentences for page and report. */
  readonly caveats: readonly string[];
  /** Settings in which the runs differ: path, then one JSON text per run. */
  readonly differences: readonly { readonly path: string; readonly values: readonly (string | null)[] }[];
}

export interface ComparedRun {
  readonly run: string;
  readonly metric: MetricFacts;
  readonly members: number;
  readonly best: number | null;
  readonly bestStep: number | null;
  /** What evaluating the winner anew gave: `best` was selected for being good, so it flatters. null: not evaluated anew. */
  readonly again: BestFacts["again"];
  /** Steps over all members. */
  readonly memberSteps: number;
  readonly phase: Phase;
  readonly hyperparameters: Hyperparameters;
  /** Final values of the members, sorted: for the interval of a difference. */
  readonly finalValues: readonly number[];
  /** Median of the final values; null: there are none. */
  readonly median: number | null;
  /** Difference of the medians to the first run, with a 90 % bootstrap interval over members. */
  readonly difference: { readonly estimate: number; readonly low: number; readonly high: number } | null;
}
