import type { Frame } from "./frame.ts";
import type { Graph } from "./graph.ts";
import { isBinary, isCompare, type Node, type NodeId } from "./ir.ts";

/** Operations that cost less than to store and to read their values. */
function isCheap(node: Node): boolean {
  if (isBinary(node) || isCompare(node)) return true;
  switch (node.op) {
    case "neg":
    case "relu":
    case "square":
    case "heaviside":
    case "where":
    case "toFloat":
    case "stopGradient":
    case "broadcast":
    case "reshape":
    case "transpose":
    case "slice":
    case "constant":
      return true;
    default:
      return false;
  }
}

/** Another window on the same elements, or more of them than their source has. */
const isView = ({ op }: Node): boolean => op === "broadcast" || op === "reshape" || op === "transpose";

/**
 * What a loop has to store for the loop that goes back over it: of the values that the latter needs (`repeated`: its
 * copies of the former's), those that are not cheap to compute again from the others, the sequences and captured values.
 */
export function residuals(
  graph: Graph,
  frame: Frame,
  outputs: readonly NodeId[],
  repeated: ReadonlySet<NodeId>,
): NodeId[] {
  const needed = new Set<NodeId>();
  const seen = new Set<NodeId>();
  const stack = [...outputs];
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    if (repeated.has(id)) needed.add(id);
    else stack.push(...graph.node(id).inputs);
  }
  const stored = new Set<NodeId>();
  const free = new Set<NodeId>();
  /** Whether a value comes from what is there already by cheap operations alone. */
  const cheap = (id: NodeId): boolean => {
    if (stored.has(id) || free.has(id) || frame.leaves.has(id) || !graph.inside(id, frame)) return true;
    const node = graph.node(id);
    const is = isCheap(node) && node.inputs.every(cheap);
    if (is) free.add(id);
    return is;
  };
  const provide = (id: NodeId): void => {
    if (cheap(id)) return;
    const node = graph.node(id);
    // A loop whose inside is needed is run again; its results come with it.
    const again = node.op === "scan" || (node.op === "result" && needed.has(node.inputs[0]!));
    if (isView(node) || again) node.inputs.forEach(provide);
    else stored.add(id);
  };
  for (const id of [...needed].toSorted((a, b) => a - b)) provide(id);
  return [...stored];
}
