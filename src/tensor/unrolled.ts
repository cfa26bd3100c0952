import { Graph } from "./graph.ts";
import type { Node, NodeId, Program, Scan } from "./ir.ts";

/** Which loops to unroll; default all. */
export type Choice = (scan: Scan) => boolean;

/**
 * The same program with loops written out, one copy of the body per time.
 * @param which loops; others stay
 */
export function unrolled(program: Program, which: Choice = () => true): Program {
  if (!program.nodes.some((node) => node.op === "scan")) return program;
  const graph = new Graph();
  for (const slot of program.slots) graph.slots.set(slot.name, slot);
  const renamed = written(graph, program.nodes, [], which);
  for (const { slot, node } of program.updates) graph.update(slot, renamed.get(node)!);
  for (const { name, node } of program.metrics) graph.metric(name, renamed.get(node)!);
  return graph.program();
}

/** Adds nodes to a graph, loops written out. @param given what the arguments of a body are */
function written(
  graph: Graph,
  nodes: readonly Node[],
  given: readonly NodeId[],
  which: Choice,
): Map<NodeId, NodeId> {
  const renamed = new Map<NodeId, NodeId>();
  const results = new Map<NodeId, readonly NodeId[]>();
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => renamed.get(input) ?? -1);
    graph.attribute(node, () => {
      if (node.op === "argument") renamed.set(node.id, given[node.index]!);
      else if (node.op === "scan" && which(node)) results.set(node.id, loop(graph, node, inputs, which));
      else if (node.op === "result" && results.has(node.inputs[0]!)) {
        renamed.set(node.id, results.get(node.inputs[0]!)![node.index]!);
      } else renamed.set(node.id, graph.add(node, inputs, node));
    });
  }
  return renamed;
}

/** The results of a loop. */
function loop(graph: Graph, scan: Scan, inputs: readonly NodeId[], which: Choice): NodeId[] {
  const { body, length, reverse, carries, sequences } = scan;
  let state = inputs.slice(0, carries);
  const stacks: NodeId[][] = body.outputs.slice(carries).map(() => []);
  const reshaped = (id: NodeId, shape: readonly number[]): NodeId =>
    graph.add({ op: "reshape" }, [id], { shape });
  const entry = (sequence: NodeId, t: number): NodeId => {
    const { shape } = graph.node(sequence);
    const rest = shape.slice(1);
    const starts = shape.map((_, axis) => (axis === 0 ? t : 0));
    return reshaped(graph.add({ op: "slice", starts }, [sequence], { shape: [1, ...rest] }), rest);
  };
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const entries = inputs.slice(carries, carries + sequences).map((sequence) => entry(sequence, t));
    const given = [...state, ...entries, ...inputs.slice(carries + sequences)];
    const renamed = written(graph, body.nodes, given, which);
    const outputs = body.outputs.map((id) => renamed.get(id)!);
    state = outputs.slice(0, carries);
    outputs.slice(carries).forEach((id, k) => {
      stacks[k]![t] = reshaped(id, [1, ...graph.node(id).shape]);
    });
  }
  return [...state, ...stacks.map((parts) => graph.add({ op: "concat", axis: 0 }, parts))];
}
