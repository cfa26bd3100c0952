import type { Fitness } from "../types.ts";
import { intervalMean, lineageFitness } from "./lineageFitness.ts";

/**
 * The score is the mean of the metric over the interval, φ̄ = sign · mean(reports): less noise than its last value when
 * the interval is longer than about two correlation times of the metric. Without reports it is the last value.
 */
export function intervalAverage(): Fitness {
  return lineageFitness({ kind: "intervalAverage" }, (_, evaluation, { sign }) => ({
    state: null,
    score: intervalMean(evaluation, sign),
  }));
}
