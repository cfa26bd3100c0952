import type { Node, NodeId, Shape } from "../../tensor/index.ts";

/**
 * One pass over memory. A `loop` visits every index of `shape` once and computes `nodes` (elementwise, in order) there;
 * `matmul` gives the first value of each visit, `reductions` take values of the visits. A `scan` runs kernels of its own,
 * time after time. A `single` is any other node.
 */
export type Kernel = LoopKernel | SingleKernel | ScanKernel;

export interface LoopKernel {
  readonly kind: "loop";
  readonly shape: Shape;
  readonly nodes: readonly NodeId[];
  readonly matmul: NodeId | undefined;
  readonly reductions: readonly NodeId[];
}

export interface SingleKernel {
  readonly kind: "single";
  readonly node: NodeId;
  /** The loss that the same pass gives, when the node is the gradient of a cross-entropy. */
  readonly loss?: NodeId | undefined;
}

export interface ScanKernel {
  readonly kind: "scan";
  readonly node: NodeId;
  readonly results: readonly NodeId[];
}

/** Everything that a kernel computes. A scan itself stands for the working memory of its body. */
export const results = (kernel: Kernel): readonly NodeId[] =>
  kernel.kind === "scan"
    ? [kernel.node, ...kernel.results]
    : kernel.kind === "single"
      ? [...(kernel.loss === undefined ? [] : [kernel.loss]), kernel.node]
      : [...(kernel.matmul === undefined ? [] : [kernel.matmul]), ...kernel.nodes, ...kernel.reductions];

/** Nodes that have a place in memory from the beginning. */
export const isSource = (node: Node): boolean =>
  node.op === "read" || node.op === "constant" || node.op === "step";
