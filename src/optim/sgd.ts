import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, nonNegative } from "./options.ts";
import { mapRecord } from "./records.ts";

export interface SgdOptions {
  /** η ≥ 0 */
  readonly learningRate: Coefficient;
}

/**
 * Gradient descent: w ← w − η g.
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function sgd(options: SgdOptions): UpdateRule {
  const { learningRate } = { ...options };
  const ranges = checkedOptions("sgd", options, { learningRate: [learningRate, nonNegative] });
  return {
    name: "sgd",
    init: () => ({}),
    update: (gradients, _, context) => {
      const rate = context.coefficient(learningRate, ranges.learningRate);
      return { updates: mapRecord(gradients, (g) => g.mul(rate).neg()), state: {} };
    },
  };
}
