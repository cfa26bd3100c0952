import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, decay, nonNegative } from "./options.ts";
import { mapRecord, prefixed, unprefixed } from "./records.ts";
import { zerosLike } from "./stateSpecs.ts";

export interface NesterovOptions {
  /** η ≥ 0 */
  readonly learningRate: Coefficient;
  /** β in [0, 1) */
  readonly momentum: Coefficient;
}

/**
 * Nesterov's momentum, in the form that takes the gradient at w: v ← βv + g, w ← w − η(g + βv).
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function nesterov(options: NesterovOptions): UpdateRule {
  const { learningRate, momentum: kept } = { ...options };
  const ranges = checkedOptions<keyof NesterovOptions>("nesterov", options, {
    learningRate: [learningRate, nonNegative],
    momentum: [kept, decay],
  });
  return {
    name: "nesterov",
    init: (shapes) => zerosLike("velocity", shapes),
    update: (gradients, state, context) => {
      const rate = context.coefficient(learningRate, ranges.learningRate);
      const beta = context.coefficient(kept, ranges.momentum);
      const before = unprefixed("velocity", state);
      const velocity = mapRecord(gradients, (g, name) => before[name]!.mul(beta).add(g));
      return {
        updates: mapRecord(gradients, (g, name) => g.add(velocity[name]!.mul(beta)).mul(rate).neg()),
        state: prefixed("velocity", velocity),
      };
    },
  };
}
