import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, positive } from "./options.ts";
import { mapRecord } from "./records.ts";

export interface ClipByNormOptions {
  /** The largest norm, > 0. */
  readonly norm: Coefficient;
}

/**
 * Scales all gradients of a member together so that their joint norm is at most `norm`: g ← g·c/max(‖g‖, c).
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function clipByNorm(options: ClipByNormOptions): UpdateRule {
  const { norm } = { ...options };
  const ranges = checkedOptions("clipByNorm", options, { norm: [norm, positive] });
  return {
    name: "clipByNorm",
    init: () => ({}),
    update: (gradients, _, context) => {
      const squares = Object.values(gradients).map((g) => g.square().sum());
      const [first, ...rest] = squares;
      if (first === undefined) return { updates: {}, state: {} };
      const length = rest.reduce((sum, square) => sum.add(square), first).sqrt();
      const limit = context.coefficient(norm, ranges.norm);
      const scale = limit.div(length.maximum(limit));
      return { updates: mapRecord(gradients, (g) => g.mul(scale)), state: {} };
    },
  };
}
