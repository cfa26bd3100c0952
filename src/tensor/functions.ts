import type { Graph } from "./graph.ts";
import type { Shape } from "./ir.ts";
import { commonShape, type Operand, Tensor } from "./tensor.ts";

export const exp = (x: Tensor): Tensor => x.exp();
export const log = (x: Tensor): Tensor => x.log();
export const tanh = (x: Tensor): Tensor => x.tanh();
export const relu = (x: Tensor): Tensor => x.relu();
export const sigmoid = (x: Tensor): Tensor => x.sigmoid();
export const softplus = (x: Tensor): Tensor => x.softplus();
export const sqrt = (x: Tensor): Tensor => x.sqrt();
export const square = (x: Tensor): Tensor => x.square();
export const sin = (x: Tensor): Tensor => x.sin();
export const cos = (x: Tensor): Tensor => x.cos();
export const matmul = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
export const stopGradient = (x: Tensor): Tensor => x.stopGradient();

/** |x|, with derivative 1 at 0. */
export const abs = (x: Tensor): Tensor => x.maximum(x.neg());

/** The Gaussian error linear unit in its tanh form: x/2·(1 + tanh(√(2/π)(x + 0.044715 x³))). */
export function gelu(x: Tensor): Tensor {
  const inner = x.add(x.square().mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** a where condition ≠ 0, else b; shapes broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const left = typeof a === "number" ? condition.literal(a) : a;
  const right = typeof b === "number" ? condition.literal(b) : b;
  const values = commonShape(left, right, "where");
  const shape = commonShape(condition, left.broadcastTo(values), "where");
  return condition
    .broadcastTo(shape)
    .apply({ op: "where" }, [left.broadcastTo(shape), right.broadcastTo(shape)]);
}

/** Joined along an existing axis. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first, ...rest] = tensors;
  if (first === undefined) throw new RangeError("concat: needs at least one tensor, got none.");
  if (rest.length === 0) return first;
  return first.apply({ op: "concat", axis: axis < 0 ? axis + first.rank : axis }, rest);
}

/** Joined along a new axis. */
export const stack = (tensors: readonly Tensor[], axis = 0): Tensor =>
  concat(
    tensors.map((tensor) => tensor.expand(axis)),
    axis,
  );

/** log Σ exp(x) over the last axis, which is removed. */
export function logSumExp(x: Tensor): Tensor {
  const top = x.max(-1).stopGradient();
  return x.sub(top.expand(-1)).exp().sum(-1).log().add(top);
}

/** exp(x)/Σ exp(x) over the last axis. */
export function softmax(x: Tensor): Tensor {
  const powers = x.sub(x.max(-1).stopGradient().expand(-1)).exp();
  return powers.div(powers.sum(-1).expand(-1));
}

/** log Σ exp(logits) − logits[label]: logits `[…n, c]`, labels int32 `[…n]` in 0 … c − 1 → `[…n]`. */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  boundLabels(labels, logits.shape.at(-1) ?? 0);
  return logits.apply({ op: "crossEntropy" }, [labels]);
}

/** Labels that come straight from a slot get its range: the executor then refuses others when they are written. */
function boundLabels(labels: Tensor, classes: number): void {
  let node = labels.node;
  while (["gather", "reshape", "slice", "transpose", "broadcast"].includes(node.op)) {
    node = labels.graph.node(node.inputs[0]!);
  }
  if (node.op === "read") labels.graph.bound(node.slot, classes);
}

/** Numbers as a tensor of a program. */
export function constant(graph: Graph, values: ArrayLike<number>, shape: Shape = [values.length]): Tensor {
  return new Tensor(graph, graph.add({ op: "constant", values: Float64Array.from(values) }, [], { shape }));
}

/** A uniform draw in [0, 1) per member, step and element. */
export function uniformSample(graph: Graph, purpose: string, shape: Shape, offset = 0): Tensor {
  return new Tensor(graph, graph.add({ op: "uniform", purpose, offset }, [], { shape }));
}

/** A standard normal draw per member, step and element; offset 1 gives what the next step draws with offset 0. */
export function normalSample(graph: Graph, purpose: string, shape: Shape, offset = 0): Tensor {
  return new Tensor(graph, graph.add({ op: "normal", purpose, offset }, [], { shape }));
}
