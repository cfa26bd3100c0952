import { total } from "./adjoints.ts";
import type { NodeId } from "./ir.ts";
import { type Backpropagate, scanAdjoints } from "./scanAdjoints.ts";
import { Tensor } from "./tensor.ts";
import { rules } from "./vjp.ts";

/**
 * Reverse mode: ∂loss/∂x for each x, as nodes of the same program.
 * @param loss shape [], one number per member
 * @param wrt tensors that the loss may depend on; the gradient with respect to one that it does not is zero
 * @returns one tensor per entry of `wrt`, of its shape
 * @throws UsageError when the loss is not a float32 number, or an operation on the way has no derivative
 * @example
 * const [dw] = grad(w.square().sum(), [w]); // 2w
 */
export function grad(loss: Tensor, wrt: readonly Tensor[]): Tensor[] {
  const { graph } = loss;
  if (loss.rank > 0 || loss.dtype !== "float32") {
    throw graph.error(
      `loss: needs one float32 number per member, got ${loss.dtype} [${loss.shape.join(", ")}]. ` +
        "Average it over the batch.",
    );
  }
  const adjoints = backpropagate(graph, [{ value: loss, adjoint: loss.literal(1) }], wrt);
  return wrt.map((x, i) => adjoints[i] ?? x.literal(0, x.shape));
}

const backpropagate: Backpropagate = (graph, seeds, wrt) => {
  const first = Math.min(...wrt.map((x) => x.id));
  const last = Math.max(...seeds.map(({ value }) => value.id));
  // Nodes that depend on some x: only these carry adjoints.
  const active = new Set<number>(wrt.map((x) => x.id));
  for (let id = first; id <= last; id++) {
    if (graph.node(id).inputs.some((input) => active.has(input))) active.add(id);
  }
  const parts = new Map<NodeId, Tensor[]>();
  const give = (id: NodeId, part: Tensor | undefined): void => {
    if (part === undefined || !active.has(id)) return;
    const before = parts.get(id);
    if (before === undefined) parts.set(id, [part]);
    else before.push(part);
  };
  for (const { value, adjoint } of seeds) give(value.id, adjoint);
  const adjoints = new Map<NodeId, Tensor>();
  /** Adjoints of the results of each scan, by their index. */
  const loops = new Map<NodeId, Map<number, Tensor>>();
  const targets = new Set(wrt.map((x) => x.id));
  for (let id = last; id >= first; id--) {
    const node = graph.node(id);
    const results = loops.get(id);
    if (node.op === "scan" && results !== undefined) {
      graph.attribute(node, () => {
        const wanted = node.inputs.map((input) => active.has(input));
        const adjoint = scanAdjoints(graph, node, results, wanted, backpropagate);
        node.inputs.forEach((input, i) => give(input, adjoint[i]));
      });
      continue;
    }
    const contributions = parts.get(id);
    if (contributions === undefined || !active.has(id)) continue;
    parts.delete(id);
    const g = graph.attribute(node, () => total(contributions));
    if (targets.has(id)) adjoints.set(id, g);
    if (!node.inputs.some((input) => active.has(input))) continue;
    if (node.op === "result") {
      const scan = node.inputs[0]!;
      loops.set(scan, (loops.get(scan) ?? new Map<number, Tensor>()).set(node.index, g));
      continue;
    }
    const rule = rules[node.op];
    if (rule === undefined) throw graph.error(`${node.op}: has no derivative. Put stopGradient before it.`);
    graph.attribute(node, () => {
      const inputs = node.inputs.map((input) => new Tensor(graph, input));
      const adjoint = rule(g, inputs, new Tensor(graph, id), node);
      node.inputs.forEach((input, i) => give(input, adjoint[i]));
    });
  }
  return wrt.map((x) => adjoints.get(x.id));
};
