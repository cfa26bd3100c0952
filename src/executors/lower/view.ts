import { type Node, type NodeId, type Program, type Shape, sizeOf } from "../../tensor/index.ts";

/** A window on another node's elements: element (i₀, i₁, …) is source[offset + Σ i·strides]. In elements. */
export interface View {
  readonly source: NodeId;
  readonly offset: number;
  readonly shape: Shape;
  readonly strides: readonly number[];
}

/** Strides of row-major order. */
export function rowMajor(shape: Shape): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** Whether the elements follow each other without gaps, in row-major order. */
export function isContiguous(view: View): boolean {
  const wanted = rowMajor(view.shape);
  return view.strides.every((stride, axis) => view.shape[axis] === 1 || stride === wanted[axis]);
}

/** Whether a view is all of its source, in order. */
export const isWhole = (view: View, source: Node): boolean =>
  view.offset === 0 && isContiguous(view) && sizeOf(view.shape) === sizeOf(source.shape);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** A number that fills a shape is stored once. */
const isFill = (node: Node): boolean => node.op === "constant" && typeof node.values === "number";

/**
 * The strides that give a view another shape without moving elements, or undefined where there are none: each group of
 * axes that together hold the same number of elements must be evenly spaced.
 */
function reshaped(view: View, shape: Shape): number[] | undefined {
  const from = view.shape.flatMap((length, axis) =>
    length === 1 ? [] : [{ length, stride: view.strides[axis]! }],
  );
  const merged: { length: number; stride: number }[] = [];
  for (const { length, stride } of from) {
    const last = merged.at(-1);
    if (last !== undefined && last.stride === stride * length) {
      last.length *= length;
      last.stride = stride;
    } else merged.push({ length, stride });
  }
  const strides: number[] = shape.map(() => 0);
  let axis = shape.length - 1;
  for (const { length, stride } of merged.toReversed()) {
    let left = length;
    let step = stride;
    while (left > 1) {
      const wanted = shape[axis];
      if (wanted === undefined || left % wanted !== 0) return undefined;
      strides[axis] = wanted === 1 ? 0 : step;
      step *= wanted;
      left /= wanted;
      axis--;
    }
  }
  return strides;
}

/** The views of a program's nodes: virtual nodes look through to their source, unless they must be copied. */
export interface Views {
  /** By node id. */
  readonly of: readonly View[];
  /** Virtual nodes that are computed (copied) all the same, and constants that are stored in full. */
  readonly copied: ReadonlySet<NodeId>;
  /** What the loops that compute a node look at, one view per input; a copied node looks through itself. */
  inputs(node: Node): readonly View[];
}

/** @param copies virtual nodes that need memory of their own */
export function resolveViews(program: Program, copies: ReadonlySet<NodeId> = new Set()): Views {
  const copied = new Set(copies);
  for (;;) {
    const of: View[] = [];
    const more = new Set<NodeId>();
    const beneath = new Map<NodeId, View>();
    for (const node of program.nodes) {
      const seen = through(node, of, more);
      const view = copied.has(node.id) ? undefined : seen;
      if (view === undefined && seen !== undefined) beneath.set(node.id, seen);
      of.push(
        view ?? {
          source: node.id,
          offset: 0,
          shape: node.shape,
          strides: isFill(node) && !copied.has(node.id) ? node.shape.map(() => 0) : rowMajor(node.shape),
        },
      );
    }
    const inputs = (node: Node): readonly View[] => {
      const seen = beneath.get(node.id);
      return seen === undefined ? node.inputs.map((id) => of[id]!) : [seen];
    };
    if (more.size === 0) return { of, copied, inputs };
    for (const id of more) copied.add(id);
  }
}

/** The view of a virtual node; inputs that would have to be copied for it are added to `more`. */
function through(node: Node, of: readonly View[], more: Set<NodeId>): View | undefined {
  const input = of[node.inputs[0] ?? -1];
  if (input === undefined) return undefined;
  switch (node.op) {
    case "stopGradient":
      return input;
    case "broadcast":
      return {
        ...input,
        shape: node.shape,
        strides: input.strides.map((stride, axis) => (input.shape[axis] === node.shape[axis] ? stride : 0)),
      };
    case "transpose":
      return {
        ...input,
        shape: node.shape,
        strides: node.permutation.map((axis) => input.strides[axis]!),
      };
    case "slice":
      return {
        ...input,
        shape: node.shape,
        offset:
          input.offset + node.starts.reduce((sum, start, axis) => sum + start * input.strides[axis]!, 0),
      };
    case "reshape": {
      const strides = reshaped(input, node.shape);
      if (strides !== undefined) return { ...input, shape: node.shape, strides };
      more.add(node.inputs[0]!);
      return input;
    }
    default:
      return undefined;
  }
}
