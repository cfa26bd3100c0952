import type { Decision, MemberId, Population } from "../types.ts";

/** Who descends from whom in one slow step, by position in `population.members` (which is sorted by id). */
export interface Offspring {
  /** Position of the parent of each member after the step `[N]`: its own where it kept. */
  readonly parents: readonly number[];
  /** Number of members after the step that descend from each `[N]`; Σ = N. */
  readonly counts: readonly number[];
}

/** Reads parents and offspring numbers from the decisions of one slow step. O(N). */
export function offspring(before: Population, decisions: readonly Decision[]): Offspring {
  const positions = new Map<MemberId, number>(before.members.map(({ id }, position) => [id, position]));
  const parents = before.members.map((_, position) => position);
  for (const { member, donor } of decisions) {
    if (donor !== null) parents[positions.get(member)!] = positions.get(donor)!;
  }
  const counts = before.members.map(() => 0);
  for (const parent of parents) counts[parent] = counts[parent]! + 1;
  return { parents, counts };
}
