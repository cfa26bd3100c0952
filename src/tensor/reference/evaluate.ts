import { type Node, type Program, type Scan, sizeOf, stepsPerBlock } from "../ir.ts";
import { evaluate, type Value } from "./kernels.ts";
import { type Draw, indexBelow, normals, randomWords, uniforms } from "./random.ts";
import { shuffle, shuffleKeys } from "./shuffle.ts";

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
    case "shuffledIndex": {
      const [epoch, position] = node.inputs.map((id) => Math.max(0, Math.floor(values[id]![0]!)));
      const orders = new Map<number, (row: number) => number>();
      return Int32Array.from({ length: size }, (_, i) => {
        const at = position! + i;
        const now = epoch! + Math.floor(at / node.bound);
        const order = orders.get(now) ?? shuffle(node.bound, shuffleKeys(node.purpose, now, draw));
        orders.set(now, order);
        return order(at % node.bound);
      });
    }
    default:
      return undefined;
  }
}

/** All results of a loop: time after time, the body node by node. */
function runLoop(scan: Scan, inputs: readonly Value[]): Value[] {
  const { body, length, reverse, carries, sequences } = scan;
  const stacks = body.outputs.slice(carries).map((id) => {
    const { shape, dtype } = body.nodes[id]!;
    const size = length * sizeOf(shape);
    return dtype === "int32" ? new Int32Array(size) : new Float64Array(size);
  });
  let state = inputs.slice(0, carries);
  for (let i = 0; i < length; i++) {
    const t = reverse ? length - 1 - i : i;
    const given = inputs.map((input, k) => {
      if (k < carries) return state[k]!;
      const size = sizeOf(body.nodes[k]!.shape);
      return k < carries + sequences ? input.subarray(t * size, (t + 1) * size) : input;
    });
    const values: Value[] = [];
    const loops = new Map<number, Value[]>();
    for (const node of body.nodes) values.push(valueIn(node, body.nodes, values, loops, given));
    const outputs = body.outputs.map((id) => values[id]!);
    state = outputs.slice(0, carries);
    stacks.forEach((stack, k) => {
      const part = outputs[carries + k]!;
      stack.set(part, t * part.length);
    });
  }
  return [...state, ...stacks];
}

/** The value of a node that looks only at others. @param loops results of the loops among them, by id */
function valueIn(
  node: Node,
  nodes: readonly Node[],
  values: readonly Value[],
  loops: Map<number, Value[]>,
  given: readonly Value[] = [],
): Value {
  const inputs = node.inputs.map((id) => values[id]!);
  switch (node.op) {
    case "argument":
      return given[node.index]!;
    case "constant":
      if (typeof node.values !== "number") return node.values;
      return (
        node.dtype === "int32" ? new Int32Array(sizeOf(node.shape)) : new Float64Array(sizeOf(node.shape))
      ).fill(node.values);
    case "scan":
      loops.set(node.id, runLoop(node, inputs));
      return new Float64Array(0);
    case "result":
      return loops.get(node.inputs[0]!)![node.index]!;
    default:
      return evaluate(
        node,
        inputs,
        node.inputs.map((id) => nodes[id]!),
      );
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
  const loops = new Map<number, Value[]>();
  for (const node of program.nodes) {
    // A loop keeps its results beside its value.
    let value = node.scope === "shared" && node.op !== "scan" ? shared.get(node.id) : undefined;
    if (value === undefined) {
      value = source(node, context, values) ?? valueIn(node, program.nodes, values, loops);
      seen(node, value);
    }
    if (node.scope === "shared") shared.set(node.id, value);
    values.push(value);
  }
  return values;
}
