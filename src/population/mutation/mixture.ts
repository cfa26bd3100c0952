import { categorical, stream, subkey } from "../../random/index.ts";
import { demand } from "../options.ts";
import type { Mutation } from "../types.ts";

export interface MixtureComponent {
  /** Relative frequency: finite and ≥ 0. */
  readonly weight: number;
  readonly mutation: Mutation;
}

/**
 * Each copy is mutated by one of several rules, drawn with probability weight / Σ weights.
 * @throws UsageError when no weight is positive, or one is negative or not finite
 * @example
 * mixture([{ weight: 9, mutation: gaussian({ sigma: 0.05 }) }, { weight: 1, mutation: gaussian({ sigma: 0.5 }) }]);
 */
export function mixture(components: readonly MixtureComponent[]): Mutation {
  const weights = components.map(({ weight }) => weight);
  demand("mixture", [
    {
      name: "weights",
      value: weights,
      needs: "finite numbers >= 0, at least one of them > 0",
      holds:
        weights.every((weight) => weight >= 0 && weight < Infinity) && weights.some((weight) => weight > 0),
    },
  ]);
  return {
    spec: {
      kind: "mixture",
      of: components.map(({ weight, mutation }) => ({ weight, mutation: mutation.spec })),
    },
    mutate(input) {
      const drawn = categorical(stream(input.key, "mixture", input.member, input.generation), weights);
      const { mutation } = components[drawn]!;
      const moved = mutation.mutate({ ...input, key: subkey(input.key, "mixture", drawn) });
      return { hyperparameters: moved.hyperparameters, detail: { ...moved.detail, drawn } };
    },
  };
}
