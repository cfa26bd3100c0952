import { type Stream, stream } from "../../random/index.ts";
import type { Distribution, Value } from "../../space/index.ts";
import type { Mutation, Spec } from "../types.ts";

/** Moves one hyperparameter. Called only where a move is allowed. */
export type Kernel = (distribution: Distribution, value: Value, draws: Stream) => Value;

/** Whether mutation may touch a hyperparameter at all. */
export function mutable(distribution: Distribution): boolean {
  return !distribution.fixed && distribution.topology !== "fixed" && distribution.cardinality > 1;
}

/**
 * A mutation that moves each hyperparameter by itself, in the order of `space.names`, with draws from the stream
 * (key, spec.kind, member, generation).
 */
export function elementwise(spec: Spec, kernel: Kernel): Mutation {
  return {
    spec,
    mutate({ parent, space, member, generation, key }) {
      const draws = stream(key, spec.kind, member, generation);
      const hyperparameters: Record<string, Value> = {};
      for (const [i, name] of space.names.entries()) {
        const distribution = space.distributions[i]!;
        const value = parent[name]!;
        hyperparameters[name] = mutable(distribution) ? kernel(distribution, value, draws) : value;
      }
      return { hyperparameters };
    },
  };
}
