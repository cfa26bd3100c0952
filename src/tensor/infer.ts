import { type Inferred, ShapeError, shapeText } from "./shapes.ts";
import { resultOf, wantLoop } from "./inferScan.ts";
import {
  type DType,
  isBinary,
  isCompare,
  isUnary,
  type Node,
  type Operation,
  type Shape,
  sizeOf,
} from "./ir.ts";

/** A position is counted in float32. */
const MOST_ROWS = 2 ** 24;

const same = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, i) => length === b[i]);

function fail(op: string, rule: string, inputs: readonly Node[], advice: string): never {
  const came = inputs.map((node) => `${node.dtype} ${shapeText(node.shape)}`).join(" and ");
  throw new ShapeError(`${op}: ${rule}, got ${came === "" ? "no inputs" : came}. ${advice}`);
}

function wantShape(op: string, shape: Shape | undefined): Shape {
  if (shape === undefined) throw new ShapeError(`${op}: needs its shape.`);
  const bad = shape.find((length) => !Number.isInteger(length) || length < 1);
  if (bad !== undefined) {
    throw new ShapeError(`${op}: a shape holds integers >= 1, got ${shapeText(shape)}. Check the sizes.`);
  }
  return shape;
}

function wantAxes(op: string, axes: readonly number[], inputs: readonly Node[]): void {
  const rank = inputs[0]!.shape.length;
  const ordered = axes.every((axis, i) => i === 0 || axis > axes[i - 1]!);
  if (!ordered || axes.some((axis) => !Number.isInteger(axis) || axis < 0 || axis >= rank)) {
    fail(op, `axes [${axes.join(", ")}] need to be different axes of the input`, inputs, "Check the axes.");
  }
}

function wantFloat(op: string, inputs: readonly Node[]): void {
  if (inputs.some((node) => node.dtype !== "float32")) {
    fail(op, "needs float32 inputs", inputs, "Convert labels and indices with toFloat().");
  }
}

function wantIndex(op: string, node: Node, inputs: readonly Node[]): void {
  if (node.dtype !== "int32") {
    fail(op, "needs an int32 index", inputs, 'Declare the labels or indices with dtype "int32".');
  }
}

