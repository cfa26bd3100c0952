/**
 * The tensor IR: a static program of a population's step, in SSA order.
 *
 * Reading rules
 * - `nodes[i].id === i`; inputs have smaller ids. The only control flow is `scan`, a loop of fixed length.
 * - `shape` is the shape of ONE member. A node of scope `member` holds one such value per member (population axis
 *   implicit and first); a node of scope `shared` is the same for all members. A node is `member` when any input is;
 *   a shared input of a member node is a virtual broadcast.
 * - Elementwise operations want inputs of exactly the output's shape: the tracer inserts `broadcast` nodes (virtual:
 *   stride 0), so no executor has to know broadcasting rules beyond these nodes.
 * - A step: every `read` sees the slots as they were when the step began; `updates` are written together at its end.
 * - Loops: a `scan` runs its body `length` times. Its inputs are, in this order, the carries as they are before the first
 *   time, sequences `[length, …]` of which the body sees one entry per time, and captured values, the same at all times.
 *   The body's first nodes are its arguments, one per input; its other nodes may be anything but `read`, `step` and random
 *   nodes, which the tracer keeps outside: a draw at time t is entry t of a draw `[length, …]`. The body's outputs are the
 *   next carries, then values that are stacked over time. `result` nodes look at a scan's outputs: the last carries, then
 *   the stacks, whose entry t is time t also where the loop runs backwards. A scan's own shape means nothing.
 * - float32 in fast executors, float64 in the reference; `int32` only for indices and labels. Arrays are row-major.
 *
 * Random nodes (the same numbers in every executor)
 * - Element e of a node draws word `w[e & 3]` of `philox4x32(block = e >> 2, member id, step + offset,
 *   purposeWord(purpose); key)`, all of src/random. Nothing depends on members, workers or batch.
 * - A `uniform` or `normal` of one or two elements would waste most of its block, so P = 4/elements consecutive steps
 *   share one (`stepsPerBlock`): with s = step + offset (mod 2³²), its element e is element (s mod P)·elements + e of the
 *   four that a larger node has at step ⌊s/P⌋.
 * - `uniform`: (w >>> 8)·2⁻²⁴, in [0, 1), exact in float32.
 * - `normal`: Box–Muller on the pairs (w0, w1), (w2, w3) of the block: u = fround(fround(w0) + 0.5)·2⁻³² (in (0, 1],
 *   these roundings are part of the definition), v = (w1 >>> 8)·2⁻²⁴, r = √(−2 ln u);
 *   elements 0, 1 are r cos 2πv, r sin 2πv; elements 2, 3 the same from (w2, w3).
 * - `randomIndex`: floor(w·bound / 2³²) in exact integer arithmetic.
 * - `shuffledIndex`: element i is σ(n mod bound), n = ⌊position⌋ + i, where σ is a permutation of 0 … bound − 1 of its own for
 *   each epoch ⌊epoch⌋ + ⌊n/bound⌋: twelve rounds of a Feistel network on b = max(2, ⌈log₂ bound⌉) bits, applied again until
 *   the result is below bound. Its keys K₀ … K₁₁ are the words of blocks 0, 1, 2 of
 *   `philox4x32(block, member id, epoch, purposeWord(purpose); key)`. x has ⌊b/2⌋ low bits and the rest as high bits; even
 *   rounds replace high by high ^ F(low, Kⱼ), odd ones low by low ^ F(high, Kⱼ); F(v, K): z = (v ^ K)·0x85ebca6b,
 *   z ← (z ^ z >>> 13)·0xc2b2ae35 (mod 2³²), of which the topmost bits are taken, as many as are needed.
 */

import type { Range } from "./range.ts";

export type DType = "float32" | "int32";
export type Scope = "member" | "shared";
export type Shape = readonly number[];
export type NodeId = number;

/** y = f(x), elementwise, float32. `heaviside` is 1 where x > 0, else 0. */
export type UnaryName =
  | "neg"
  | "exp"
  | "log"
  | "tanh"
  | "relu"
  | "sigmoid"
  | "softplus"
  | "sqrt"
  | "square"
  | "reciprocal"
  | "sin"
  | "cos"
  | "heaviside";

/** y = f(a, b), elementwise, float32. */
export type BinaryName = "add" | "sub" | "mul" | "div" | "maximum" | "minimum";

