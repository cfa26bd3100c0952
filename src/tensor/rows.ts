import { isBinary, isCompare, isUnary, type Node, type NodeId, type Scan } from "./ir.ts";

/**
 * What of a node is asked for: of a batch in front its first rows, of a batch behind the time the first rows of each
 * time, or everything.
 */
export type Demand = "rows" | "inner" | "whole";

/** What is known of the loops of a program, by scan. */
export type Loops = ReadonlyMap<NodeId, LoopRows>;

export interface LoopRows {
  /** Inputs whose rows beyond the member's own are zeros. */
  readonly zero: ReadonlySet<number>;
  /** Outputs of which everything is asked for; of the others the member's own rows. */
  readonly whole: ReadonlySet<number>;
}

/** Nodes that are zero beyond the member's own rows: with the batch in front, or behind the time. */
export interface Zeros {
  readonly rows: Set<NodeId>;
  readonly inner: Set<NodeId>;
  /** By scan: zero inputs, and the same of its body. */
  readonly loops: Map<NodeId, { readonly inputs: ReadonlySet<number>; readonly body: Zeros }>;
}

/** Unary functions with f(0) = 0. */
const keepsZero: ReadonlySet<string> = new Set(["neg", "tanh", "relu", "sqrt", "square", "sin", "heaviside"]);

/** Whether a node's first axis is made of `max` equal blocks, so that a batch's first rows are its first elements. */
export const blocked = (node: Node, max: number): boolean => (node.shape[0] ?? 1) % max === 0;

const inner = ({ shape }: Node, max: number): boolean => shape.length > 1 && shape[1] === max;

const isElementwise = (node: Node): boolean =>
  isUnary(node) ||
  isBinary(node) ||
  isCompare(node) ||
  ["where", "toFloat", "stopGradient"].includes(node.op);

/** Operations whose output rows along axis 0 depend only on the same rows of their batched inputs. */
function rowwise(node: Node): boolean {
  if (isElementwise(node)) return true;
  switch (node.op) {
    case "reshape":
    case "pick":
    case "place":
    case "crossEntropy":
    case "crossEntropyGradient":
      return true;
    case "argmax":
      return node.shape.length > 0;
    case "sum":
    case "max":
      return !node.axes.includes(0);
    case "transpose":
      return node.permutation[0] === 0;
    case "concat":
      return node.axis !== 0;
    default:
      return false;
  }
}

/** A batch in front that goes behind the time, or back. */
const swaps = (node: Node): boolean =>
  node.op === "transpose" && node.permutation[0] === 1 && node.permutation[1] === 0;

/** A product over axis 0 of both factors: Aᵀ B. */
const overRows = (node: Node): boolean => node.op === "matmul" && node.transposeA && !node.transposeB;

/** @param given arguments that are known to be zero beyond the member's own rows */
export function zeroBeyond(nodes: readonly Node[], max: number, given: (node: Node) => boolean): Zeros {
  const zeros: Zeros = { rows: new Set(), inner: new Set(), loops: new Map() };
  for (const node of nodes) {
    if (node.op === "scan") zeros.loops.set(node.id, zerosOfLoop(node, max, zeros));
    const nothing = node.op === "constant" && node.values === 0;
    const result = node.op === "result" ? resultIsZero(node, nodes, zeros) : undefined;
    if (blocked(node, max) && (nothing || result === "rows" || given(node) || zeroRows(node, nodes, zeros))) {
      zeros.rows.add(node.id);
    }
    if (inner(node, max) && (nothing || result === "inner" || zeroInner(node, nodes, max, zeros))) {
      zeros.inner.add(node.id);
    }
  }
  return zeros;
}

/** Zeros of the elementwise operations, from those of their inputs. */
function zeroElements(node: Node, has: (i: number) => boolean): boolean {
  switch (node.op) {
    case "mul":
      return has(0) || has(1);
    case "div":
      return has(0);
    case "add":
    case "sub":
    case "maximum":
    case "minimum":
      return has(0) && has(1);
    case "where":
      return has(1) && has(2);
    default:
      return isUnary(node) ? keepsZero.has(node.op) && has(0) : !isCompare(node) && has(0);
  }
}

function zeroRows(node: Node, nodes: readonly Node[], { rows }: Zeros): boolean {
  const has = (i: number): boolean => rows.has(node.inputs[i]!);
  if (isElementwise(node)) return zeroElements(node, has);
  switch (node.op) {
    case "batchWeights":
      return true;
    case "crossEntropyGradient":
      return has(2);
    case "place":
      return has(1);
    case "matmul":
      return !node.transposeA && has(0);
    case "broadcast":
    case "slice":
    case "pad":
      return nodes[node.inputs[0]!]!.shape[0] === node.shape[0] && has(0);
    case "concat":
      return node.axis !== 0 && node.inputs.every((input) => rows.has(input));
    default:
      return rowwise(node) && has(0);
  }
}

function zeroInner(node: Node, nodes: readonly Node[], max: number, zeros: Zeros): boolean {
  if (isElementwise(node)) return zeroElements(node, (i) => zeros.inner.has(node.inputs[i]!));
  const [input] = node.inputs;
  return swaps(node) && nodes[input!]!.shape[0] === max && zeros.rows.has(input!);
}

function resultIsZero(
  node: Node & { readonly op: "result" },
  nodes: readonly Node[],
  zeros: Zeros,
): "rows" | "inner" | undefined {
  const scan = nodes[node.inputs[0]!] as Scan;
  const body = zeros.loops.get(scan.id)?.body;
  if (body?.rows.has(scan.body.outputs[node.index]!) !== true) return undefined;
  return node.index < scan.carries ? "rows" : "inner";
}

