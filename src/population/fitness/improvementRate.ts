import type { Evaluation, Fitness } from "../types.ts";
import { lineageFitness } from "./lineageFitness.ts";

/**
 * The score is the gain per step since the lineage's evaluation before:
 *
 *     s = sign · (value − value_before) / (step − step_before)
 *
 * A lineage's first interval is measured from its first report; without reports it has no score yet, and when no
 * member has one nobody copies in that generation.
 */
export function improvementRate(): Fitness {
  return lineageFitness({ kind: "improvementRate" }, (state, evaluation, { sign }) => {
    const value = evaluation.value ?? Number.NaN;
    const before = Array.isArray(state)
      ? { step: Number(state[0]), value: Number(state[1]) }
      : firstReport(evaluation);
    const known = before !== undefined && before.step < evaluation.step;
    return {
      state: [evaluation.step, value],
      score: known ? (sign * (value - before.value)) / (evaluation.step - before.step) : null,
    };
  });
}

function firstReport({
  reports,
  step,
}: Evaluation): { readonly step: number; readonly value: number } | undefined {
  return reports.find((report) => Number.isFinite(report.value) && report.step < step);
}
