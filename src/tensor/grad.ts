import { total } from "./adjoints.ts";
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
  // Nodes that depend on some x: only these carry adjoints.
  const active = new Set<number>(wrt.map((x) => x.id));
  for (let id = 0; id <= loss.id; id++) {
    if (graph.node(id).inputs.some((input) => active.has(input))) active.add(id);
  }
  const parts = new Map<number, Tensor[]>([[loss.id, [loss.literal(1)]]]);
  const adjoints = new Map<number, Tensor>();
  const targets = new Set(wrt.map((x) => x.id));
  for (let id = loss.id; id >= 0; id--) {
    const contributions = parts.get(id);
    if (contributions === undefined || !active.has(id)) continue;
    parts.delete(id);
    const node = graph.node(id);
    const g = graph.attribute(node, () => total(contributions));
    if (targets.has(id)) adjoints.set(id, g);
    if (!node.inputs.some((input) => active.has(input))) continue;
    const rule = rules[node.op];
    if (rule === undefined) throw graph.error(`${node.op}: has no derivative. Put stopGradient before it.`);
    graph.attribute(node, () => {
      const inputs = node.inputs.map((input) => new Tensor(graph, input));
      const adjoint = rule(g, inputs, new Tensor(graph, id), node);
      node.inputs.forEach((input, i) => {
        const part = adjoint[i];
        if (part === undefined || !active.has(input)) return;
        const before = parts.get(input);
        if (before === undefined) parts.set(input, [part]);
        else before.push(part);
      });
    });
  }
  return wrt.map((x) => adjoints.get(x.id) ?? x.literal(0, x.shape));
}
