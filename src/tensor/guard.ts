import { didYouMean } from "../errors/index.ts";
import type { Graph } from "./graph.ts";
import type { Tensors } from "./rule.ts";

/** What a model's functions are given by name, and the key of `defineModel` that lists it. */
const listed = {
  parameter: "parameters",
  "data column": "data",
  hyperparameter: "hyperparameters",
} as const;

/** Names that JavaScript itself looks for in any object. */
const isProtocol = (name: string | symbol): boolean =>
  typeof name === "symbol" || name in Object.prototype || name === "then" || name === "toJSON";

/**
 * The same record, in which reading a name that is not there is an error that says which names are.
 * @param reader `loss` or `metrics`
 */
export function guarded(graph: Graph, reader: string, kind: keyof typeof listed, record: Tensors): Tensors {
  return new Proxy(record, {
    get(target, name) {
      if (Object.hasOwn(target, name) || isProtocol(name)) return Reflect.get(target, name) as unknown;
      const known = Object.keys(target);
      const wanted = String(name);
      throw graph.error(
        `${reader}: reads the ${kind} ${wanted}, which the model does not have ` +
          `(it has ${known.join(", ") || "none"}).${didYouMean(wanted, known)} ` +
          `Add it to ${listed[kind]} of defineModel, or correct the name.`,
      );
    },
  });
}
