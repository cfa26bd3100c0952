import { type Node, type Shape, sizeOf } from "../ir.ts";

/** A value of one member: float64 for float32 nodes, int32 for int32 nodes. */
export type Value = Float64Array | Int32Array;

const unary: Readonly<Record<string, (x: number) => number>> = {
  neg: (x) => -x,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  relu: (x) => (x > 0 ? x : x === x ? 0 : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  sqrt: Math.sqrt,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  sin: Math.sin,
  cos: Math.cos,
  heaviside: (x) => (x > 0 ? 1 : 0),
  toFloat: (x) => x,
  stopGradient: (x) => x,
};

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  greater: (a, b) => (a > b ? 1 : 0),
  greaterEqual: (a, b) => (a >= b ? 1 : 0),
  equal: (a, b) => (a === b ? 1 : 0),
};

/** Elements to skip for one step along each axis, row-major. */
export function strides(shape: Shape): number[] {
  const result = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) result[axis] = result[axis + 1]! * shape[axis + 1]!;
  return result;
}

/** For each element of `shape` in order: offset + Σ index[axis]·step[axis]. */
export function offsets(shape: Shape, step: readonly number[], offset = 0): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  const own = strides(shape);
  for (let i = 0; i < result.length; i++) {
    let at = offset;
    for (let axis = 0; axis < shape.length; axis++) {
      at += (Math.floor(i / own[axis]!) % shape[axis]!) * step[axis]!;
    }
    result[i] = at;
  }
  return result;
}

function like(node: Node): Value {
  const size = sizeOf(node.shape);
  return node.dtype === "int32" ? new Int32Array(size) : new Float64Array(size);
}

/** out[i] = x[where[i]] */
function take(node: Node, x: Value, where: Int32Array): Value {
  const out = like(node);
  for (let i = 0; i < out.length; i++) out[i] = x[where[i]!]!;
  return out;
}

function matmul(node: Node & { op: "matmul" }, a: Value, b: Value, aShape: Shape, bShape: Shape): Value {
  const [m, n] = node.shape as [number, number];
  const inner = node.transposeA ? aShape[0]! : aShape[1]!;
  const [aRow, aInner] = node.transposeA ? [1, m] : [inner, 1];
  const [bInner, bColumn] = node.transposeB ? [1, bShape[1]!] : [n, 1];
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[i * aRow + k * aInner]! * b[k * bInner + j * bColumn]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}

function reduce(node: Node & { op: "sum" | "max" }, x: Value, from: Shape): Value {
  const out = new Float64Array(sizeOf(node.shape)).fill(node.op === "sum" ? 0 : -Infinity);
  const kept = strides(node.shape);
  let next = 0;
  const to = offsets(
    from,
    from.map((_, axis) => (node.axes.includes(axis) ? 0 : kept[next++]!)),
  );
  for (let i = 0; i < x.length; i++) {
    const at = to[i]!;
    out[at] = node.op === "sum" ? out[at]! + x[i]! : Math.max(out[at]!, x[i]!);
  }
  return out;
}

function argmax(node: Node, x: Value, classes: number): Value {
  const out = new Int32Array(sizeOf(node.shape));
  for (let row = 0; row < out.length; row++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (x[row * classes + c]! > x[row * classes + best]!) best = c;
    out[row] = best;
  }
  return out;
}

/** Checks an index against a number of rows; fast executors may clamp instead. */
function inside(node: Node, index: number, rows: number): number {
  if (index >= 0 && index < rows) return index;
  const place = node.origin === undefined ? "" : `${node.origin}: `;
  throw new RangeError(`${place}${node.op}: an index needs to be 0 to ${rows - 1}, got ${index}.`);
}

/** log Σ exp of one row. */
function logSum(x: Value, start: number, count: number): number {
  let top = -Infinity;
  for (let c = 0; c < count; c++) top = Math.max(top, x[start + c]!);
  let sum = 0;
  for (let c = 0; c < count; c++) sum += Math.exp(x[start + c]! - top);
  return top + Math.log(sum);
}

/**
 * The value of one node of one member; sources, random nodes and reads are the session's.
 * @param inputs values of the node's inputs, with their nodes
 */
