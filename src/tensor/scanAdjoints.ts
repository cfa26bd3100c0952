import { closeLoop } from "./body.ts";
import type { Frame, Leaf } from "./frame.ts";
import type { Graph } from "./graph.ts";
import { roleOf } from "./inferScan.ts";
import type { Node, NodeId, Scan } from "./ir.ts";
import { residuals } from "./residuals.ts";
import { Tensor } from "./tensor.ts";

/** A value, and the derivative of the loss with respect to it. */
export interface Seed {
  readonly value: Tensor;
  readonly adjoint: Tensor;
}

/** From the adjoints of some values to those of others, undefined where nothing flows. */
export type Backpropagate = (
  graph: Graph,
  seeds: readonly Seed[],
  wrt: readonly Tensor[],
) => (Tensor | undefined)[];

/**
 * The adjoints of a loop's inputs, from those of its results: a loop in the other direction. It carries the adjoint of
 * each carry and the sums for captured values, and sees, time by time, the adjoints of the stacks, the sequences, and
 * what the loop is made to store for it.
 * @param results adjoints by the index of the result
 * @param wanted inputs whose adjoints are asked for
 * @param backpropagate reverse mode, for the body
 */
export function scanAdjoints(
  graph: Graph,
  scan: Scan,
  results: ReadonlyMap<number, Tensor>,
  wanted: readonly boolean[],
  backpropagate: Backpropagate,
): (Tensor | undefined)[] {
  const { body, carries, inputs } = scan;
  const active = activeArguments(scan, wanted);
  const tensor = (id: NodeId): Tensor => new Tensor(graph, id);
  const frame = graph.begin(scan.length);
  try {
    const copy = copied(graph, scan, frame);
    const zero = (of: Tensor): Tensor => of.literal(0, of.shape);
    const seeds: Seed[] = [];
    const loop: { argument: NodeId; start: NodeId; next: NodeId }[] = [];
    /** The results of the new loop that are the adjoints of inputs: [input, index]. */
    const given: [number, number][] = [];

    const carried = inputs.flatMap((_, i) => {
      if (i >= carries || !active.has(i)) return [];
      const value = tensor(copy.of[body.outputs[i]!]!);
      const adjoint = tensor(graph.argument(frame, value.node));
      seeds.push({ value, adjoint });
      return [{ input: i, argument: adjoint.id, start: (results.get(i) ?? zero(value)).id }];
    });
    for (const [index, g] of results) {
      if (index < carries) continue;
      const value = tensor(copy.of[body.outputs[index]!]!);
      if (value.dtype === "float32") seeds.push({ value, adjoint: tensor(graph.entry(frame, g.id)) });
    }
    const sources = [...active].map((i) => tensor(copy.of[i]!));
    const found = backpropagate(graph, seeds, sources);
    const adjoint = new Map([...active].map((i, at) => [i, found[at]]));

    for (const { input, argument, start } of carried) {
      const next = adjoint.get(input) ?? zero(tensor(argument));
      given.push([input, loop.length]);
      loop.push({ argument, start, next: next.id });
    }
    for (const [input, part] of adjoint) {
      if (roleOf(scan, input) !== "captured" || part === undefined) continue;
      const sum = tensor(graph.argument(frame, part.node));
      given.push([input, loop.length]);
      loop.push({ argument: sum.id, start: zero(part).id, next: sum.add(part).id });
    }
    const stacked: NodeId[] = [];
    for (const [input, part] of adjoint) {
      if (roleOf(scan, input) !== "sequence" || part === undefined) continue;
      given.push([input, loop.length + stacked.length]);
      stacked.push(part.id);
    }
    if (given.length === 0) return [];
    const outputs = [...loop.map(({ next }) => next), ...stacked];
    graph.end(frame);
    const stored = residuals(graph, frame, outputs, new Set(copy.values.keys()));
    const leaves = new Map(
      stored.map((id): [NodeId, Leaf] => [
        id,
        { kind: "sequence", input: graph.stacked(scan.id, copy.values.get(id)!) },
      ]),
    );
    const made = closeLoop(graph, frame, { reverse: !scan.reverse, carries: loop, outputs, leaves });
    const answer: (Tensor | undefined)[] = inputs.map(() => undefined);
    for (const [input, index] of given) answer[input] = made[index];
    return answer;
  } finally {
    graph.end(frame);
  }
}

/** Arguments of a body on which wanted inputs have an influence, through the carries. */
function activeArguments(scan: Scan, wanted: readonly boolean[]): Set<number> {
  const { nodes, outputs } = scan.body;
  const float = (i: number): boolean => nodes[i]!.dtype === "float32";
  const active = new Set(wanted.flatMap((is, i) => (is && float(i) ? [i] : [])));
  for (;;) {
    const reached = new Set<NodeId>(active);
    for (const { id, inputs } of nodes) if (inputs.some((input) => reached.has(input))) reached.add(id);
    const more = Array.from({ length: scan.carries }, (_, i) => i).filter(
      (i) => float(i) && !active.has(i) && reached.has(outputs[i]!),
    );
    if (more.length === 0) return active;
    for (const i of more) active.add(i);
  }
}

interface Copied {
  /** By node of the body: the node of the graph. */
  readonly of: readonly NodeId[];
  /** Nodes of the frame that repeat what the loop computes or carries, with the node of the body that they repeat. */
  readonly values: ReadonlyMap<NodeId, NodeId>;
}

/** The body once more, in a frame of its own; the carries are arguments whose values have to come from the loop. */
function copied(graph: Graph, scan: Scan, frame: Frame): Copied {
  const of: NodeId[] = [];
  const values = new Map<NodeId, NodeId>();
  const argument = (node: Node, index: number): NodeId => {
    const role = roleOf(scan, index);
    if (role === "sequence") return graph.entry(frame, scan.inputs[index]!);
    return role === "captured" ? graph.captured(frame, scan.inputs[index]!) : graph.argument(frame, node);
  };
  for (const node of scan.body.nodes) {
    const id =
      node.op === "argument"
        ? argument(node, node.index)
        : graph.attribute(node, () =>
            graph.add(
              node,
              node.inputs.map((input) => of[input]!),
              node,
            ),
          );
    of.push(id);
    if (node.op === "argument" ? roleOf(scan, node.index) === "carry" : graph.inside(id, frame)) {
      values.set(id, node.id);
    }
  }
  return { of, values };
}
