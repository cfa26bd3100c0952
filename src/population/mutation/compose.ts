import { subkey } from "../../random/index.ts";
import type { Hyperparameters, Json } from "../../space/index.ts";
import type { Mutation } from "../types.ts";

/** Several mutations one after the other, each with its own draws. */
export function compose(mutations: readonly Mutation[]): Mutation {
  return {
    spec: { kind: "compose", of: mutations.map(({ spec }) => spec) },
    mutate(input) {
      let hyperparameters: Hyperparameters = input.parent;
      const details: Json[] = [];
      for (const [i, mutation] of mutations.entries()) {
        const moved = mutation.mutate({
          ...input,
          parent: hyperparameters,
          key: subkey(input.key, "compose", i),
        });
        hyperparameters = moved.hyperparameters;
        details.push(moved.detail ?? null);
      }
      return details.some((detail) => detail !== null)
        ? { hyperparameters, detail: { steps: details } }
        : { hyperparameters };
    },
  };
}
