import { isBinary, isCompare, isUnary, type Node, type NodeId, type Program, sizeOf } from "./ir.ts";

/**
 * What an executor may leave out when members have their own batch sizes: rows beyond a member's own batch weigh
 * nothing, so they need not be computed.
 */
export interface OwnRows {
  /** The member's batch size, a float32 node of shape []. */
  readonly size: NodeId;
  /** Rows of the batch as the shapes have it. */
  readonly max: number;
  /**
   * Nodes of which only the first `size·elements/max` elements (row-major) are read by anything; the rest may hold
   * anything.
   */
  readonly partial: ReadonlySet<NodeId>;
  /**
   * `sum` over axis 0, or `matmul` whose inner axis is axis 0 of both factors, that may run over only the first
   * `size·length/max` entries of that axis: the others are zeros of one factor. Their inputs may be partial.
   */
  readonly contracted: ReadonlySet<NodeId>;
}

/** Unary functions with f(0) = 0. */
const keepsZero: ReadonlySet<string> = new Set(["neg", "tanh", "relu", "sqrt", "square", "sin", "heaviside"]);

/** Whether a node's first axis is made of `max` equal blocks, so that a batch's first rows are its first elements. */
const blocked = (node: Node, max: number): boolean => (node.shape[0] ?? 1) % max === 0;

/** Operations whose output rows along axis 0 depend only on the same rows of their batched inputs. */
function rowwise(node: Node): boolean {
  if (isUnary(node) || isBinary(node) || isCompare(node)) return true;
  switch (node.op) {
    case "where":
    case "toFloat":
    case "stopGradient":
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

/** A product over axis 0 of both factors: Aᵀ B. */
const overRows = (node: Node): boolean => node.op === "matmul" && node.transposeA && !node.transposeB;

/** Nodes whose elements beyond the first size·elements/max are zeros. */
function zeroBeyond(program: Program, max: number): Set<NodeId> {
  const zero = new Set<NodeId>();
  for (const node of program.nodes) {
    if (!blocked(node, max)) continue;
    const has = (i: number): boolean => zero.has(node.inputs[i]!);
    const same = (): boolean => program.nodes[node.inputs[0]!]!.shape[0] === node.shape[0];
    const yes = ((): boolean => {
      switch (node.op) {
        case "batchWeights":
          return true;
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
        case "crossEntropyGradient":
          return has(2);
        case "place":
          return has(1);
        case "matmul":
          return !node.transposeA && has(0);
        case "broadcast":
        case "slice":
        case "pad":
          return same() && has(0);
        case "concat":
          return node.axis !== 0 && node.inputs.every((input) => zero.has(input));
        default:
          return (
            (rowwise(node) && !isUnary(node) && !isCompare(node) && has(0)) ||
            (keepsZero.has(node.op) && has(0))
          );
      }
    })();
    if (yes) zero.add(node.id);
  }
  return zero;
}

/**
 * Finds what a program with `batchWeights` need not compute. Leaving it out changes no bit of any update or metric, as
 * long as the values left out are finite.
 * @returns undefined where members have one batch size, or several different ones at once
 */
export function ownRows(program: Program): OwnRows | undefined {
  const [weights, ...others] = program.nodes.filter((node) => node.op === "batchWeights");
  if (weights === undefined || others.length > 0) return undefined;
  const max = weights.shape[0]!;
  const zero = zeroBeyond(program, max);
  const whole = new Set<NodeId>([...program.updates, ...program.metrics].map(({ node }) => node));
  const needed = new Set(whole);
  const contracted = new Set<NodeId>();
  for (let id = program.nodes.length - 1; id >= 0; id--) {
    const node = program.nodes[id]!;
    if (!needed.has(id)) continue;
    const demand = (input: NodeId, all: boolean): void => {
      needed.add(input);
      if (all) whole.add(input);
    };
    const isZero = (i: number): boolean => zero.has(node.inputs[i]!);
    const partial = !whole.has(id) && blocked(node, max);
    if (!partial) whole.add(id);
    const sumOfRows = node.op === "sum" && node.axes[0] === 0 && isZero(0);
    const productOfRows = overRows(node) && (isZero(0) || isZero(1)) && bothBlocked(program, node, max);
    if (sumOfRows || productOfRows) {
      contracted.add(id);
      for (const input of node.inputs) demand(input, false);
      continue;
    }
    node.inputs.forEach((input, i) => demand(input, !(partial && passes(program, node, i, max))));
  }
  const result = [...needed].filter((id) => !whole.has(id) && sizeOf(program.nodes[id]!.shape) > 1);
  return { size: weights.inputs[0]!, max, partial: new Set(result), contracted };
}

const bothBlocked = (program: Program, node: Node, max: number): boolean =>
  node.inputs.every((input) => blocked(program.nodes[input]!, max));

/** Whether the first rows of a node need only the first rows of an input. */
function passes(program: Program, node: Node, i: number, max: number): boolean {
  const input = program.nodes[node.inputs[i]!]!;
  if (!blocked(input, max)) return false;
  switch (node.op) {
    case "matmul":
      return i === 0 && !node.transposeA;
    case "gather":
      return i === 1;
    case "broadcast":
    case "slice":
    case "pad":
      return input.shape[0] === node.shape[0];
    default:
      return rowwise(node);
  }
}
