import type { Copy, MemberId } from "../types.ts";

/** Who shares an ancestor since the count began: labels by member, and when it began. */
export interface Coalescence {
  readonly labels: { readonly [member: string]: MemberId };
  /** Time since everybody had a label of its own, in generations. */
  readonly elapsed: number;
  /** How long the last complete coalescence took; null before the first. */
  readonly took: number | null;
}

export const noCoalescence: Coalescence = { labels: {}, elapsed: 0, took: null };

/**
 * One slow step further. When all members share one ancestor, the time is noted, and the count begins anew.
 * @param time in generations: 1 when synchronous, 1/N for one ready member
 */
export function coalesce(
  { labels, elapsed, took }: Coalescence,
  members: readonly MemberId[],
  copies: readonly Copy[],
  time: number,
): Coalescence {
  const label = (id: MemberId): MemberId => labels[String(id)] ?? id;
  const donors = new Map(copies.map(({ member, donor }) => [member, donor]));
  const next = Object.fromEntries(members.map((id) => [String(id), label(donors.get(id) ?? id)]));
  const now = elapsed + time;
  return new Set(Object.values(next)).size === 1 && members.length > 1
    ? { labels: {}, elapsed: 0, took: now }
    : { labels: next, elapsed: now, took };
}

/**
 * Neutral expectation of the time until all members share an ancestor: 2 N_e (1 − 1/N) generations.
 * @param effectiveSize N_e of the events, pooled as 1/mean(1/N_e)
 * @see docs/theory, T9.6
 * @example
 * coalescenceTime(34.545, 20); // 65.6
 */
export function coalescenceTime(effectiveSize: number, members: number): number {
  return 2 * effectiveSize * (1 - 1 / members);
}
