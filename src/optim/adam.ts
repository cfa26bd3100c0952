import type { Coefficient, StateSpec, UpdateRule } from "../tensor/index.ts";
import { checkedOptions, decay, nonNegative, type Option, positive } from "./options.ts";
import { mapRecord, prefixed, unprefixed } from "./records.ts";
import { zerosLike } from "./stateSpecs.ts";

export interface AdamOptions {
  /** η ≥ 0 */
  readonly learningRate: Coefficient;
  /** β₁ in [0, 1), default 0.9 */
  readonly beta1?: Coefficient;
  /** β₂ in [0, 1), default 0.999 */
  readonly beta2?: Coefficient;
  /** ε > 0, default 1e-8 */
  readonly epsilon?: Coefficient;
}

const zero: StateSpec = { shape: [], initial: { kind: "fill", value: 0 } };

/**
 * Adam: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − η m̂/(√v̂ + ε), with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 * The corrections are kept as c ← βc + (1 − β), which is 1 − βᵗ: they stay right when β changes, and go with copies.
 * @throws UsageError for options that there are not, and for numbers out of range
 */
export function adam(options: AdamOptions): UpdateRule {
  return adaptive("adam", options);
}

/** Adam, with decoupled decay of the weights when a rate is given: w ← w − η(m̂/(√v̂ + ε) + λw). */
export function adaptive(
  name: "adam" | "adamW",
  options: AdamOptions & { readonly weightDecay?: Coefficient },
): UpdateRule {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay } = { ...options };
  const known: Record<keyof AdamOptions, Option> = {
    learningRate: [learningRate, nonNegative],
    beta1: [beta1, decay],
    beta2: [beta2, decay],
    epsilon: [epsilon, positive],
  };
  const lambda = "weightDecay";
  const ranges = checkedOptions<string>(
    name,
    options,
    name === "adam" ? known : { ...known, [lambda]: [weightDecay, nonNegative] },
  );
  return {
    name,
    init: (shapes) => ({
      ...zerosLike("mean", shapes),
      ...zerosLike("square", shapes),
      correction1: zero,
      correction2: zero,
    }),
    update: (gradients, state, context) => {
      const rate = context.coefficient(learningRate, ranges["learningRate"]);
      const b1 = context.coefficient(beta1, ranges["beta1"]);
      const b2 = context.coefficient(beta2, ranges["beta2"]);
      const small = context.coefficient(epsilon, ranges["epsilon"]);
      const gain1 = b1.neg().add(1);
      const gain2 = b2.neg().add(1);
      const correction1 = state["correction1"]!.mul(b1).add(gain1);
      const correction2 = state["correction2"]!.mul(b2).add(gain2);
      const oldMean = unprefixed("mean", state);
      const oldSquare = unprefixed("square", state);
      const mean = mapRecord(gradients, (g, key) => oldMean[key]!.mul(b1).add(g.mul(gain1)));
      const square = mapRecord(gradients, (g, key) => oldSquare[key]!.mul(b2).add(g.square().mul(gain2)));
      // Scalars first, so that each element costs one square root and one division.
      const scale = rate.div(correction1);
      const root = correction2.reciprocal();
      const updates = mapRecord(mean, (m, key) => {
        const step = m.mul(scale).div(square[key]!.mul(root).sqrt().add(small));
        if (weightDecay === undefined) return step.neg();
        const decayed = rate.mul(context.coefficient(weightDecay, ranges[lambda]));
        return step.add(context.parameters[key]!.mul(decayed)).neg();
      });
      return {
        updates,
        state: { ...prefixed("mean", mean), ...prefixed("square", square), correction1, correction2 },
      };
    },
  };
}
