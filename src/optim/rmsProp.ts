import type { Coefficient, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, decay as keeping, nonNegative, positive } from "./options.ts";
import { mapRecord, prefixed, unprefixed } from "./records.ts";
import { zerosLike } from "./stateSpecs.ts";

export interface RmsPropOptions {
  /** η ≥ 0 */
  readonly learningRate: Coefficient;
  /** ρ in [0, 1), default 0.9 */
  readonly decay?: Coefficient;
  /** ε > 0, default 1e-8 */
  readonly epsilon?: Coefficient;
}

/**
 * RMSProp: v ← ρv + (1 − ρ)g², w ← w − η g/(√v + ε).
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function rmsProp(options: RmsPropOptions): UpdateRule {
  const { learningRate, decay = 0.9, epsilon = 1e-8 } = { ...options };
  const ranges = checkedOptions<keyof RmsPropOptions>("rmsProp", options, {
    learningRate: [learningRate, nonNegative],
    decay: [decay, keeping],
    epsilon: [epsilon, positive],
  });
  return {
    name: "rmsProp",
    init: (shapes) => zerosLike("square", shapes),
    update: (gradients, state, context) => {
      const rate = context.coefficient(learningRate, ranges.learningRate);
      const rho = context.coefficient(decay, ranges.decay);
      const small = context.coefficient(epsilon, ranges.epsilon);
      const gain = rho.neg().add(1);
      const before = unprefixed("square", state);
      const square = mapRecord(gradients, (g, name) => before[name]!.mul(rho).add(g.square().mul(gain)));
      return {
        updates: mapRecord(gradients, (g, name) => g.mul(rate).div(square[name]!.sqrt().add(small)).neg()),
        state: prefixed("square", square),
      };
    },
  };
}
