import { type EncodedAxis, encodedAt } from "../../figures/index.ts";
import type { MemberFacts } from "../../server/index.ts";

/**
 * A member's schedule as a path: what was used in the segment that ended with each generation, along its ancestry.
 * @param steps steps at which generations ended, one for each of the panel's
 */
export function pathOf(
  axis: EncodedAxis,
  schedule: MemberFacts["schedule"],
  steps: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(steps, (step) => {
    const entry = schedule.find(({ fromStep, untilStep }) => fromStep < step && step <= untilStep);
    const value = entry?.hyperparameters[axis.name];
    return value === undefined ? Number.NaN : (encodedAt(axis, value) ?? Number.NaN);
  });
}