export function evaluate(node: Node, inputs: readonly Value[], sources: readonly Node[]): Value {
  const [a, b, c] = inputs as [Value, Value, Value];
  const shape = sources[0]?.shape ?? [];
  const f1 = unary[node.op];
  if (f1 !== undefined) {
    const out = like(node);
    for (let i = 0; i < out.length; i++) out[i] = f1(a[i]!);
    return out;
  }
  const f2 = binary[node.op];
  if (f2 !== undefined) {
    const out = like(node);
    for (let i = 0; i < out.length; i++) out[i] = f2(a[i]!, b[i]!);
    return out;
  }
  switch (node.op) {
    case "where":
      return Float64Array.from(a, (condition, i) => (condition !== 0 ? b[i]! : c[i]!));
    case "batchWeights":
      return Float64Array.from({ length: node.shape[0]! }, (_, i) => (i < a[0]! ? 1 / a[0]! : 0));
    case "matmul":
      return matmul(node, a, b, shape, sources[1]!.shape);
    case "sum":
    case "max":
      return reduce(node, a, shape);
    case "argmax":
      return argmax(node, a, shape.at(-1)!);
    case "reshape":
      return a;
    case "broadcast": {
      const step = strides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
      return take(node, a, offsets(node.shape, step));
    }
    case "transpose": {
      const own = strides(shape);
      const step = node.permutation.map((axis) => own[axis]!);
      return take(node, a, offsets(node.shape, step));
    }
    case "slice": {
      const own = strides(shape);
      const start = node.starts.reduce((sum, first, axis) => sum + first * own[axis]!, 0);
      return take(node, a, offsets(node.shape, own, start));
    }
    case "pad": {
      const own = strides(node.shape);
      const start = node.before.reduce((sum, skip, axis) => sum + skip * own[axis]!, 0);
      const to = offsets(shape, own, start);
      const out = like(node);
      for (let i = 0; i < to.length; i++) out[to[i]!] = a[i]!;
      return out;
    }
    case "concat": {
      const own = strides(node.shape);
      const out = like(node);
      let start = 0;
      inputs.forEach((x, k) => {
        const to = offsets(sources[k]!.shape, own, start * own[node.axis]!);
        for (let i = 0; i < to.length; i++) out[to[i]!] = x[i]!;
        start += sources[k]!.shape[node.axis]!;
      });
      return out;
    }
    case "gather": {
      const row = sizeOf(shape.slice(1));
      const out = like(node);
      for (let i = 0; i < b.length; i++) {
        const from = inside(node, b[i]!, shape[0]!) * row;
        for (let j = 0; j < row; j++) out[i * row + j] = a[from + j]!;
      }
      return out;
    }
    case "scatterAdd": {
      const row = sizeOf(node.shape.slice(1));
      const out = new Float64Array(sizeOf(node.shape));
      for (let i = 0; i < a.length; i++) {
        const to = inside(node, a[i]!, node.shape[0]!) * row;
        for (let j = 0; j < row; j++) out[to + j] = out[to + j]! + b[i * row + j]!;
      }
      return out;
    }
    case "pick": {
      const count = shape.at(-1)!;
      return Float64Array.from(b, (index, i) => a[i * count + inside(node, index, count)]!);
    }
    case "place": {
      const count = node.shape.at(-1)!;
      const out = new Float64Array(sizeOf(node.shape));
      for (let i = 0; i < a.length; i++) out[i * count + inside(node, a[i]!, count)] = b[i]!;
      return out;
    }
    case "crossEntropy": {
      const count = shape.at(-1)!;
      return Float64Array.from(
        b,
        (label, i) => logSum(a, i * count, count) - a[i * count + inside(node, label, count)]!,
      );
    }
    case "crossEntropyGradient": {
      const count = shape.at(-1)!;
      const out = new Float64Array(a.length);
      for (let i = 0; i < b.length; i++) {
        const total = logSum(a, i * count, count);
        for (let k = 0; k < count; k++) {
          const p = Math.exp(a[i * count + k]! - total);
          out[i * count + k] = c[i]! * (k === b[i] ? p - 1 : p);
        }
      }
      return out;
    }
    default:
      throw new RangeError(`${node.op}: is not an operation on values.`);
  }
}
