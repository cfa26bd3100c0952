import type { Graph } from "./graph.ts";

/**
 * Checks the numbers that a model is written with.
 * @param what the operation that they are for
 * @throws UsageError with the line of the model where one is not finite in float32
 */
export function wantFinite(graph: Graph, what: string, values: number | ArrayLike<number>): void {
  const list = typeof values === "number" ? [values] : values;
  for (let i = 0; i < list.length; i++) {
    const value = list[i]!;
    if (Number.isFinite(Math.fround(value))) continue;
    const place = typeof values === "number" ? "" : ` at element ${i}`;
    const advice = Number.isNaN(value)
      ? "Look at how it is computed."
      : "Take a large number that float32 holds, such as 1e30.";
    throw graph.error(`${what}: a constant needs to be a finite number, got ${value}${place}. ${advice}`);
  }
}
