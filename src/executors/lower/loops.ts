import { type Node, type NodeId, sizeOf } from "../../tensor/index.ts";
import { type LoopSpec, type Reduction, writeLoop } from "../kernels/loop.ts";
import { type MatmulSpec, writeMatmul } from "../kernels/matmul.ts";
import type { OwnOf } from "../kernels/own.ts";
import type { Argument, Step } from "../kernels/visit.ts";
import { type Address, type Call, call } from "./call.ts";
import type { LoopKernel } from "./kernel.ts";
import type { Surroundings } from "./singles.ts";
import { rowMajor, sameShape, type View } from "./view.ts";

/** The call of a fused kernel. `stored` says which of its values others need in memory. */
export function lowerLoop(
  kernel: LoopKernel,
  around: Surroundings,
  stored: (id: NodeId) => boolean,
  scratch: Address,
): Call {
  const operands: { address: Address; strides: readonly number[] }[] = [];
  const known = new Map<string, number>();
  const operand = (address: Address, strides: readonly number[]): number => {
    const name = JSON.stringify([address, strides]);
    const found = known.get(name);
    if (found !== undefined) return found;
    operands.push({ address, strides });
    known.set(name, operands.length - 1);
    return operands.length - 1;
  };
  const own = new Map<NodeId, number>();
  if (kernel.matmul !== undefined) own.set(kernel.matmul, 0);

  const argument = (view: View): Argument => {
    const source = around.node(view.source);
    const value = own.get(view.source);
    if (value !== undefined) return { from: "value", index: value };
    if (source.op === "constant" && typeof source.values === "number") {
      return { from: "constant", value: source.values, integer: source.dtype === "int32" };
    }
    return { from: "operand", index: operand(around.address(view), fitted(view, kernel.shape)) };
  };

  const steps: Step[] = kernel.nodes.map((id) => {
    const node = around.node(id);
    const args = around.inputs(node).map(argument);
    own.set(id, own.size);
    return { op: node.op, integer: around.node(node.inputs[0]!).dtype === "int32", args };
  });
  const stores = [...own].flatMap(([id, value]) =>
    (stored(id) ? [around.result(id), ...around.also(id)] : []).map((address) => ({
      value,
      operand: operand(address, rowMajor(kernel.shape)),
    })),
  );
  const outputs = [...[...own.keys()].filter(stored), ...kernel.reductions];
  const ownOf = (wanted: boolean): OwnOf =>
    wanted && around.own !== undefined ? { own: around.own.max } : {};
  const rows = (spec: OwnOf): readonly "rows"[] => (spec.own === undefined ? [] : ["rows"]);
  const visit = { brought: kernel.matmul !== undefined, steps, stores };

  if (kernel.matmul !== undefined) {
    const node = around.node(kernel.matmul) as Node & { op: "matmul" };
    const a = around.view(node.inputs[0]!);
    const b = around.view(node.inputs[1]!);
    const [m = 1, n = 1] = kernel.shape;
    const partly = ownsRows(kernel.shape, outputs, around);
    const batch = partly ? "m" : around.own?.contracted.has(node.id) === true ? "k" : undefined;
    const spec: MatmulSpec = {
      ...(batch === undefined ? {} : { ...ownOf(true), batch }),
      m,
      n,
      k: a.shape[node.transposeA ? 0 : 1]!,
      a: node.transposeA ? [a.strides[1]!, a.strides[0]!] : [a.strides[0]!, a.strides[1]!],
      b: node.transposeB ? [b.strides[1]!, b.strides[0]!] : [b.strides[0]!, b.strides[1]!],
      strides: operands.map(({ strides }) => [strides[0]!, strides[1]!] as const),
      visit,
    };
    const pointers = [
      around.address(a),
      around.address(b),
      scratch,
      ...operands.map(({ address }) => address),
      ...rows(spec),
    ];
    return call("matmul", spec, pointers, (code, p, s) => writeMatmul(code, p, s, around.relaxed));
  }

  let axes: readonly number[] = [];
  const reductions: Reduction[] = kernel.reductions.map((id) => {
    const node = around.node(id);
    if (node.op !== "sum" && node.op !== "max") throw new Error(`${node.op}: is not a reduction`);
    axes = node.axes;
    const removed = new Set(node.axes);
    const kept = rowMajor(node.shape);
    let next = 0;
    const strides = kernel.shape.map((_, axis) => (removed.has(axis) ? 0 : kept[next++]!));
    const from = argument(around.inputs(node)[0]!);
    return { op: node.op, argument: from, operand: operand(around.result(id), strides) };
  });
  const spec: LoopSpec = {
    ...ownOf(ownsRows(kernel.shape, outputs, around)),
    shape: kernel.shape,
    strides: operands.map(({ strides }) => strides),
    visit,
    axes,
    reductions,
  };
  return call("loop", spec, [...operands.map(({ address }) => address), ...rows(spec)], (code, p, s) =>
    writeLoop(code, p, s, around.relaxed),
  );
}

/** Whether nobody wants more of a kernel's results than the rows of the member's own batch, its first axis. */
function ownsRows(
  [length = 1]: readonly number[],
  outputs: readonly NodeId[],
  around: Surroundings,
): boolean {
  const { own } = around;
  if (own === undefined || length % own.max !== 0) return false;
  return outputs.every((id) => {
    const result = around.node(id);
    const overRows = result.op === "sum" && result.axes[0] === 0;
    return overRows ? own.contracted.has(id) : own.partial.has(id);
  });
}

/** Strides over the kernel's shape; a view of one element fits any shape of one element. */
function fitted(view: View, shape: readonly number[]): readonly number[] {
  if (sameShape(view.shape, shape)) return view.strides;
  if (sizeOf(shape) === 1) return shape.map(() => 0);
  throw new Error(`a view of shape [${view.shape.join()}] in a loop over [${shape.join()}]`);
}
