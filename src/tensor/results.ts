import { came, isRecord, UsageError } from "../errors/index.ts";
import type { Graph } from "./graph.ts";
import type { NodeId } from "./ir.ts";
import { located, placeIn } from "./origin.ts";
import { Tensor } from "./tensor.ts";

const advice = (value: unknown): string => {
  if (value === undefined) return " Does every way through it return?";
  if (came(value) === "a promise") return " It is traced once, without waiting: leave out async and await.";
  if (typeof value === "number") return " Compute it with the methods of tensors, from the parameters.";
  return "";
};

/** What a model's function gave, which needs to be a tensor. @throws UsageError */
export function wantTensor(name: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw located(`${name}: needs to return a tensor, got ${came(value)}.${advice(value)}`);
}

/** What `metrics` gave, which needs to be a record of tensors. @throws UsageError */
export function wantMetrics(value: unknown): Readonly<Record<string, unknown>> {
  if (isRecord(value) && !(value instanceof Tensor) && came(value) !== "a promise") return value;
  const what = value instanceof Tensor ? "a tensor" : came(value);
  const more = value instanceof Tensor ? " Give it a name: { name: tensor }." : advice(value);
  throw located(`metrics: needs to return a record of tensors, got ${what}.${more}`);
}

/**
 * Calls a function of the user's model; what it throws is reported as its error, with its line.
 * @throws UsageError
 */
export function called<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const place = error instanceof Error ? placeIn(error.stack ?? "") : undefined;
    if (error instanceof Error && place === undefined) throw error;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : came(error);
    const hint = error instanceof Error ? "" : " Throw an Error: then its line is known.";
    const usage = new UsageError(
      `${place === undefined ? "" : `${place}: `}${name}: threw ${what}${what.endsWith(".") ? "" : "."}${hint}`,
    );
    usage.cause = error;
    throw usage;
  }
}

/** Whether a value depends on any of some others. */
export function dependsOn(graph: Graph, value: NodeId, on: ReadonlySet<NodeId>): boolean {
  const seen = new Set<NodeId>();
  const open = [value];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (on.has(id)) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...graph.node(id).inputs);
  }
  return false;
}