/** y = 1 or 0 (float32), elementwise; both inputs float32 or both int32. */
export type CompareName = "greater" | "greaterEqual" | "equal";

/** What a node computes, with its attributes; `inputs` are listed in brackets. */
export type Operation =
  /** [] A literal: one number that fills the shape, or all elements. Shared. */
  | { readonly op: "constant"; readonly values: number | Float64Array | Int32Array }
  /** [] The slot's value at the beginning of the step. Shared for `data` slots, else member. */
  | { readonly op: "read"; readonly slot: string }
  /** [] The step's number as float32, shape []. Shared. */
  | { readonly op: "step" }
  /** [] Uniform in [0, 1). Member. */
  | { readonly op: "uniform"; readonly purpose: string; readonly offset: number }
  /** [] Standard normal. Member. `offset` 1 is the draw that the next step's `offset` 0 gives. */
  | { readonly op: "normal"; readonly purpose: string; readonly offset: number }
  /** [] or [bound: float32 []] int32 in [0, bound): the attribute, or the member's own input (1 … attribute). Member. */
  | { readonly op: "randomIndex"; readonly purpose: string; readonly bound: number }
  /** [epoch, position: float32 []] int32 `[count]` in [0, bound): the next rows of a shuffled order. Member. */
  | { readonly op: "shuffledIndex"; readonly purpose: string; readonly bound: number }
  /** [] int32 `[count]`: element i is (step·count + i) mod bound. Shared. To walk through a data set in order. */
  | { readonly op: "sequentialIndex"; readonly bound: number }
  /** [size: float32 []] float32 `[max]`: 1/size where i < size, else 0: weights of a mean over a member's own batch. */
  | { readonly op: "batchWeights" }
  | { readonly op: UnaryName }
  | { readonly op: BinaryName }
  | { readonly op: CompareName }
  /** [condition, a, b] a where condition ≠ 0, else b. float32. */
  | { readonly op: "where" }
  /** [x] int32 to float32. */
  | { readonly op: "toFloat" }
  /** [a, b] Rank 2 each: op(A)·op(B), with A `[m, k]` (`[k, m]` when transposeA), B `[k, n]` (`[n, k]` when transposeB). */
  | { readonly op: "matmul"; readonly transposeA: boolean; readonly transposeB: boolean }
  /** [x] Sum over axes (ascending), which are removed. */
  | { readonly op: "sum"; readonly axes: readonly number[] }
  /** [x] Maximum over axes (ascending), which are removed. */
  | { readonly op: "max"; readonly axes: readonly number[] }
  /** [x] int32: index of the first maximum along the last axis, which is removed. */
  | { readonly op: "argmax" }
  /** [x] Same rank; axes of size 1 are repeated to the node's shape. Virtual. */
  | { readonly op: "broadcast" }
  /** [x] Same elements in row-major order. Virtual. */
  | { readonly op: "reshape" }
  /** [x] Output axis i is input axis permutation[i]. */
  | { readonly op: "transpose"; readonly permutation: readonly number[] }
  /** [x] Elements starts[i] … starts[i] + shape[i] − 1 of each axis. */
  | { readonly op: "slice"; readonly starts: readonly number[] }
  /** [x] Zeros around x: before[i] of them in front on axis i, the rest of the node's shape behind. */
  | { readonly op: "pad"; readonly before: readonly number[] }
  /** [x1, x2, …] Joined along an axis. */
  | { readonly op: "concat"; readonly axis: number }
  /** [table `[rows, …rest]`, index int32 `[…n]`] → `[…n, …rest]`. Table float32 or int32, shared or member. */
  | { readonly op: "gather" }
  /** [index int32 `[…n]`, x `[…n, …rest]`] → `[rows, …rest]`: adds rows of x at their indices. Adjoint of `gather`. */
  | { readonly op: "scatterAdd" }
  /** [x `[…n, c]`, index int32 `[…n]`] → `[…n]`: one element along the last axis. */
  | { readonly op: "pick" }
  /** [index int32 `[…n]`, x `[…n]`] → `[…n, c]`: x at its index, else 0. Adjoint of `pick`. */
  | { readonly op: "place" }
  /** [logits `[…n, c]`, labels int32 `[…n]`] → `[…n]`: log Σ exp(logits) − logits[label]. */
  | { readonly op: "crossEntropy" }
  /** [logits `[…n, c]`, labels int32 `[…n]`, g `[…n]`] → `[…n, c]`: g·(softmax(logits) − onehot(label)). */
  | { readonly op: "crossEntropyGradient" }
  /** [x] x itself; reverse mode passes nothing through it. Removed by `optimise`. */
  | { readonly op: "stopGradient" }
  /** [carries, sequences, captured] A loop over t = 0 … length − 1, or from the end where `reverse`. */
  | {
      readonly op: "scan";
      readonly body: Body;
      readonly length: number;
      readonly reverse: boolean;
      /** How many of the inputs, and of the body's outputs, are carries. */
      readonly carries: number;
      /** How many inputs after these are sequences. */
      readonly sequences: number;
    }
  /** [scan] The last carry `index`, or the stack `[length, …]` of output `index`. */
  | { readonly op: "result"; readonly index: number }
  /** [] Only in bodies: input `index` of the scan; of a sequence, its entry at this time. */
  | { readonly op: "argument"; readonly index: number };

