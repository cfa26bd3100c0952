import { type Node, type Program, sizeOf } from "../ir.ts";
import { evaluate, type Value } from "./kernels.ts";
import { type Draw, indexBelow, normals, randomWords, uniforms } from "./random.ts";

/** Where a member stands: its storage at the beginning of the step, and what its draws depend on. */
export interface Context {
  readonly draw: Draw;
  readonly read: (slot: string) => Value;
}

/** The value of a node that is not a function of values: literals, storage, the step, randomness. */
function source(node: Node, { draw, read }: Context, values: readonly Value[]): Value | undefined {
  const size = sizeOf(node.shape);
  const words = (purpose: string, offset: number): Uint32Array =>
    randomWords(purpose, size, { ...draw, step: draw.step + offset });
  switch (node.op) {
    case "constant":
      if (typeof node.values !== "number") return node.values;
      return (node.dtype === "int32" ? new Int32Array(size) : new Float64Array(size)).fill(node.values);
    case "read":
      return read(node.slot);
    case "step":
      return Float64Array.of(draw.step);
    case "sequentialIndex":
      return Int32Array.from({ length: size }, (_, i) => (draw.step * size + i) % node.bound);
    case "uniform":
      return uniforms(size, words(node.purpose, node.offset));
    case "normal":
      return normals(size, words(node.purpose, node.offset));
    case "randomIndex": {
      const bound = node.inputs.length === 0 ? node.bound : values[node.inputs[0]!]![0]!;
      return Int32Array.from(words(node.purpose, 0).subarray(0, size), (word) => indexBelow(word, bound));
    }
    default:
      return undefined;
  }
}

/**
 * The values of all nodes of one member in one step.
 * @param shared values of shared nodes in this step; filled by the first member, reused by the others
 * @param seen called with each new value, in order
 */
export function evaluateProgram(
  program: Program,
  context: Context,
  shared = new Map<number, Value>(),
  seen: (node: Node, value: Value) => void = () => {},
): Value[] {
  const values: Value[] = [];
  for (const node of program.nodes) {
    let value = node.scope === "shared" ? shared.get(node.id) : undefined;
    if (value === undefined) {
      value =
        source(node, context, values) ??
        evaluate(
          node,
          node.inputs.map((id) => values[id]!),
          node.inputs.map((id) => program.nodes[id]!),
        );
      seen(node, value);
    }
    if (node.scope === "shared") shared.set(node.id, value);
    values.push(value);
  }
  return values;
}