/** Carries are taken to stay zero until a step says otherwise. */
function zerosOfLoop(
  { body, inputs, carries, sequences }: Scan,
  max: number,
  outer: Zeros,
): { readonly inputs: Set<number>; readonly body: Zeros } {
  const isZero = (id: NodeId, i: number): boolean =>
    (i >= carries && i < carries + sequences ? outer.inner : outer.rows).has(id);
  const zero = new Set(inputs.flatMap((id, i) => (isZero(id, i) ? [i] : [])));
  for (;;) {
    const found = zeroBeyond(body.nodes, max, (node) => node.op === "argument" && zero.has(node.index));
    const lost = [...zero].filter((i) => i < carries && !found.rows.has(body.outputs[i]!));
    if (lost.length === 0) return { inputs: zero, body: found };
    for (const i of lost) zero.delete(i);
  }
}

export interface Demanded {
  readonly of: ReadonlyMap<NodeId, Demand>;
  /** Sums and products over a batch that may stop at the member's own rows. */
  readonly contracted: ReadonlySet<NodeId>;
  readonly loops: Loops;
}

/** What is asked for of each node, from what is asked for of some. */
export function demandsOn(
  nodes: readonly Node[],
  max: number,
  zeros: Zeros,
  roots: readonly (readonly [NodeId, Demand])[],
): Demanded {
  const of = new Map<NodeId, Demand>();
  const contracted = new Set<NodeId>();
  const loops = new Map<NodeId, LoopRows>();
  const results = new Map<NodeId, Map<number, Demand>>();
  const ask = (id: NodeId, demand: Demand): void => {
    const before = of.get(id);
    of.set(id, before === undefined || before === demand ? demand : "whole");
  };
  for (const [id, demand] of roots) ask(id, demand);
  for (let id = nodes.length - 1; id >= 0; id--) {
    const node = nodes[id]!;
    const asked = of.get(id);
    if (asked === undefined) continue;
    const fits = asked === "rows" ? blocked(node, max) : asked === "inner" && inner(node, max);
    const demand = fits ? asked : "whole";
    of.set(id, demand);
    if (node.op === "result") {
      const scan = node.inputs[0]!;
      of.set(scan, "whole");
      const isCarry = node.index < (nodes[scan] as Scan).carries;
      const kept = demand === (isCarry ? "rows" : "inner") ? demand : "whole";
      results.set(scan, (results.get(scan) ?? new Map<number, Demand>()).set(node.index, kept));
      continue;
    }
    if (node.op === "scan") {
      const { inputs, rows } = demandsOfLoop(node, max, zeros, results.get(id) ?? new Map());
      loops.set(id, rows);
      inputs.forEach((wanted, i) => wanted !== undefined && ask(node.inputs[i]!, wanted));
      continue;
    }
    const isZero = (i: number): boolean => zeros.rows.has(node.inputs[i]!);
    const allBlocked = node.inputs.every((input) => blocked(nodes[input]!, max));
    const sumOfRows = node.op === "sum" && node.axes[0] === 0 && isZero(0);
    const productOfRows = overRows(node) && (isZero(0) || isZero(1)) && allBlocked;
    if (sumOfRows || productOfRows) {
      contracted.add(id);
      for (const input of node.inputs) ask(input, "rows");
      continue;
    }
    node.inputs.forEach((input, i) => ask(input, through(node, i, nodes[input]!, demand, max)));
  }
  return { of, contracted, loops };
}

/** What a demand on a node asks of one of its inputs. */
function through(node: Node, i: number, input: Node, demand: Demand, max: number): Demand {
  if (demand === "inner") {
    if (isElementwise(node)) return "inner";
    return swaps(node) && input.shape[0] === max ? "rows" : "whole";
  }
  if (demand === "whole") return "whole";
  if (swaps(node) && node.shape[0] === max) return "inner";
  if (!blocked(input, max)) return "whole";
  switch (node.op) {
    case "matmul":
      return i === 0 && !node.transposeA ? "rows" : "whole";
    case "gather":
      return i === 1 ? "rows" : "whole";
    case "broadcast":
    case "slice":
    case "pad":
      return input.shape[0] === node.shape[0] ? "rows" : "whole";
    default:
      return rowwise(node) ? "rows" : "whole";
  }
}

/** A carry of which a step needs everything is asked for as a whole, from its start on. */
function demandsOfLoop(
  scan: Scan,
  max: number,
  zeros: Zeros,
  asked: ReadonlyMap<number, Demand>,
): { readonly inputs: readonly (Demand | undefined)[]; readonly rows: LoopRows } {
  const { body, carries, sequences } = scan;
  const known = zeros.loops.get(scan.id)!;
  const whole = new Set([...asked].flatMap(([i, demand]) => (demand === "whole" ? [i] : [])));
  for (;;) {
    const roots = body.outputs.flatMap((id, i): [NodeId, Demand][] =>
      i < carries || asked.has(i) ? [[id, whole.has(i) ? "whole" : "rows"]] : [],
    );
    const { of } = demandsOn(body.nodes, max, known.body, roots);
    const more = Array.from({ length: carries }, (_, i) => i).filter(
      (i) => of.get(i) === "whole" && !whole.has(i),
    );
    if (more.length === 0) {
      const inputs = scan.inputs.map((_, i): Demand | undefined => {
        if (i < carries) return whole.has(i) ? "whole" : "rows";
        const wanted = of.get(i);
        return i < carries + sequences && wanted === "rows" ? "inner" : wanted;
      });
      return { inputs, rows: { zero: known.inputs, whole } };
    }
    for (const i of more) whole.add(i);
  }
}
