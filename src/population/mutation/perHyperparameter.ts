import { refuse } from "../../errors/index.ts";
import { subkey } from "../../random/index.ts";
import type { Hyperparameters, Json, Value } from "../../space/index.ts";
import type { Mutation } from "../types.ts";
import { gaussian } from "./gaussian.ts";

/**
 * A rule of its own for some hyperparameters, another for the rest. Each rule sees all hyperparameters of the parent;
 * of its result only its own are taken.
 * @param rules flat names (groups joined by ".") to mutations
 * @param otherwise what moves all others; default `gaussian()`
 * @throws UsageError at the first mutation, when the space lacks one of the names
 * @example
 * perHyperparameter({ lr: pbtPerturb(), "model.dropout": gaussian({ sigma: 0.02 }) });
 */
export function perHyperparameter(
  rules: Readonly<Record<string, Mutation>>,
  otherwise: Mutation = gaussian(),
): Mutation {
  const own = Object.entries(rules).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    spec: {
      kind: "perHyperparameter",
      rules: Object.fromEntries(own.map(([name, rule]) => [name, rule.spec])),
      otherwise: otherwise.spec,
    },
    mutate(input) {
      const { space, key } = input;
      const known = new Set(space.names);
      refuse(
        own
          .filter(([name]) => !known.has(name))
          .map(
            ([name]) =>
              `perHyperparameter: needs hyperparameters of the space (${space.names.join(", ")}), got ${name}`,
          ),
      );
      const rest = otherwise.mutate({ ...input, key: subkey(key, "perHyperparameter") });
      const moved: Record<string, Value> = { ...rest.hyperparameters };
      const details: Record<string, Json> = {};
      for (const [i, [name, rule]] of own.entries()) {
        const result: { hyperparameters: Hyperparameters; detail?: { readonly [name: string]: Json } } =
          rule.mutate({
            ...input,
            key: subkey(key, "perHyperparameter", i + 1),
          });
        moved[name] = result.hyperparameters[name]!;
        if (result.detail !== undefined) details[name] = result.detail;
      }
      const hyperparameters = Object.fromEntries(space.names.map((name) => [name, moved[name]!]));
      return Object.keys(details).length > 0
        ? { hyperparameters, detail: { ...rest.detail, rules: details } }
        : { hyperparameters, ...(rest.detail === undefined ? {} : { detail: rest.detail }) };
    },
  };
}
