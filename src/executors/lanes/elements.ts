import { type Node, type Program, type Shape, sizeOf } from "../../tensor/index.ts";
import { rowMajor } from "../lower/view.ts";

/** For each element of `shape` in row-major order: offset + Σ index·strides. */
export function elementOffsets(shape: Shape, strides: readonly number[], offset = 0): number[] {
  let offsets = [offset];
  shape.forEach((length, axis) => {
    offsets = offsets.flatMap((start) => Array.from({ length }, (_, i) => start + i * strides[axis]!));
  });
  return offsets;
}

/** Which element of the input each element of a virtual node is, or undefined for other nodes. */
export function throughElements(node: Node, input: Node | undefined): number[] | undefined {
  if (input === undefined) return undefined;
  const strides = rowMajor(input.shape);
  switch (node.op) {
    case "stopGradient":
    case "reshape":
      return Array.from({ length: sizeOf(node.shape) }, (_, i) => i);
    case "broadcast":
      return elementOffsets(
        node.shape,
        strides.map((stride, axis) => (input.shape[axis] === node.shape[axis] ? stride : 0)),
      );
    case "transpose":
      return elementOffsets(
        node.shape,
        node.permutation.map((axis) => strides[axis]!),
      );
    case "slice":
      return elementOffsets(
        node.shape,
        strides,
        node.starts.reduce((sum, start, axis) => sum + start * strides[axis]!, 0),
      );
    default:
      return undefined;
  }
}

/** Operations that have no form with one member per lane. */
const rowsOnly = new Set<Node["op"]>([
  "randomIndex",
  "shuffledIndex",
  "sequentialIndex",
  "batchWeights",
  "argmax",
  "gather",
  "scatterAdd",
  "pick",
  "place",
  "crossEntropy",
  "crossEntropyGradient",
]);

/** Instructions of one step beyond which the code would be too long to compile well. */
const MOST_INSTRUCTIONS = 12_000;
const MOST_ELEMENTS = 64;

/** Instructions per element, roughly; 1 for others. */
const costs: Readonly<Partial<Record<Node["op"], number>>> = {
  exp: 25,
  log: 35,
  tanh: 30,
  sigmoid: 30,
  softplus: 45,
  sin: 35,
  cos: 35,
  uniform: 60,
  normal: 110,
};

/** Instructions that nodes take, roughly; Infinity where one has no form in lanes. Loops are written out. */
function instructionsOf(nodes: readonly Node[]): number {
  let instructions = 0;
  for (const node of nodes) {
    if (rowsOnly.has(node.op) || sizeOf(node.shape) > MOST_ELEMENTS) return Infinity;
    if (node.op === "matmul") {
      const inner = sizeOf(nodes[node.inputs[0]!]!.shape) / node.shape[0]!;
      instructions += sizeOf(node.shape) * inner * 2;
    } else if (node.op === "sum" || node.op === "max") instructions += sizeOf(nodes[node.inputs[0]!]!.shape);
    else if (node.op === "scan") instructions += instructionsOf(node.body.nodes) * node.length;
    else instructions += sizeOf(node.shape) * (costs[node.op] ?? 1);
  }
  return instructions;
}

/**
 * Whether a program is so small that a member fits into one lane: everything it computes then stays in registers, four
 * members at a time, for all the steps of a call.
 */
export function fitsLanes({ nodes, slots }: Program): boolean {
  return (
    slots.every((slot) => sizeOf(slot.shape) <= MOST_ELEMENTS) && instructionsOf(nodes) <= MOST_INSTRUCTIONS
  );
}
