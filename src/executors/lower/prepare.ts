import { type Node, type NodeId, optimise, type Program } from "../../tensor/index.ts";
import { isContiguous, resolveViews, type Views } from "./view.ts";

/** Nodes that walk over rows: their inputs must lie in memory without gaps. */
const walksRows = new Set<Node["op"]>([
  "argmax",
  "gather",
  "scatterAdd",
  "pick",
  "place",
  "crossEntropy",
  "crossEntropyGradient",
]);

/** Inputs of a loop that its body looks at where they are, sequences entry by entry; carries are copied at first. */
const steppedOver = (node: Node): readonly NodeId[] =>
  node.op === "scan" ? node.inputs.slice(node.carries) : [];

export interface Prepared {
  readonly program: Program;
  readonly views: Views;
  /** Nodes that updates and metrics need. */
  readonly live: ReadonlySet<NodeId>;
}

/**
 * Simplifies a program and decides which virtual nodes get memory of their own: inputs of row operations that have
 * gaps, and slots that are passed on as they are (their old value must survive the step).
 */
export function prepare(original: Program): Prepared {
  const program = withCopies(optimise(original));
  const copies = new Set<NodeId>(program.copied);
  for (;;) {
    const views = resolveViews(program, copies);
    const size = copies.size;
    for (const node of program.nodes) {
      const walked = walksRows.has(node.op) ? node.inputs : steppedOver(node);
      for (const input of walked) {
        const view = views.of[input]!;
        if (isContiguous(view)) continue;
        copies.add(input);
      }
    }
    if (copies.size === size) return { program, views, live: liveNodes(program, views) };
  }
}

/** Appends a copy for each update and metric that only looks at a slot. */
function withCopies(program: Program): Program & { readonly copied: readonly NodeId[] } {
  const nodes: Node[] = [...program.nodes];
  const copied: NodeId[] = [];
  const views = resolveViews(program);
  const redirect = (id: NodeId): NodeId => {
    if (program.nodes[views.of[id]!.source]!.op !== "read") return id;
    const { shape, dtype, scope } = nodes[id]!;
    const copy: Node = { op: "stopGradient", id: nodes.length, inputs: [id], shape, dtype, scope };
    nodes.push(copy);
    copied.push(copy.id);
    return copy.id;
  };
  const updates = program.updates.map(({ slot, node }) => ({ slot, node: redirect(node) }));
  const metrics = program.metrics.map(({ name, node }) => ({ name, node: redirect(node) }));
  return { ...program, nodes, updates, metrics, copied };
}

function liveNodes(program: Program, views: Views): Set<NodeId> {
  const live = new Set<NodeId>();
  const stack = [...program.updates, ...program.metrics].map(({ node }) => node);
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (live.has(id)) continue;
    live.add(id);
    const { source } = views.of[id]!;
    if (source !== id) stack.push(source);
    else stack.push(...views.inputs(program.nodes[id]!).map((view) => view.source));
  }
  return live;
}
