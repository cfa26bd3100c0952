import { type Node, type NodeId, type Program, sizeOf, stepsPerBlock } from "../../tensor/index.ts";
import { normalsOfWords, uniformOfWord, type Vectors } from "../emit/index.ts";
import { elementwise } from "../kernels/operations.ts";
import { rowMajor } from "../lower/view.ts";
import type { Local } from "../wasm/index.ts";
import { type Draws, sharedDraws, wordsOf } from "./draws.ts";
import { elementOffsets, throughElements } from "./elements.ts";
import type { StepInputs } from "./inputs.ts";

/** One element of a node for four members: a local, or a number that all share. */
export type Element = Local | { readonly constant: number; readonly integer: boolean };

/** Nodes that are the same in every step of a call. */
export function invariantNodes(program: Program): Set<NodeId> {
  const updated = new Set(program.updates.map(({ slot }) => slot));
  const invariant = new Set<NodeId>();
  const changing = new Set<Node["op"]>(["step", "uniform", "normal"]);
  for (const node of program.nodes) {
    if (changing.has(node.op) || (node.op === "read" && updated.has(node.slot))) continue;
    if (node.inputs.every((id) => invariant.has(id))) invariant.add(node.id);
  }
  return invariant;
}

/** Draws of this step that were the next step's draws a step before: [this step's node, the next step's]. */
export function carriedDraws(program: Program): [NodeId, NodeId][] {
  const draws = program.nodes.filter((node) => node.op === "normal" || node.op === "uniform");
  return draws.flatMap((node): [NodeId, NodeId][] => {
    const next = draws.find(
      (other) =>
        other.op === node.op &&
        other.purpose === node.purpose &&
        other.offset === node.offset + 1 &&
        other.shape.join() === node.shape.join(),
    );
    return next === undefined ? [] : [[node.id, next.id]];
  });
}

/**
 * Writes nodes of one step of a program for four members at once.
 * @param values receives each node's elements
 */
export function writeNodes(
  v: Vectors,
  program: Program,
  nodes: readonly Node[],
  inputs: StepInputs,
  values: Map<NodeId, readonly Element[]>,
): void {
  const { code } = v;
  const keep = (): Local => {
    const local = code.local("v128");
    code.set(local);
    return local;
  };
  const push = (element: Element): void => {
    if (!("constant" in element)) code.get(element);
    else if (element.integer) code.i32x4(element.constant);
    else code.f32x4(element.constant);
  };

  const draws = (node: Draws): Local[] => {
    const count = sizeOf(node.shape);
    if (stepsPerBlock(count) > 1) return sharedDraws(v, node, inputs);
    const made: Local[] = [];
    for (let block = 0; block * 4 < count; block++) {
      const step = code.local("i32");
      code.get(inputs.step).i32(node.offset).op("i32.add").set(step);
      const words = wordsOf(v, node, block, step, inputs);
      code.release(step);
      if (node.op === "uniform") {
        for (const word of words) {
          code.get(word);
          uniformOfWord(v);
          code.set(word);
        }
      } else {
        normalsOfWords(v, words[0], words[1]);
        if (count - block * 4 > 2) normalsOfWords(v, words[2], words[3]);
      }
      made.push(...words);
    }
    return made.slice(0, count);
  };

  const matmul = (node: Node & { op: "matmul" }): Element[] => {
    const [a, b] = node.inputs.map((id) => values.get(id)!) as [readonly Element[], readonly Element[]];
    const [m = 1, n = 1] = node.shape;
    const inner = a.length / m;
    return Array.from({ length: m * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      for (let k = 0; k < inner; k++) {
        push(a[node.transposeA ? k * m + i : i * inner + k]!);
        push(b[node.transposeB ? j * inner + k : k * n + j]!);
        if (k === 0) code.op("f32x4.mul");
        else {
          const sum = sums.pop()!;
          v.mulAdd(() => code.get(sum));
        }
        sums.push(keep());
      }
      return sums.pop()!;
    });
  };
  const sums: Local[] = [];

  const reduce = (node: Node & { op: "sum" | "max" }, input: Node): Element[] => {
    const x = values.get(input.id)!;
    const kept = rowMajor(node.shape);
    let next = 0;
    const strides = input.shape.map((_, axis) => (node.axes.includes(axis) ? 0 : kept[next++]!));
    const parts = Array.from({ length: sizeOf(node.shape) }, (): Element[] => []);
    elementOffsets(input.shape, strides).forEach((to, from) => parts[to]!.push(x[from]!));
    return parts.map((part) => {
      push(part[0]!);
      for (const other of part.slice(1)) {
        push(other);
        code.op(node.op === "sum" ? "f32x4.add" : "f32x4.max");
      }
      return keep();
    });
  };

  const compute = (node: Node): readonly Element[] => {
    const first = node.inputs.length > 0 ? program.nodes[node.inputs[0]!]! : undefined;
    const through = throughElements(node, first);
    if (through !== undefined) {
      const x = values.get(first!.id)!;
      return through.map((at) => x[at]!);
    }
    const integer = node.dtype === "int32";
    const count = sizeOf(node.shape);
    switch (node.op) {
      case "constant": {
        const { values: literal } = node;
        return Array.from({ length: count }, (_, i) => ({
          constant: typeof literal === "number" ? literal : literal[i]!,
          integer,
        }));
      }
      case "read":
        return inputs.slots.get(node.slot)!;
      case "step":
        code.get(inputs.step).op("f32.convert_i32_u").op("f32x4.splat");
        return [keep()];
      case "uniform":
      case "normal":
        return draws(node);
      case "matmul":
        return matmul(node);
      case "sum":
      case "max":
        return reduce(node, first!);
      case "pad": {
        const strides = rowMajor(node.shape);
        const start = node.before.reduce((sum, skip, axis) => sum + skip * strides[axis]!, 0);
        const out: Element[] = Array.from({ length: count }, () => ({ constant: 0, integer }));
        const x = values.get(first!.id)!;
        elementOffsets(first!.shape, strides, start).forEach((to, from) => (out[to] = x[from]!));
        return out;
      }
      case "concat": {
        const strides = rowMajor(node.shape);
        const out: Element[] = [];
        let start = 0;
        for (const id of node.inputs) {
          const part = program.nodes[id]!;
          const x = values.get(id)!;
          elementOffsets(part.shape, strides, start).forEach((to, from) => (out[to] = x[from]!));
          start += part.shape[node.axis]! * strides[node.axis]!;
        }
        return out;
      }
      default:
        return Array.from({ length: count }, (_, i) => {
          for (const id of node.inputs) push(values.get(id)![i]!);
          elementwise(v, { op: node.op, integer: first?.dtype === "int32" });
          return keep();
        });
    }
  };

  for (const node of nodes) values.set(node.id, compute(node));
}
