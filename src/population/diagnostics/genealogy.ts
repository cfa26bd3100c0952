import type { Copy, MemberId } from "../types.ts";

/** The state of a member that was copied, and all descendants of more than one branch that it has now. */
export interface Branching {
  readonly member: MemberId;
  /** Step of the state that was copied. */
  readonly step: number;
}

/** Who branched from whom, as far as it matters for those alive: at most N − 1 branchings. */
export interface Genealogy {
  /** The newest branching above each member; absent: none since the beginning. */
  readonly lines: { readonly [member: string]: number };
  /** By id, rising with time: the branching above it (−1: none), the step and the member that was copied. */
  readonly nodes: { readonly [id: string]: readonly [above: number, step: number, member: MemberId] };
  readonly next: number;
}

export const noGenealogy: Genealogy = { lines: {}, nodes: {}, next: 0 };

const NONE = -1;

/**
 * One slow step further: donors that were copied are branchings, and those of which fewer than two branches are left go.
 * O(N).
 * @param copies all donors as they were before the step
 * @param stepOf step of the state that a donor gave
 */
export function extendGenealogy(
  before: Genealogy,
  members: readonly MemberId[],
  copies: readonly Copy[],
  stepOf: (donor: MemberId) => number,
): Genealogy {
  if (copies.length === 0) return before;
  const lines = new Map(members.map((id) => [id, before.lines[`${id}`] ?? NONE]));
  const nodes = new Map(Object.entries(before.nodes).map(([id, node]) => [Number(id), node]));
  let { next } = before;
  const born = new Map<MemberId, number>();
  for (const { donor } of copies) {
    if (born.has(donor)) continue;
    nodes.set(next, [lines.get(donor)!, stepOf(donor), donor]);
    born.set(donor, next++);
  }
  for (const [donor, id] of born) lines.set(donor, id);
  for (const { member, donor } of copies) lines.set(member, born.get(donor)!);
  return pruned(lines, nodes, next);
}

function pruned(
  lines: ReadonlyMap<MemberId, number>,
  nodes: ReadonlyMap<number, readonly [number, number, MemberId]>,
  next: number,
): Genealogy {
  const branches = new Map<number, number>();
  const count = (id: number, by: number): void => void branches.set(id, (branches.get(id) ?? 0) + by);
  for (const id of lines.values()) count(id, 1);
  for (const [above] of nodes.values()) count(above, 1);
  // Children are younger than what they branch from.
  const youngest = [...nodes.keys()].toSorted((a, b) => b - a);
  for (const id of youngest) if ((branches.get(id) ?? 0) === 0) count(nodes.get(id)![0], -1);
  const up = (id: number): number => {
    let at = id;
    while (at !== NONE && branches.get(at) === 1) at = nodes.get(at)![0];
    return at;
  };
  const kept = youngest.filter((id) => (branches.get(id) ?? 0) > 1).toReversed();
  return {
    lines: Object.fromEntries(
      [...lines].flatMap(([id, line]) => (up(line) === NONE ? [] : [[`${id}`, up(line)]])),
    ),
    nodes: Object.fromEntries(
      kept.map((id) => {
        const [above, step, member] = nodes.get(id)!;
        return [`${id}`, [up(above), step, member] as const];
      }),
    ),
    next,
  };
}

/**
 * The most recent common ancestor of all members: whose state, and at which step.
 * @returns null while lineages of more than one founder are left
 * @see docs/theory, T9.6
 */
export function commonAncestor({ lines, nodes }: Genealogy, members: readonly MemberId[]): Branching | null {
  const roots = Object.values(nodes).filter(([above]) => above === NONE);
  const [root] = roots;
  if (root === undefined || roots.length > 1 || members.some((id) => lines[`${id}`] === undefined))
    return null;
  return { member: root[2], step: root[1] };
}
