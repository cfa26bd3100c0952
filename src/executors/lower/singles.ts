import type { Key } from "../../random/index.ts";
import { purposeWord } from "../../random/index.ts";
import { type Node, type NodeId, type RowSets, sizeOf, stepsPerBlock } from "../../tensor/index.ts";
import { type DrawSpec, writeBatchWeights, writeDraws, writeSequentialIndex } from "../kernels/draws.ts";
import { type LoopSpec, writeLoop } from "../kernels/loop.ts";
import type { OwnOf } from "../kernels/own.ts";
import {
  writeArgmax,
  writeCrossEntropy,
  writeGather,
  writePick,
  writePlace,
  writeScatterAdd,
  zero,
} from "../kernels/rows.ts";
import { writeShuffle } from "../kernels/shuffle.ts";
import { type Address, type Call, type CallArgument, call } from "./call.ts";
import type { SingleKernel } from "./kernel.ts";
import { rowMajor, type View } from "./view.ts";

/** What the lowering of a node may ask. */
export interface Surroundings {
  readonly key: Key;
  readonly relaxed: boolean;
  /** What need not be computed for members with batches of their own size. */
  readonly own: RowSets | undefined;
  node(id: NodeId): Node;
  view(id: NodeId): View;
  inputs(node: Node): readonly View[];
  /** Where a view's first element lies. */
  address(view: View): Address;
  /** Where a node's own result goes. */
  result(id: NodeId): Address;
  /** Where else it goes. */
  also(id: NodeId): readonly Address[];
}

/** A pass that copies elements from one place to another. */
export function copyCall(
  shape: readonly number[],
  from: { readonly address: Address; readonly strides: readonly number[] },
  to: { readonly address: Address; readonly strides: readonly number[] },
): Call {
  const spec: LoopSpec = {
    shape,
    strides: [from.strides, to.strides],
    visit: {
      brought: false,
      steps: [{ op: "stopGradient", integer: false, args: [{ from: "operand", index: 0 }] }],
      stores: [{ value: 0, operand: 1 }],
    },
    axes: [],
    reductions: [],
  };
  return call("loop", spec, [from.address, to.address], (code, parameters, s) =>
    writeLoop(code, parameters, s, false),
  );
}

const moved = (address: Address, elements: number): Address => ({
  ...address,
  offset: address.offset + elements * 4,
});

