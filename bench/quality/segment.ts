import type { Evaluation, Report } from "../../src/population/index.ts";
import { type Key, stream } from "../../src/random/index.ts";
import type { Hyperparameters } from "../../src/space/index.ts";
import type { Instance } from "./problem.ts";

/** Reports of the metric in each interval, where it has so many steps; the last of them is the evaluation. */
const REPORTS = 4;

export interface Segment {
  readonly id: number;
  readonly hyperparameters: Hyperparameters;
  readonly generation: number;
  readonly from: number;
  readonly steps: number;
}

/** Trains one member up to the next boundary, in place. */
export function segment(
  instance: Instance,
  state: Float64Array,
  { id, hyperparameters, generation, from, steps }: Segment,
  root: Key,
): Evaluation {
  const draws = stream(root, "fast clock", id, generation);
  const reports: Report[] = [];
  const count = Math.min(REPORTS, steps);
  let done = 0;
  for (let r = 1; r <= count; r++) {
    const until = Math.round((steps * r) / count);
    instance.train(state, hyperparameters, until - done, draws, from + done);
    done = until;
    reports.push({ step: from + done, value: instance.evaluate(state, hyperparameters, draws) });
  }
  const { step, value } = reports.at(-1)!;
  return {
    member: id,
    step,
    value,
    reports,
    status: Number.isFinite(value) ? "ok" : "failed",
    checkpoint: { member: id, generation, step },
  };
}
