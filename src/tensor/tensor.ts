import { came } from "../errors/index.ts";
import type { Graph } from "./graph.ts";
import { wantFinite } from "./literals.ts";
import { shapeText, typeText } from "./shapes.ts";
import {
  type BinaryName,
  type CompareName,
  type DType,
  type Node,
  type NodeId,
  type Operation,
  type Shape,
  sizeOf,
} from "./ir.ts";

/** What arithmetic takes: a tensor of this program, or a number that fills any shape. */
export type Operand = Tensor | number;

/** The axes of a reduction: one, some (negative counts from the end), or all. */
export type Axes = number | readonly number[];

/**
 * A value of one member in a program being traced; the population axis is added by the program. Shapes are static;
 * two shapes broadcast as in NumPy (aligned at the last axis, sizes equal or 1).
 */
export class Tensor {
  readonly graph: Graph;
  readonly id: NodeId;

  constructor(graph: Graph, id: NodeId) {
    this.graph = graph;
    this.id = id;
  }

  get node(): Node {
    return this.graph.node(this.id);
  }

  get shape(): Shape {
    return this.node.shape;
  }

  get dtype(): DType {
    return this.node.dtype;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Applies an operation of the IR to this tensor and more inputs. */
  apply(operation: Operation, more: readonly Tensor[] = [], shape?: Shape): Tensor {
    const inputs = [this as Tensor, ...more];
    for (const input of more as readonly unknown[]) {
      if (input instanceof Tensor) continue;
      throw this.graph.error(`${operation.op}: needs a tensor, got ${came(input)}.`);
    }
    const foreign = inputs.find((input) => input.graph !== this.graph);
    if (foreign !== undefined) {
      throw this.graph.error(
        `${operation.op}: an input belongs to another program. Use only tensors of one trace.`,
      );
    }
    const ids = inputs.map((input) => input.id);
    return new Tensor(this.graph, this.graph.add(operation, ids, shape === undefined ? {} : { shape }));
  }

  /** A number as a tensor of this program. */
  literal(value: number, shape: Shape = [], dtype: DType = "float32"): Tensor {
    wantFinite(this.graph, "constant", value);
    return new Tensor(this.graph, this.graph.add({ op: "constant", values: value }, [], { shape, dtype }));
  }

  /** Repeated to a shape by NumPy's rule. @throws UsageError when an axis is neither 1 nor the wanted size */
  broadcastTo(shape: Shape): Tensor {
    if (shapeText(shape) === shapeText(this.shape)) return this;
    const missing = shape.length - this.rank;
    if (missing < 0) {
      throw this.graph.error(
        `broadcast: ${shapeText(this.shape)} has more axes than ${shapeText(shape)}. Reduce it first.`,
      );
    }
    const aligned = this.reshape([...Array.from({ length: missing }, () => 1), ...this.shape]);
    return shapeText(aligned.shape) === shapeText(shape)
      ? aligned
      : aligned.apply({ op: "broadcast" }, [], shape);
  }

  private pair(op: BinaryName | CompareName, other: Operand): Tensor {
    const right = operand(this, other, op);
    const shape = commonShape(this, right, op);
    return this.broadcastTo(shape).apply({ op }, [right.broadcastTo(shape)]);
  }

  /** this + other */
  add(other: Operand): Tensor {
    return this.pair("add", other);
  }
  /** this − other */
  sub(other: Operand): Tensor {
    return this.pair("sub", other);
  }
  /** this · other, elementwise */
  mul(other: Operand): Tensor {
    return this.pair("mul", other);
  }
  /** this / other, elementwise */
  div(other: Operand): Tensor {
    return this.pair("div", other);
  }
  /** The larger of two, elementwise. */
  maximum(other: Operand): Tensor {
    return this.pair("maximum", other);
  }
  /** The smaller of two, elementwise. */
  minimum(other: Operand): Tensor {
    return this.pair("minimum", other);
  }
  /** 1 where this > other, else 0. */
  greater(other: Operand): Tensor {
    return this.pair("greater", other);
  }
  /** 1 where this ≥ other, else 0. */
  greaterEqual(other: Operand): Tensor {
    return this.pair("greaterEqual", other);
  }
  /** 1 where this = other, else 0. */
  equal(other: Operand): Tensor {
    return this.pair("equal", other);
  }

  neg(): Tensor {
    return this.apply({ op: "neg" });
  }
  exp(): Tensor {
    return this.apply({ op: "exp" });
  }
  /** Natural logarithm. */
  log(): Tensor {
    return this.apply({ op: "log" });
  }
  tanh(): Tensor {
    return this.apply({ op: "tanh" });
  }
  /** max(x, 0) */
  relu(): Tensor {
    return this.apply({ op: "relu" });
  }
  /** 1/(1 + e⁻ˣ) */
  sigmoid(): Tensor {
    return this.apply({ op: "sigmoid" });
  }
  /** log(1 + eˣ) */
  softplus(): Tensor {
    return this.apply({ op: "softplus" });
  }
  sqrt(): Tensor {
    return this.apply({ op: "sqrt" });
  }
  square(): Tensor {
    return this.apply({ op: "square" });
  }
  reciprocal(): Tensor {
    return this.apply({ op: "reciprocal" });
  }
  sin(): Tensor {
    return this.apply({ op: "sin" });
  }
  cos(): Tensor {
    return this.apply({ op: "cos" });
  }
  /** 1 where x > 0, else 0; its derivative counts as 0. */
  heaviside(): Tensor {
    return this.apply({ op: "heaviside" });
  }
  /** int32 to float32. */
  toFloat(): Tensor {
    return this.dtype === "int32" ? this.apply({ op: "toFloat" }) : this;
  }
  /** This value, held constant by reverse mode. */
  stopGradient(): Tensor {
    return this.apply({ op: "stopGradient" });
  }

  /**
   * Matrix product over the last axis of this and the first of `other` (rank 1 or 2); leading axes of this are kept:
   * `[…n, k] · [k, m] → […n, m]`, `[…n, k] · [k] → […n]`.
   */
  matmul(other: Tensor): Tensor {
    if (!((other as unknown) instanceof Tensor)) {
      throw this.graph.error(`matmul: needs a tensor, got ${came(other)}.`);
    }
    const left =
      this.rank === 2 ? this : this.reshape([this.size / (this.shape.at(-1) ?? 1), this.shape.at(-1) ?? 1]);
    const right = other.rank === 1 ? other.reshape([other.size, 1]) : other;
    const product = left.apply({ op: "matmul", transposeA: false, transposeB: false }, [right]);
    const columns = other.rank === 1 ? [] : [product.shape[1]!];
    return product.reshape([...this.shape.slice(0, -1), ...columns]);
  }

  /** Sum over axes; default all. */
  sum(axes?: Axes): Tensor {
    const list = this.axes(axes);
    return list.length === 0 ? this : this.apply({ op: "sum", axes: list });
  }
  /** Mean over axes; default all. */
  mean(axes?: Axes): Tensor {
    const list = this.axes(axes);
    const count = list.reduce((product, axis) => product * this.shape[axis]!, 1);
    return this.sum(list).mul(1 / count);
  }
  /** Maximum over axes; default all. */
  max(axes?: Axes): Tensor {
    const list = this.axes(axes);
    return list.length === 0 ? this : this.apply({ op: "max", axes: list });
  }
  /** int32 index of the first maximum along the last axis. */
  argmax(): Tensor {
    return this.apply({ op: "argmax" });
  }

  reshape(shape: Shape): Tensor {
    return shapeText(shape) === shapeText(this.shape) ? this : this.apply({ op: "reshape" }, [], shape);
  }
  /** With an axis of size 1 put in at a place (negative counts from the end of the result). */
  expand(axis: number): Tensor {
    const at = axis < 0 ? axis + this.rank + 1 : axis;
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)]);
  }
  /** Output axis i is input axis permutation[i]; default all axes reversed. */
  transpose(permutation: readonly number[] = this.shape.map((_, axis) => this.rank - 1 - axis)): Tensor {
    const still = permutation.length === this.rank && permutation.every((axis, i) => axis === i);
    return still ? this : this.apply({ op: "transpose", permutation: [...permutation] });
  }
  /** Elements start … stop − 1 of an axis; negative bounds count from its end, which is the default stop. */
  slice(start: number, stop?: number, axis = 0): Tensor {
    const at = axis < 0 ? axis + this.rank : axis;
    if (!(at >= 0 && at < this.rank)) {
      throw this.graph.error(
        `slice: needs an axis of [${this.shape.join(", ")}], got ${axis}. The arguments are start, stop, axis.`,
      );
    }
    const length = this.shape[at]!;
    const from = start < 0 ? start + length : start;
    const size = (stop === undefined ? length : stop < 0 ? stop + length : stop) - from;
    if (from === 0 && size === length) return this;
    return this.apply(
      { op: "slice", starts: this.shape.map((_, i) => (i === at ? from : 0)) },
      [],
      this.shape.map((whole, i) => (i === at ? size : whole)),
    );
  }
  /** One element of an axis (negative counts from its end), which is removed. */
  at(index: number, axis = 0): Tensor {
    const where = axis < 0 ? axis + this.rank : axis;
    const from = index < 0 ? index + (this.shape[where] ?? 0) : index;
    const cut = this.slice(from, from + 1, where);
    return cut.reshape(cut.shape.filter((_, i) => i !== where));
  }
  /** Zeros around: before[i] in front of axis i and after[i] behind. */
  pad(before: readonly number[], after: readonly number[]): Tensor {
    const shape = this.shape.map((length, i) => (before[i] ?? 0) + length + (after[i] ?? 0));
    return this.apply({ op: "pad", before: [...before] }, [], shape);
  }
  /** Rows at an int32 index `[…n]`: `[rows, …rest] → […n, …rest]`. */
  gather(index: Tensor): Tensor {
    return this.apply({ op: "gather" }, [index]);
  }
  /** One element along the last axis at an int32 index: `[…n, c] → […n]` (the value of the action taken). */
  pick(index: Tensor): Tensor {
    return this.apply({ op: "pick" }, [index]);
  }

  /**
   * Refuses JavaScript's own operators (`x > 0`, `2 * x`, `Math.max(x, 0)`, text), which would see no value of the tensor.
   * @throws UsageError naming what to write instead
   */
  [Symbol.toPrimitive](hint: string): never {
    const rule =
      hint === "string"
        ? `a tensor has no text or value while the model is traced, got ${typeText(this)} where a string is needed. ` +
          "To look at values, return them from metrics."
        : `JavaScript's operators and Math do not work on tensors, got ${typeText(this)} where a number is needed. ` +
          "Write x.greater(0) for x > 0, where(condition, a, b) for ? :, x.add(1), x.mul(2), x.neg() for arithmetic, " +
          "x.maximum(0.5) for Math.max(x, 0.5).";
    throw this.graph.error(rule);
  }

  /** @throws UsageError always: a tensor has no value while the model is traced */
  toJSON(): never {
    return this[Symbol.toPrimitive]("string");
  }

  private axes(axes: Axes | undefined): number[] {
    if (axes === undefined) return this.shape.map((_, axis) => axis);
    const list = typeof axes === "number" ? [axes] : axes;
    return list.map((axis) => (axis < 0 ? axis + this.rank : axis)).toSorted((a, b) => a - b);
  }
}

/**
 * An operand as a tensor of the program of another one.
 * @throws UsageError with the operation, where it is neither a tensor nor a finite number
 */
export function operand(like: Tensor, value: Operand, op: string, dtype: DType = like.dtype): Tensor {
  if (value instanceof Tensor) return value;
  if (typeof value === "number") {
    wantFinite(like.graph, op, value);
    return like.literal(value, [], dtype);
  }
  throw like.graph.error(`${op}: needs a tensor or a number, got ${came(value)}.`);
}

/** The shape to which two tensors broadcast. @throws UsageError when they do not */
export function commonShape(a: Tensor, b: Tensor, op: string): Shape {
  const rank = Math.max(a.rank, b.rank);
  const shape: number[] = [];
  for (let i = 1; i <= rank; i++) {
    const left = a.shape.at(-i) ?? 1;
    const right = b.shape.at(-i) ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw a.graph.error(
        `${op}: shapes broadcast from the last axis, sizes equal or 1, ` +
          `got ${shapeText(a.shape)} and ${shapeText(b.shape)}. Reshape or transpose one of them.`,
      );
    }
    shape.unshift(Math.max(left, right));
  }
  return shape;
}
