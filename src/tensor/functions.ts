import { came } from "../errors/index.ts";
import type { Graph } from "./graph.ts";
import type { Shape } from "./ir.ts";
import { wantFinite } from "./literals.ts";
import { located } from "./origin.ts";
import { commonShape, operand, type Operand, Tensor } from "./tensor.ts";

/** The argument of a function, which a number is not. @throws UsageError with the line of the model */
function tensor(name: string, x: unknown): Tensor {
  if (x instanceof Tensor) return x;
  throw located(`${name}: needs a tensor, got ${came(x)}.`);
}

export const exp = (x: Tensor): Tensor => tensor("exp", x).exp();
export const log = (x: Tensor): Tensor => tensor("log", x).log();
export const tanh = (x: Tensor): Tensor => tensor("tanh", x).tanh();
export const relu = (x: Tensor): Tensor => tensor("relu", x).relu();
export const sigmoid = (x: Tensor): Tensor => tensor("sigmoid", x).sigmoid();
export const softplus = (x: Tensor): Tensor => tensor("softplus", x).softplus();
export const sqrt = (x: Tensor): Tensor => tensor("sqrt", x).sqrt();
export const square = (x: Tensor): Tensor => tensor("square", x).square();
export const sin = (x: Tensor): Tensor => tensor("sin", x).sin();
export const cos = (x: Tensor): Tensor => tensor("cos", x).cos();
export const matmul = (a: Tensor, b: Tensor): Tensor => tensor("matmul", a).matmul(b);
export const stopGradient = (x: Tensor): Tensor => tensor("stopGradient", x).stopGradient();

/** |x|, with derivative 1 at 0. */
export const abs = (x: Tensor): Tensor => tensor("abs", x).maximum(x.neg());

/** The Gaussian error linear unit in its tanh form: x/2·(1 + tanh(√(2/π)(x + 0.044715 x³))). */
export function gelu(x: Tensor): Tensor {
  const inner = tensor("gelu", x)
    .add(x.square().mul(x).mul(0.044715))
    .mul(Math.sqrt(2 / Math.PI));
  return x.mul(0.5).mul(inner.tanh().add(1));
}

/** a where condition ≠ 0, else b; shapes broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const left = operand(tensor("where", condition), a, "where", "float32");
  const right = operand(condition, b, "where", "float32");
  const values = commonShape(left, right, "where");
  const shape = commonShape(condition, left.broadcastTo(values), "where");
  return condition
    .broadcastTo(shape)
    .apply({ op: "where" }, [left.broadcastTo(shape), right.broadcastTo(shape)]);
}

/** Joined along an existing axis. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const [first, ...rest] = tensors;
  if (first === undefined) throw located("concat: needs at least one tensor, got none.");
  for (const each of tensors) tensor("concat", each);
  if (rest.length === 0) return first;
  return first.apply({ op: "concat", axis: axis < 0 ? axis + first.rank : axis }, rest);
}

/** Joined along a new axis. */
export const stack = (tensors: readonly Tensor[], axis = 0): Tensor =>
  concat(
    tensors.map((each) => tensor("stack", each).expand(axis)),
    axis,
  );

/** log Σ exp(x) over the last axis, which is removed. */
export function logSumExp(x: Tensor): Tensor {
  const top = tensor("logSumExp", x).max(-1).stopGradient();
  return x.sub(top.expand(-1)).exp().sum(-1).log().add(top);
}

/** exp(x)/Σ exp(x) over the last axis. */
export function softmax(x: Tensor): Tensor {
  const powers = tensor("softmax", x).sub(x.max(-1).stopGradient().expand(-1)).exp();
  return powers.div(powers.sum(-1).expand(-1));
}

/** log Σ exp(logits) − logits[label]: logits `[…n, c]`, labels int32 `[…n]` in 0 … c − 1 → `[…n]`. */
export function softmaxCrossEntropy(logits: Tensor, labels: Tensor): Tensor {
  tensor("softmaxCrossEntropy", labels);
  boundLabels(labels, tensor("softmaxCrossEntropy", logits).shape.at(-1) ?? 0);
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
  wantFinite(graph, "constant", values);
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
