import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, nonNegative } from "./options.ts";
import { mapRecord } from "./records.ts";

export interface WeightDecayOptions {
  /** λ ≥ 0: the gradient of λ‖w‖²/2. */
  readonly rate: Coefficient;
  /** The parameters that decay; default all whose value has at least two axes (weights, not biases). */
  readonly applies?: (name: string, shape: readonly number[]) => boolean;
}

/**
 * Adds λw to the gradient; put it before the rule that scales by the learning rate.
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function weightDecay(options: WeightDecayOptions): UpdateRule {
  const { rate, applies = (_: string, shape: readonly number[]) => shape.length > 1 } = { ...options };
  const ranges = checkedOptions<keyof WeightDecayOptions>("weightDecay", options, {
    rate: [rate, nonNegative],
    applies: "other",
  });
  return {
    name: "weightDecay",
    init: () => ({}),
    update: (gradients, _, context) => {
      const lambda = context.coefficient(rate, ranges.rate);
      const updates = mapRecord(gradients, (g, name) =>
        applies(name, g.shape) ? g.add(context.parameters[name]!.mul(lambda)) : g,
      );
      return { updates, state: {} };
    },
  };
}
