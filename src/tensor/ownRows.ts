import { type NodeId, type Program, sizeOf } from "./ir.ts";
import { type Demanded, demandsOn, type Loops, zeroBeyond } from "./rows.ts";

/** What an executor may leave out of some nodes. */
export interface RowSets {
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
  /** What of the inputs and outputs of loops counts, for the same question about their bodies (`rowsOfBody`). */
  readonly loops: Loops;
}

/**
 * What an executor may leave out when members have their own batch sizes: rows beyond a member's own batch weigh
 * nothing, so they need not be computed.
 */
export interface OwnRows extends RowSets {
  /** The member's batch size, a float32 node of shape []. */
  readonly size: NodeId;
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
  const roots = [...program.updates, ...program.metrics].map(({ node }) => [node, "whole"] as const);
  const zeros = zeroBeyond(program.nodes, max, () => false);
  return { size: weights.inputs[0]!, ...setsOf(program, max, demandsOn(program.nodes, max, zeros, roots)) };
}

/**
 * The same for one time of a loop, given as a program whose slots are the arguments, the carries and the stacks.
 * @param zero slots whose rows beyond the member's own are zeros
 * @param whole slots of which all is wanted when the step ends; of others the member's own rows
 */
export function rowsOfBody(
  program: Program,
  max: number,
  zero: ReadonlySet<string>,
  whole: ReadonlySet<string>,
): RowSets {
  const zeros = zeroBeyond(program.nodes, max, (node) => node.op === "read" && zero.has(node.slot));
  const roots = program.updates.map(({ slot, node }) => [node, whole.has(slot) ? "whole" : "rows"] as const);
  return setsOf(program, max, demandsOn(program.nodes, max, zeros, roots));
}

function setsOf(program: Program, max: number, { of, contracted, loops }: Demanded): RowSets {
  const partial = [...of].flatMap(([id, demand]) =>
    demand === "rows" && sizeOf(program.nodes[id]!.shape) > 1 ? [id] : [],
  );
  return { max, partial: new Set(partial), contracted, loops };
}
