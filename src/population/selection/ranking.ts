import { type Key, stream } from "../../random/index.ts";
import type { MemberId } from "../types.ts";

/** Members with a score, best first. */
export interface Ranking {
  readonly ids: readonly MemberId[];
  /** The random keys that ordered equal scores; only members whose score is shared have one. */
  readonly ties: ReadonlyMap<MemberId, number>;
}

/**
 * Orders members by score, best first. Equal scores are ordered by a uniform key drawn from the stream
 * (key, "tie", member, generation): never by index, and the same wherever this generation is ranked.
 * Members without a score are left out. O(N log N).
 */
export function ranking(
  scored: readonly { readonly id: MemberId; readonly score: number | null }[],
  key: Key,
  generation: number,
): Ranking {
  const entries: { readonly id: MemberId; readonly score: number }[] = [];
  for (const { id, score } of scored) if (score !== null) entries.push({ id, score });
  entries.sort((a, b) => b.score - a.score || a.id - b.id);
  const ids = entries.map(({ id }) => id);
  const ties = new Map<MemberId, number>();
  for (let from = 0; from < entries.length; ) {
    let until = from + 1;
    while (until < entries.length && entries[until]!.score === entries[from]!.score) until++;
    if (until - from > 1) {
      const tied = ids.slice(from, until);
      for (const id of tied) ties.set(id, stream(key, "tie", id, generation).uniform());
      tied.sort((a, b) => ties.get(a)! - ties.get(b)! || a - b);
      for (let i = from; i < until; i++) ids[i] = tied[i - from]!;
    }
    from = until;
  }
  return { ids, ties };
}
