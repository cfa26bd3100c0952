import { type Node, type Program, sizeOf, stepsPerBlock } from "../ir.ts";
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
  /** Uniforms or normals; few elements are a part of the four of a block that several steps share. */
  const drawn = (
    { purpose, offset }: { readonly purpose: string; readonly offset: number },
    law: (count: number, words: Uint32Array) => Float64Array,
  ): Float64Array => {
    const steps = stepsPerBlock(size);
    const at = (draw.step + offset) >>> 0;
    const count = steps * size;
    const all = law(count, randomWords(purpose, count, { ...draw, step: Math.floor(at / steps) }));
    const first = (at % steps) * size;
    return all.subarray(first, first + size);
  };
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
      return drawn(node, uniforms);
    case "normal":
      return drawn(node, normals);
    case "randomIndex": {
      const bound = node.inputs.length === 0 ? node.bound : values[node.inputs[0]!]![0]!;
      const words = randomWords(node.purpose, size, draw).subarray(0, size);
      return Int32Array.from(words, (word) => indexBelow(word, bound));
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