/** The calls that compute a node which is not fused. */
export function lowerSingle({ node: id, loss }: SingleKernel, around: Surroundings): Call[] {
  const node = around.node(id);
  const out = around.result(node.id);
  const input = (index: number): Address => around.address(around.view(node.inputs[index]!));
  /** For a kernel over `count` entries of this node: whether only the member's own rows are wanted. */
  const partly = (count: number): { spec: OwnOf; args: readonly "rows"[] } => {
    const { own } = around;
    const all = [node.id, ...(loss === undefined ? [] : [loss])];
    return own !== undefined && count % own.max === 0 && all.every((result) => own.partial.has(result))
      ? { spec: { own: own.max }, args: ["rows"] }
      : { spec: {}, args: [] };
  };
  const shapeOf = (index: number): readonly number[] => around.node(node.inputs[index]!).shape;
  switch (node.op) {
    case "uniform":
    case "normal":
    case "randomIndex": {
      const own = partly(sizeOf(node.shape));
      const spec: DrawSpec = {
        kind: node.op,
        ...own.spec,
        count: sizeOf(node.shape),
        purpose: purposeWord(node.purpose),
        key: around.key,
        offset: node.op === "randomIndex" ? 0 : node.offset,
        steps: node.op === "randomIndex" ? 1 : stepsPerBlock(sizeOf(node.shape)),
        bound: node.op === "randomIndex" ? node.bound : 0,
        boundInput: node.inputs.length > 0,
      };
      const args = [out, "member", "step", ...(spec.boundInput ? [input(0)] : []), ...own.args] as const;
      return [call("draws", spec, args, (code, p, s) => writeDraws(code, p, s, around.relaxed))];
    }
    case "shuffledIndex": {
      const count = sizeOf(node.shape);
      const own = partly(count);
      const { bound } = node;
      const spec = { ...own.spec, count, bound, purpose: purposeWord(node.purpose), key: around.key };
      return [call("shuffle", spec, [input(0), input(1), out, "member", ...own.args], writeShuffle)];
    }
    case "sequentialIndex": {
      const spec = { count: sizeOf(node.shape), bound: node.bound };
      return [call("sequentialIndex", spec, [out, "step"], writeSequentialIndex)];
    }
    case "batchWeights":
      return [call("batchWeights", sizeOf(node.shape), [input(0), out], writeBatchWeights)];
    case "gather": {
      const [rows = 0, ...rest] = shapeOf(0);
      const own = partly(sizeOf(shapeOf(1)));
      const spec = { ...own.spec, rows, row: sizeOf(rest), count: sizeOf(shapeOf(1)) };
      return [call("gather", spec, [input(0), input(1), out, ...own.args], writeGather)];
    }
    case "scatterAdd": {
      const [rows = 0, ...rest] = node.shape;
      const spec = { rows, row: sizeOf(rest), count: sizeOf(shapeOf(0)) };
      return [call("scatterAdd", spec, [input(0), input(1), out], writeScatterAdd)];
    }
    case "pick": {
      const own = partly(sizeOf(node.shape));
      const spec = { ...own.spec, classes: shapeOf(0).at(-1)!, count: sizeOf(node.shape) };
      return [call("pick", spec, [input(0), input(1), out, ...own.args], writePick)];
    }
    case "place": {
      const own = partly(sizeOf(shapeOf(0)));
      const spec = { ...own.spec, classes: node.shape.at(-1)!, count: sizeOf(shapeOf(0)) };
      return [call("place", spec, [input(0), input(1), out, ...own.args], writePlace)];
    }
    case "argmax": {
      const own = partly(sizeOf(node.shape));
      const spec = { ...own.spec, classes: shapeOf(0).at(-1)!, count: sizeOf(node.shape) };
      return [call("argmax", spec, [input(0), out, ...own.args], writeArgmax)];
    }
    case "crossEntropy":
    case "crossEntropyGradient": {
      const gradient = node.op === "crossEntropyGradient";
      const own = partly(sizeOf(shapeOf(1)));
      const spec = {
        ...own.spec,
        classes: shapeOf(0).at(-1)!,
        count: sizeOf(shapeOf(1)),
        loss: !gradient || loss !== undefined,
        gradient,
      };
      const args: CallArgument[] = [input(0), input(1)];
      if (loss !== undefined) args.push(around.result(loss));
      if (gradient) args.push(input(2));
      args.push(out, ...own.args);
      return [
        call("crossEntropy", spec, args, (code, p, s) => writeCrossEntropy(code, p, s, around.relaxed)),
      ];
    }
    case "pad": {
      const strides = rowMajor(node.shape);
      const start = node.before.reduce((sum, skip, axis) => sum + skip * strides[axis]!, 0);
      const from = around.view(node.inputs[0]!);
      return [
        call("zero", sizeOf(node.shape), [out], (code, [pointer], count) => zero(code, pointer!, count)),
        copyCall(
          from.shape,
          { address: around.address(from), strides: from.strides },
          { address: moved(out, start), strides },
        ),
      ];
    }
    case "concat": {
      const strides = rowMajor(node.shape);
      let start = 0;
      return node.inputs.map((id) => {
        const from = around.view(id);
        const target = moved(out, start * strides[node.axis]!);
        start += from.shape[node.axis]!;
        return copyCall(
          from.shape,
          { address: around.address(from), strides: from.strides },
          { address: target, strides },
        );
      });
    }
    default:
      throw new Error(`${node.op}: the wasm executor has no kernel for this operation`);
  }
}
