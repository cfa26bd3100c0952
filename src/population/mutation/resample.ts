import { stream, subkey } from "../../random/index.ts";
import type { Value } from "../../space/index.ts";
import { demand, probabilityOption } from "../options.ts";
import type { Mutation } from "../types.ts";
import { mutable } from "./elementwise.ts";
import { gaussian } from "./gaussian.ts";

export interface ResampleOptions {
  /** Probability that a hyperparameter is drawn anew from its law: 0 … 1. Default 0.25. */
  readonly probability?: number;
  /** What moves the others. Default `gaussian()`. */
  readonly otherwise?: Mutation;
}

/**
 * Each hyperparameter is drawn anew from its law with probability p, else moved by another rule: from anywhere the
 * whole space can be reached in one mutation.
 * @throws UsageError when `probability` is out of range
 */
export function resample({ probability = 0.25, otherwise = gaussian() }: ResampleOptions = {}): Mutation {
  demand("resample", [probabilityOption("probability", probability)]);
  return {
    spec: { kind: "resample", probability, otherwise: otherwise.spec },
    mutate(input) {
      const { space, member, generation, key } = input;
      const moved = otherwise.mutate({ ...input, key: subkey(key, "resample") });
      const draws = stream(key, "resample", member, generation);
      const hyperparameters: Record<string, Value> = {};
      const resampled: string[] = [];
      for (const [i, name] of space.names.entries()) {
        const distribution = space.distributions[i]!;
        const anew = mutable(distribution) && draws.uniform() < probability;
        hyperparameters[name] = anew ? distribution.sample(draws) : moved.hyperparameters[name]!;
        if (anew) resampled.push(name);
      }
      return { hyperparameters, detail: { ...moved.detail, resampled } };
    },
  };
}
