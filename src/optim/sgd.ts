import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { mapRecord } from "./records.ts";

export interface SgdOptions {
  /** η > 0 */
  readonly learningRate: Coefficient;
}

/** Gradient descent: w ← w − η g. */
export function sgd({ learningRate }: SgdOptions): UpdateRule {
  return {
    name: "sgd",
    init: () => ({}),
    update: (gradients, _, context) => {
      const rate = context.coefficient(learningRate);
      return { updates: mapRecord(gradients, (g) => g.mul(rate).neg()), state: {} };
    },
  };
}
