import { Graph } from "./graph.ts";
import { type Node, type NodeId, type Program } from "./ir.ts";
import { prune } from "./prune.ts";

/** The number that fills a node, when it is a literal (seen through reshape and broadcast). */
function filled(graph: Graph, id: NodeId): number | undefined {
  let node = graph.node(id);
  while (node.op === "broadcast" || node.op === "reshape") node = graph.node(node.inputs[0]!);
  return node.op === "constant" && typeof node.values === "number" ? node.values : undefined;
}

const fold: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
};

/**
 * A node that gives the same value with less work, or undefined. Exact in floating point, except that 0·x becomes 0
 * also where x is not finite.
 */
function simpler(graph: Graph, node: Node, inputs: readonly NodeId[]): NodeId | undefined {
  const [a, b] = inputs as [NodeId, NodeId];
  const literal = (value: number): NodeId =>
    graph.add({ op: "constant", values: value }, [], { shape: node.shape, dtype: node.dtype });
  const same = (id: NodeId): boolean => graph.node(id).shape.join() === node.shape.join();
  const rewrap = (id: NodeId): NodeId =>
    same(id) ? id : graph.add({ op: node.op as "reshape" }, [id], { shape: node.shape });
  switch (node.op) {
    case "stopGradient":
      return a;
    case "reshape": {
      const inner = graph.node(a);
      return inner.op === "reshape" || same(a)
        ? rewrap(inner.op === "reshape" ? inner.inputs[0]! : a)
        : undefined;
    }
    case "broadcast":
      return same(a) ? a : undefined;
    case "neg": {
      const x = filled(graph, a);
      const inner = graph.node(a);
      return x !== undefined ? literal(-x) : inner.op === "neg" ? inner.inputs[0]! : undefined;
    }
    case "transpose": {
      const inner = graph.node(a);
      if (inner.op !== "transpose") return undefined;
      const joint = node.permutation.map((axis) => inner.permutation[axis]!);
      return joint.every((axis, i) => axis === i) ? inner.inputs[0]! : undefined;
    }
    case "matmul": {
      const [left, right] = [graph.node(a), graph.node(b)];
      const flip = (side: Node): boolean => side.op === "transpose" && side.shape.length === 2;
      if (!flip(left) && !flip(right)) return undefined;
      return graph.add(
        {
          op: "matmul",
          transposeA: node.transposeA !== flip(left),
          transposeB: node.transposeB !== flip(right),
        },
        [flip(left) ? left.inputs[0]! : a, flip(right) ? right.inputs[0]! : b],
      );
    }
    case "add":
    case "sub":
    case "mul":
    case "div": {
      const x = filled(graph, a);
      const y = filled(graph, b);
      if (x !== undefined && y !== undefined) return literal(fold[node.op]!(x, y));
      if (y === 0 && (node.op === "add" || node.op === "sub")) return a;
      if (x === 0 && node.op === "add") return b;
      if (y === 1 && (node.op === "mul" || node.op === "div")) return a;
      if (x === 1 && node.op === "mul") return b;
      if (node.op === "mul" && (x === 0 || y === 0)) return literal(0);
      return undefined;
    }
    default:
      return undefined;
  }
}

/** Adds nodes to a graph, simplified; where each went. */
function rebuild(graph: Graph, nodes: readonly Node[]): Map<NodeId, NodeId> {
  const renamed = new Map<NodeId, NodeId>();
  for (const node of nodes) {
    const inputs = node.inputs.map((input) => renamed.get(input)!);
    graph.attribute(node, () => {
      const id = simpler(graph, node, inputs) ?? graph.add(within(node), inputs, node);
      renamed.set(node.id, id);
    });
  }
  return renamed;
}

/** A loop with its body simplified. */
function within(node: Node): Node {
  if (node.op !== "scan") return node;
  const graph = new Graph();
  const renamed = rebuild(graph, node.body.nodes);
  const outputs = node.body.outputs.map((id) => renamed.get(id)!);
  return { ...node, body: { nodes: graph.nodes, outputs } };
}

/**
 * The same program with equal nodes merged, arithmetic with 0 and 1 removed, and nothing that no update or metric
 * needs. Slots stay, also those that are no longer read.
 */
export function optimise(traced: Program): Program {
  const program = prune(traced);
  const graph = new Graph();
  for (const slot of program.slots) graph.slots.set(slot.name, slot);
  const renamed = rebuild(graph, program.nodes);
  for (const { slot, node } of program.updates) graph.update(slot, renamed.get(node)!);
  for (const { name, node } of program.metrics) graph.metric(name, renamed.get(node)!);
  return prune(graph.program());
}
