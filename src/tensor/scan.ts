import { UsageError } from "../errors/index.ts";
import { closeLoop } from "./body.ts";
import type { Graph } from "./graph.ts";
import { shapeText, typeText } from "./shapes.ts";
import { Tensor } from "./tensor.ts";
import { leavesOf, rebuilt, type TreeLeaf } from "./tree.ts";

export interface ScanOptions {
  /** How many times; needed where there are no sequences. */
  readonly length?: number;
  /** From the last entry to the first. Entry t of `ys` belongs to entry t of `xs` all the same. */
  readonly reverse?: boolean;
}

/** What a step gives: the next carry, and what is stacked over time. */
export interface Stepped<Carry, Y> {
  readonly carry: Carry;
  readonly y?: Y;
}

export interface Scanned<Carry, Y> {
  /** After the last time. */
  readonly carry: Carry;
  /** Each tensor of `y` with time in front, `[length, …]`. */
  readonly ys: Y;
}

/**
 * A loop over time: (carry, yₜ) ← step(carry, xₜ, t). The step is traced once, whatever the length; it may use any tensor
 * from outside. Draws inside it (dropout, noise) differ from time to time.
 * @param step carry, entry t of each sequence, and t (float32, shape []) to the next carry and y
 * @param carry a tensor, or arrays and records of tensors; shapes and types stay as they are
 * @param xs sequences `[length, …]` in arrays and records, or undefined
 * @throws UsageError with the line of the model where structures, shapes or lengths do not fit
 * @example
 * const { carry, ys } = scan((h, x) => {
 *   const next = x.matmul(u).add(h.matmul(w)).tanh();
 *   return { carry: next, y: next };
 * }, h0, xs);
 */
export function scan<Carry, X, Y = undefined>(
  step: (carry: Carry, x: X, t: Tensor) => Stepped<Carry, Y>,
  carry: Carry,
  xs: X,
  { length, reverse = false }: ScanOptions = {},
): Scanned<Carry, Y> {
  const refused = (path: string, value: unknown): Error => {
    const message = `scan: ${path} needs to be a tensor, or arrays and records of tensors, got ${text(value)}.`;
    return graph?.error(message) ?? new UsageError(message);
  };
  let graph: Graph | undefined = firstTensor(carry, xs)?.graph;
  const starts = leavesOf(carry, "carry", refused);
  const sequences = leavesOf(xs, "xs", refused);
  graph ??= (starts[0] ?? sequences[0])?.tensor.graph;
  if (graph === undefined) throw new UsageError("scan: needs at least one tensor, in carry or in xs.");
  const times = lengthOf(graph, sequences, length);
  for (const leaf of [...starts, ...sequences]) own(graph, leaf);

  const frame = graph.begin(times);
  const tensor = (id: number): Tensor => new Tensor(graph, id);
  const carries = starts.map(({ tensor: start }) => ({
    argument: graph.argument(frame, start.node),
    start: start.id,
  }));
  const clock = graph.add({ op: "constant", values: Float64Array.from({ length: times }, (_, t) => t) }, [], {
    shape: [times],
  });
  const entries = sequences.map(({ tensor: sequence }) => tensor(graph.entry(frame, sequence.id)));
  let next: TreeLeaf[];
  let stacked: TreeLeaf[];
  let y: Y;
  try {
    const given = rebuilt(carry, carries.map(({ argument }) => tensor(argument)).values());
    const made = step(given, rebuilt(xs, entries.values()), tensor(graph.entry(frame, clock)));
    y = made.y as Y;
    next = leavesOf(made.carry, "carry", refused);
    stacked = leavesOf(made.y, "y", refused);
    for (const leaf of [...next, ...stacked]) own(graph, leaf);
    next = agreeing(graph, starts, next);
  } finally {
    graph.end(frame);
  }
  const outputs = [...next, ...stacked].map((leaf) => leaf.tensor.id);
  const results = closeLoop(graph, frame, { reverse, carries, outputs });
  return {
    carry: rebuilt(carry, results.slice(0, starts.length).values()),
    ys: rebuilt(y, results.slice(starts.length).values()),
  };
}

const text = (value: unknown): string =>
  typeof value === "number" || value === null ? String(value) : `a ${typeof value}`;

/** A tensor to learn the program from before all are looked at. */
function firstTensor(...trees: readonly unknown[]): Tensor | undefined {
  for (const tree of trees) {
    if (tree instanceof Tensor) return tree;
    if (typeof tree !== "object" || tree === null) continue;
    const found = firstTensor(...(Object.values(tree) as unknown[]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function own(graph: Graph, { path, tensor }: TreeLeaf): void {
  if (tensor.graph === graph) return;
  throw graph.error(`scan: ${path} belongs to another program. Use only tensors of one trace.`);
}

function lengthOf(graph: Graph, sequences: readonly TreeLeaf[], given: number | undefined): number {
  const [first] = sequences;
  const length = given ?? first?.tensor.shape[0];
  if (length === undefined) {
    throw graph.error(
      first === undefined
        ? "scan: needs a length where there are no sequences. Give { length }."
        : `scan: ${first.path} needs time in front, got shape []. Give it at least one axis.`,
    );
  }
  if (!(Number.isInteger(length) && length >= 1)) {
    throw graph.error(`scan: needs a length that is an integer >= 1, got ${length}.`);
  }
  const other = sequences.find(({ tensor }) => tensor.shape[0] !== length);
  if (other !== undefined) {
    const wanted = given === undefined ? `as many entries as ${first!.path}, ${length}` : `${length} entries`;
    throw graph.error(
      `scan: ${other.path} needs ${wanted} along its first axis, got ${shapeText(other.tensor.shape)}. ` +
        "Transpose it so that time is in front.",
    );
  }
  return length;
}

/** The carry has to come out of a step as it went in; its parts in the order of the start. */
function agreeing(graph: Graph, before: readonly TreeLeaf[], after: readonly TreeLeaf[]): TreeLeaf[] {
  const came = new Map(after.map((leaf) => [leaf.path, leaf]));
  const problems: string[] = [];
  const ordered = before.flatMap(({ path, tensor }) => {
    const next = came.get(path);
    came.delete(path);
    if (next === undefined) {
      problems.push(`scan: the step returns no ${path}. Return every part of the carry.`);
      return [];
    }
    if (typeText(next.tensor) !== typeText(tensor)) {
      problems.push(
        `scan: ${path} is ${typeText(tensor)} before a step and ${typeText(next.tensor)} after it. ` +
          "A carry keeps its shape: broadcast its start, or reduce what the step returns.",
      );
    }
    return [next];
  });
  for (const path of came.keys()) {
    problems.push(`scan: the step returns ${path}, which the carry did not have. Add it to the start.`);
  }
  if (problems.length > 0) throw graph.error(problems.join("\n"));
  return ordered;
}
