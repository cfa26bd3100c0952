import { where } from "./functions.ts";
import type { Node, OpName } from "./ir.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The adjoint rule of one operation: from g = ∂L/∂y to ∂L/∂x for each input (undefined: no gradient flows there).
 * @param inputs the node's inputs
 * @param y the node's own value
 */
export type Rule = (
  g: Tensor,
  inputs: readonly Tensor[],
  y: Tensor,
  node: Node,
) => readonly (Tensor | undefined)[];

/** Spreads a reduced tensor over the axes that were removed. */
function unreduce(g: Tensor, axes: readonly number[], x: Tensor): Tensor {
  return g.reshape(x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))).broadcastTo(x.shape);
}

const none: Rule = (_, inputs) => inputs.map(() => undefined);

const matmulRule: Rule = (g, [a, b], _, node) => {
  if (node.op !== "matmul") return [];
  const { transposeA, transposeB } = node;
  const product = (left: Tensor, right: Tensor, ta: boolean, tb: boolean): Tensor =>
    left.apply({ op: "matmul", transposeA: ta, transposeB: tb }, [right]);
  // C = op(A)·op(B): dop(A) = g·op(B)ᵀ, dop(B) = op(A)ᵀ·g; transposed back where op transposes.
  const da = transposeA ? product(b!, g, transposeB, true) : product(g, b!, false, !transposeB);
  const db = transposeB ? product(g, a!, true, transposeA) : product(a!, g, !transposeA, false);
  return [da, db];
};

/** The rules of all differentiable operations; operations that are missing or `none` stop the gradient. */
export const rules: Readonly<Partial<Record<OpName, Rule>>> = {
  neg: (g) => [g.neg()],
  exp: (g, _, y) => [g.mul(y)],
  log: (g, [x]) => [g.div(x!)],
  tanh: (g, _, y) => [g.mul(y.square().neg().add(1))],
  relu: (g, [x]) => [g.mul(x!.heaviside())],
  sigmoid: (g, _, y) => [g.mul(y.sub(y.square()))],
  softplus: (g, [x]) => [g.mul(x!.sigmoid())],
  sqrt: (g, _, y) => [g.mul(0.5).div(y)],
  square: (g, [x]) => [g.mul(x!).mul(2)],
  reciprocal: (g, _, y) => [g.mul(y.square()).neg()],
  sin: (g, [x]) => [g.mul(x!.cos())],
  cos: (g, [x]) => [g.mul(x!.sin()).neg()],
  add: (g) => [g, g],
  sub: (g) => [g, g.neg()],
  mul: (g, [a, b]) => [g.mul(b!), g.mul(a!)],
  div: (g, [, b], y) => {
    const da = g.div(b!);
    return [da, da.mul(y).neg()];
  },
  // At a tie the first input gets the whole gradient.
  maximum: (g, [a, b]) => {
    const first = a!.greaterEqual(b!);
    return [g.mul(first), g.mul(first.neg().add(1))];
  },
  minimum: (g, [a, b]) => {
    const first = b!.greaterEqual(a!);
    return [g.mul(first), g.mul(first.neg().add(1))];
  },
  where: (g, [condition]) => [undefined, where(condition!, g, 0), where(condition!, 0, g)],
  matmul: matmulRule,
  sum: (g, [x], _, node) => (node.op === "sum" ? [unreduce(g, node.axes, x!)] : []),
  // Equal maxima share the gradient.
  max: (g, [x], y, node) => {
    if (node.op !== "max") return [];
    const hit = x!.equal(unreduce(y, node.axes, x!));
    const share = g.div(hit.sum(node.axes));
    return [unreduce(share, node.axes, x!).mul(hit)];
  },
  broadcast: (g, [x]) => {
    const axes = x!.shape.flatMap((length, axis) => (length === 1 && g.shape[axis] !== 1 ? [axis] : []));
    return [g.sum(axes).reshape(x!.shape)];
  },
  reshape: (g, [x]) => [g.reshape(x!.shape)],
  transpose: (g, _, __, node) => {
    if (node.op !== "transpose") return [];
    const inverse = node.permutation.map((_axis, i) => node.permutation.indexOf(i));
    return [g.transpose(inverse)];
  },
  slice: (g, [x], _, node) =>
    node.op === "slice" ? [g.apply({ op: "pad", before: node.starts }, [], x!.shape)] : [],
  pad: (g, [x], _, node) =>
    node.op === "pad" ? [g.apply({ op: "slice", starts: node.before }, [], x!.shape)] : [],
  concat: (g, inputs, _, node) => {
    if (node.op !== "concat") return [];
    let start = 0;
    return inputs.map((input) => {
      const length = input.shape[node.axis]!;
      start += length;
      return g.slice(start - length, start, node.axis);
    });
  },
  gather: (g, [table, index]) => [index!.apply({ op: "scatterAdd" }, [g], table!.shape), undefined],
  scatterAdd: (g, [index]) => [undefined, g.gather(index!)],
  pick: (g, [x, index]) => [index!.apply({ op: "place" }, [g], x!.shape), undefined],
  place: (g, [index]) => [undefined, g.pick(index!)],
  crossEntropy: (g, [logits, labels]) => [
    logits!.apply({ op: "crossEntropyGradient" }, [labels!, g]),
    undefined,
  ],
  // y = g₀·(p − onehot), p = softmax: ∂/∂logits = g₀·p∘(g − Σ g p), ∂/∂g₀ = Σ g·(p − onehot).
  crossEntropyGradient: (g, [logits, labels, outer]) => {
    const powers = logits!.sub(logits!.max(-1).expand(-1)).exp();
    const p = powers.div(powers.sum(-1).expand(-1));
    const inner = g.sub(g.mul(p).sum(-1).expand(-1));
    return [p.mul(inner).mul(outer!.expand(-1)), undefined, g.mul(p).sum(-1).sub(g.pick(labels!))];
  },
  stopGradient: none,
  heaviside: none,
  greater: none,
  greaterEqual: none,
  equal: none,
  toFloat: none,
  argmax: none,
  batchWeights: none,
  randomIndex: none,
  shuffledIndex: none,
};