/** What a `scan` computes at each time. */
export interface Body {
  /** Node i is argument i for each input of the scan; inputs have smaller ids. */
  readonly nodes: readonly Node[];
  /** The next carries, then what is stacked over time. */
  readonly outputs: readonly NodeId[];
}

export type Scan = Node & { readonly op: "scan" };

export type OpName = Operation["op"];

export type Node = Operation & {
  readonly id: NodeId;
  readonly inputs: readonly NodeId[];
  readonly shape: Shape;
  readonly dtype: DType;
  readonly scope: Scope;
  /** `file:line` of the user's model that asked for it; for messages only. */
  readonly origin?: string;
};

/**
 * - `parameter`: trained; copied and merged with the member; in its checkpoint.
 * - `state`: of the optimizer or the model; copied and merged with the member; in its checkpoint.
 * - `hyper`: written by the host between calls; not copied with the member.
 * - `memory`: a member's own rows that are not copied, nor checkpointed (replay, outputs that the host reads).
 * - `data`: one array for all members.
 */
export type SlotKind = "parameter" | "state" | "hyper" | "memory" | "data";

/** Named storage that outlives a step. */
export interface Slot {
  readonly name: string;
  readonly kind: SlotKind;
  /** Of one member; for `data` of the whole array. */
  readonly shape: Shape;
  readonly dtype: DType;
  /** int32: values must be in 0 … below − 1 (labels, indices). */
  readonly below?: number;
  /** hyper: what the coefficients that are read from it may be. */
  readonly ranges?: readonly Range[];
}

/** At the end of each step, slot ← node (same shape and dtype; all together). */
export interface Update {
  readonly slot: string;
  readonly node: NodeId;
}

/** A float32 number per member and step (shape []). */
export interface Metric {
  readonly name: string;
  readonly node: NodeId;
}

export interface Program {
  readonly nodes: readonly Node[];
  readonly slots: readonly Slot[];
  readonly updates: readonly Update[];
  readonly metrics: readonly Metric[];
}

/** Elements of a shape: 1 for []. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** Consecutive steps whose draws come from one block, for a `uniform` or `normal` of so many elements: 4, 2 or 1. */
export const stepsPerBlock = (elements: number): 1 | 2 | 4 => (elements === 1 ? 4 : elements === 2 ? 2 : 1);

export const unaryNames: ReadonlySet<string> = new Set<UnaryName>([
  "neg",
  "exp",
  "log",
  "tanh",
  "relu",
  "sigmoid",
  "softplus",
  "sqrt",
  "square",
  "reciprocal",
  "sin",
  "cos",
  "heaviside",
]);

export const binaryNames: ReadonlySet<string> = new Set<BinaryName>([
  "add",
  "sub",
  "mul",
  "div",
  "maximum",
  "minimum",
]);

export const compareNames: ReadonlySet<string> = new Set<CompareName>(["greater", "greaterEqual", "equal"]);

export const isUnary = (node: Node): node is Node & { readonly op: UnaryName } => unaryNames.has(node.op);
export const isBinary = (node: Node): node is Node & { readonly op: BinaryName } => binaryNames.has(node.op);
export const isCompare = (node: Node): node is Node & { readonly op: CompareName } =>
  compareNames.has(node.op);
