import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, decay, nonNegative } from "./options.ts";
import { mapRecord, prefixed, unprefixed } from "./records.ts";
import { zerosLike } from "./stateSpecs.ts";

export interface MomentumOptions {
  /** η ≥ 0 */
  readonly learningRate: Coefficient;
  /** β in [0, 1) */
  readonly momentum: Coefficient;
  /** True: v is the running mean βv + (1 − β)g; false (default): the sum βv + g. */
  readonly average?: boolean;
}

/**
 * Heavy ball: v ← βv + g (or βv + (1 − β)g), w ← w − ηv.
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function momentum(options: MomentumOptions): UpdateRule {
  const { learningRate, momentum: kept, average = false } = { ...options };
  const ranges = checkedOptions<keyof MomentumOptions>("momentum", options, {
    learningRate: [learningRate, nonNegative],
    momentum: [kept, decay],
    average: "other",
  });
  return {
    name: "momentum",
    init: (shapes) => zerosLike("velocity", shapes),
    update: (gradients, state, context) => {
      const rate = context.coefficient(learningRate, ranges.learningRate);
      const beta = context.coefficient(kept, ranges.momentum);
      const before = unprefixed("velocity", state);
      const gain = beta.neg().add(1);
      const velocity = mapRecord(gradients, (g, name) =>
        before[name]!.mul(beta).add(average ? g.mul(gain) : g),
      );
      return {
        updates: mapRecord(velocity, (v) => v.mul(rate).neg()),
        state: prefixed("velocity", velocity),
      };
    },
  };
}