function without(shape: Shape, axes: readonly number[]): Shape {
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Number of inputs of each operation that is not variadic. */
function wantCount(op: string, inputs: readonly Node[], low: number, high = low): void {
  if (inputs.length < low || inputs.length > high) {
    throw new ShapeError(
      `${op}: needs ${low === high ? low : `${low} to ${high}`} inputs, got ${inputs.length}.`,
    );
  }
}

/**
 * The shape and type of an operation's result; its rules.
 * @param shape the wanted shape, for operations whose inputs do not fix it (constant, broadcast, reshape, slice …)
 * @throws ShapeError naming the rule, what came and what to do
 */
export function infer(operation: Operation, inputs: readonly Node[], shape?: Shape, dtype?: DType): Inferred {
  const { op } = operation;
  const first = inputs[0];
  if (isUnary(operation as Node)) {
    wantCount(op, inputs, 1);
    wantFloat(op, inputs);
    return { shape: first!.shape, dtype: "float32" };
  }
  if (isBinary(operation as Node) || isCompare(operation as Node)) {
    wantCount(op, inputs, 2);
    if (isBinary(operation as Node)) wantFloat(op, inputs);
    if (!same(first!.shape, inputs[1]!.shape) || first!.dtype !== inputs[1]!.dtype) {
      fail(op, "needs two inputs of one shape and type", inputs, "Reshape or broadcast one of them.");
    }
    return { shape: first!.shape, dtype: "float32" };
  }
  switch (operation.op) {
    case "constant": {
      wantCount(op, inputs, 0);
      const { values } = operation;
      const to = wantShape(op, shape);
      if (typeof values !== "number" && values.length !== sizeOf(to)) {
        throw new ShapeError(`constant: ${values.length} values do not fill the shape ${shapeText(to)}.`);
      }
      return { shape: to, dtype: dtype ?? (values instanceof Int32Array ? "int32" : "float32") };
    }
    case "read":
      wantCount(op, inputs, 0);
      return { shape: wantShape(op, shape), dtype: dtype ?? "float32" };
    case "step":
      wantCount(op, inputs, 0);
      return { shape: [], dtype: "float32" };
    case "uniform":
    case "normal":
      wantCount(op, inputs, 0);
      return { shape: wantShape(op, shape), dtype: "float32" };
    case "randomIndex":
      wantCount(op, inputs, 0, 1);
      wantFloat(op, inputs);
      if (first !== undefined && first.shape.length > 0) {
        fail(op, "needs a bound of shape []", inputs, "Give one bound per member.");
      }
      if (!Number.isInteger(operation.bound) || operation.bound < 1) {
        throw new ShapeError(`${op}: needs a bound that is an integer >= 1, got ${operation.bound}.`);
      }
      return { shape: wantShape(op, shape), dtype: "int32" };
    case "shuffledIndex":
      wantCount(op, inputs, 2);
      wantFloat(op, inputs);
      if (inputs.some((input) => input.shape.length > 0)) {
        fail(op, "needs an epoch and a position of shape []", inputs, "Give one of each per member.");
      }
      if (!Number.isInteger(operation.bound) || operation.bound < 1 || operation.bound > MOST_ROWS) {
        throw new ShapeError(`${op}: needs a bound from 1 to 2^24, got ${operation.bound}.`);
      }
      if (wantShape(op, shape).length !== 1) throw new ShapeError(`${op}: needs a shape [count].`);
      return { shape: shape!, dtype: "int32" };
    case "sequentialIndex":
      wantCount(op, inputs, 0);
      if (wantShape(op, shape).length !== 1) throw new ShapeError(`${op}: needs a shape [count].`);
      return { shape: shape!, dtype: "int32" };
    case "batchWeights":
      wantCount(op, inputs, 1);
      wantFloat(op, inputs);
      if (first!.shape.length > 0) fail(op, "needs a size of shape []", inputs, "Give one size per member.");
      if (wantShape(op, shape).length !== 1) throw new ShapeError(`${op}: needs a shape [max].`);
      return { shape: shape!, dtype: "float32" };
    case "where":
      wantCount(op, inputs, 3);
      wantFloat(op, inputs);
      if (!same(first!.shape, inputs[1]!.shape) || !same(first!.shape, inputs[2]!.shape)) {
        fail(op, "needs condition and both values of one shape", inputs, "Reshape or broadcast them.");
      }
      return { shape: first!.shape, dtype: "float32" };
    case "toFloat":
      wantCount(op, inputs, 1);
      wantIndex(op, first!, inputs);
      return { shape: first!.shape, dtype: "float32" };
    case "matmul": {
      wantCount(op, inputs, 2);
      wantFloat(op, inputs);
      const [a, b] = [first!.shape, inputs[1]!.shape];
      if (a.length !== 2 || b.length !== 2) {
        fail(op, "needs two matrices", inputs, "Reshape the inputs to rank 2.");
      }
      const [m, k] = operation.transposeA ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
      const [k2, n] = operation.transposeB ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
      if (k !== k2) {
        const advice = k === n ? "Transpose the second matrix?" : "Check the sizes of the layer before.";
        fail(op, `inner sizes need to agree, ${k} is not ${k2}`, inputs, advice);
      }
      return { shape: [m, n], dtype: "float32" };
    }
    case "sum":
    case "max":
      wantCount(op, inputs, 1);
      wantFloat(op, inputs);
      wantAxes(op, operation.axes, inputs);
      return { shape: without(first!.shape, operation.axes), dtype: "float32" };
    case "argmax":
      wantCount(op, inputs, 1);
      wantFloat(op, inputs);
      if (first!.shape.length === 0) fail(op, "needs at least one axis", inputs, "Give it a vector.");
      return { shape: first!.shape.slice(0, -1), dtype: "int32" };
    case "broadcast": {
      wantCount(op, inputs, 1);
      const to = wantShape(op, shape);
      const from = first!.shape;
      if (from.length !== to.length || from.some((length, i) => length !== 1 && length !== to[i])) {
        fail(op, `cannot be repeated to ${shapeText(to)}`, inputs, "Only axes of size 1 are repeated.");
      }
      return { shape: to, dtype: first!.dtype };
    }
    case "reshape": {
      wantCount(op, inputs, 1);
      const to = wantShape(op, shape);
      if (sizeOf(to) !== sizeOf(first!.shape)) {
        const rule = `${shapeText(to)} holds ${sizeOf(to)} elements, not ${sizeOf(first!.shape)}`;
        fail(op, rule, inputs, "Check the sizes.");
      }
      return { shape: to, dtype: first!.dtype };
    }
    case "transpose": {
      wantCount(op, inputs, 1);
      const { permutation } = operation;
      const axes = permutation.toSorted((a, b) => a - b);
      if (axes.length !== first!.shape.length || axes.some((axis, i) => axis !== i)) {
        const rule = `[${permutation.join(", ")}] needs to name each axis once`;
        fail(op, rule, inputs, "Check the permutation.");
      }
      return { shape: permutation.map((axis) => first!.shape[axis]!), dtype: first!.dtype };
    }
    case "slice": {
      wantCount(op, inputs, 1);
      const to = wantShape(op, shape);
      const { starts } = operation;
      const from = first!.shape;
      const inside = (start: number, i: number): boolean => start >= 0 && start + to[i]! <= from[i]!;
      if (to.length !== from.length || starts.length !== from.length || !starts.every(inside)) {
        const rule = `starts [${starts.join(", ")}] with sizes ${shapeText(to)} need to lie inside`;
        fail(op, rule, inputs, "Check the bounds.");
      }
      return { shape: to, dtype: first!.dtype };
    }
    case "pad": {
      wantCount(op, inputs, 1);
      wantFloat(op, inputs);
      const to = wantShape(op, shape);
      const { before } = operation;
      const from = first!.shape;
      const holds = (skip: number, i: number): boolean => skip >= 0 && skip + from[i]! <= to[i]!;
      if (to.length !== from.length || before.length !== from.length || !before.every(holds)) {
        fail(op, `needs a shape that holds the input, ${shapeText(to)} does not`, inputs, "Check the sizes.");
      }
      return { shape: to, dtype: "float32" };
    }
    case "concat": {
      const { axis } = operation;
      if (first === undefined) throw new ShapeError("concat: needs at least one input.");
      const rest = without(first.shape, [axis]);
      const fits = (node: Node): boolean =>
        node.dtype === first.dtype &&
        node.shape.length === first.shape.length &&
        same(without(node.shape, [axis]), rest);
      if (!(axis >= 0 && axis < first.shape.length) || !inputs.every(fits)) {
        fail(op, `inputs need to differ only on axis ${axis}`, inputs, "Check the other axes.");
      }
      const total = inputs.reduce((sum, node) => sum + node.shape[axis]!, 0);
      return { shape: first.shape.map((length, i) => (i === axis ? total : length)), dtype: first.dtype };
    }
    case "gather":
      wantCount(op, inputs, 2);
      wantIndex(op, inputs[1]!, inputs);
      if (first!.shape.length === 0)
        fail(op, "needs a table with rows", inputs, "Give it at least one axis.");
      return { shape: [...inputs[1]!.shape, ...first!.shape.slice(1)], dtype: first!.dtype };
    case "scatterAdd": {
      wantCount(op, inputs, 2);
      wantIndex(op, first!, inputs);
      const to = wantShape(op, shape);
      if (!same(inputs[1]!.shape, [...first!.shape, ...to.slice(1)])) {
        fail(op, `rows need to be those of ${shapeText(to)}`, inputs, "Check the shape of the rows.");
      }
      return { shape: to, dtype: "float32" };
    }
    case "pick":
    case "crossEntropy": {
      wantCount(op, inputs, 2);
      wantIndex(op, inputs[1]!, inputs);
      wantFloat(op, [first!]);
      if (first!.shape.length === 0 || !same(first!.shape.slice(0, -1), inputs[1]!.shape)) {
        const rule = "needs values […n, c] and an index […n]";
        fail(op, rule, inputs, "Flatten one of them so that the leading axes agree.");
      }
      return { shape: inputs[1]!.shape, dtype: "float32" };
    }
    case "place": {
      wantCount(op, inputs, 2);
      wantIndex(op, first!, inputs);
      const to = wantShape(op, shape);
      if (!same(first!.shape, inputs[1]!.shape) || !same(first!.shape, to.slice(0, -1))) {
        fail(
          op,
          `needs index and values of shape ${shapeText(to.slice(0, -1))}`,
          inputs,
          "Check the shapes.",
        );
      }
      return { shape: to, dtype: "float32" };
    }
    case "crossEntropyGradient":
      wantCount(op, inputs, 3);
      wantIndex(op, inputs[1]!, inputs);
      if (!same(first!.shape.slice(0, -1), inputs[1]!.shape) || !same(inputs[1]!.shape, inputs[2]!.shape)) {
        fail(op, "needs logits […n, c], labels […n] and g […n]", inputs, "Check the shapes.");
      }
      return { shape: first!.shape, dtype: "float32" };
    case "stopGradient":
      wantCount(op, inputs, 1);
      return { shape: first!.shape, dtype: first!.dtype };
    case "argument":
      wantCount(op, inputs, 0);
      return { shape: wantShape(op, shape), dtype: dtype ?? "float32" };
    case "scan":
      wantLoop(operation, inputs);
      return { shape: [], dtype: "float32" };
    case "result":
      return resultOf(operation, first);
    default:
      throw new ShapeError(`${op}: is not an operation of this version.`);
  }
}
