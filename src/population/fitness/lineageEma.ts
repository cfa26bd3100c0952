import { demand, isWithin } from "../options.ts";
import type { Fitness } from "../types.ts";
import { intervalMean, lineageFitness } from "./lineageFitness.ts";

export interface LineageEmaOptions {
  /** Weight a of the newest interval: 0 < weight ≤ 1. Default 0.5. */
  readonly weight?: number;
}

/**
 * Exponential average along the lineage, inherited with the copy:
 *
 *     s ← (1 − a) s_parent + a φ̄,   φ̄ = mean of the interval's reports
 *
 * A lineage begins with its first φ̄. It lags when a mutation jumps far.
 * @throws UsageError when the weight is out of range
 */
export function lineageEma({ weight = 0.5 }: LineageEmaOptions = {}): Fitness {
  demand("lineageEma", [
    {
      name: "weight",
      value: weight,
      needs: "0 < weight <= 1",
      holds: isWithin(weight, Number.MIN_VALUE, 1),
    },
  ]);
  return lineageFitness({ kind: "lineageEma", weight }, (state, evaluation, { sign }) => {
    const average = intervalMean(evaluation, sign);
    const score = typeof state === "number" ? (1 - weight) * state + weight * average : average;
    return { state: score, score, detail: { average } };
  });
}
