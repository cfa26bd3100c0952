import type { Frame, Leaf } from "./frame.ts";
import type { Graph } from "./graph.ts";
import type { Body, Node, NodeId } from "./ir.ts";
import { Tensor } from "./tensor.ts";

/** What a loop needs beside its body's nodes. */
export interface LoopParts {
  readonly reverse: boolean;
  /** The carries: their arguments in the body, and their values before the first time. */
  readonly carries: readonly { readonly argument: NodeId; readonly start: NodeId }[];
  /** The next carries, then what is stacked over time. */
  readonly outputs: readonly NodeId[];
  /** More nodes of the frame that are not computed in it, but come from outside. */
  readonly leaves?: ReadonlyMap<NodeId, Leaf>;
}

/** Values that cost nothing to repeat: literals, and others seen in another shape. They go into the body. */
function sinks(graph: Graph, id: NodeId): boolean {
  const { op } = graph.node(id);
  return op === "constant" || op === "broadcast" || op === "reshape";
}

/**
 * Makes a scan of a traced body: what the outputs need of the frame's nodes, and, as inputs, what these need from outside.
 * @returns the results: last carries, then stacks
 */
export function closeLoop(graph: Graph, frame: Frame, parts: LoopParts): Tensor[] {
  const { reverse, carries, outputs } = parts;
  const known = new Map<NodeId, Leaf>([...frame.leaves, ...(parts.leaves ?? [])]);
  const sequences = new Map<NodeId, NodeId[]>();
  const captured = new Map<NodeId, NodeId[]>();
  const computed: NodeId[] = [];
  const seen = new Set<NodeId>(carries.map(({ argument }) => argument));
  const stack = [...outputs];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const leaf = known.get(id);
    if (leaf === undefined && (graph.inside(id, frame) || sinks(graph, id))) {
      computed.push(id);
      stack.push(...graph.node(id).inputs);
      continue;
    }
    const { kind, input } = leaf ?? { kind: "captured", input: id };
    const group = kind === "sequence" ? sequences : captured;
    group.set(input, [...(group.get(input) ?? []), id]);
  }

  const nodes: Node[] = [];
  const renamed = new Map<NodeId, NodeId>();
  const append = (node: Node, ids: readonly NodeId[]): void => {
    for (const id of ids) renamed.set(id, nodes.length);
    nodes.push({ ...node, id: nodes.length });
  };
  const argue = ([first, ...more]: readonly NodeId[]): void => {
    const { shape, dtype, scope } = graph.node(first!);
    append({ op: "argument", index: nodes.length, id: 0, inputs: [], shape, dtype, scope }, [
      first!,
      ...more,
    ]);
  };
  for (const { argument } of carries) argue([argument]);
  for (const ids of [...sequences.values(), ...captured.values()]) argue(ids);
  for (const id of computed.toSorted((a, b) => a - b)) {
    const node = graph.node(id);
    append({ ...node, inputs: node.inputs.map((input) => renamed.get(input)!) }, [id]);
  }
  const body: Body = { nodes, outputs: outputs.map((id) => renamed.get(id)!) };
  const starts = carries.map(({ start }) => start);
  const scan = graph.add(
    {
      op: "scan",
      body,
      length: frame.length,
      reverse,
      carries: carries.length,
      sequences: sequences.size,
    },
    [...starts, ...sequences.keys(), ...captured.keys()],
  );
  return outputs.map((_, index) => new Tensor(graph, graph.add({ op: "result", index }, [scan])));
}
