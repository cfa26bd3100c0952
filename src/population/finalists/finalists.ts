import type { Candidate } from "./types.ts";

/**
 * Who is evaluated anew at the end of a run: the best value ever, then the others by the run's score, of each origin one
 * before any second; ties go to the one given first. A choice by the last noisy value alone takes the luckiest, not
 * the best (the winner's curse), so this list is deliberately longer than one.
 * @param candidates distinct states
 * @param options.count at most this many, ≥ 1
 * @param options.sign +1 where the metric is maximised, −1 where it is minimised
 * @returns at most `count`, ordered as chosen
 * @example
 * finalists(candidates, { count: 5, sign: -1 });
 */
export function finalists<C extends Candidate>(
  candidates: readonly C[],
  options: { readonly count: number; readonly sign: 1 | -1 },
): C[] {
  const { count, sign } = options;
  const [first] = candidates.toSorted((a, b) => sign * (b.value - a.value));
  if (first === undefined || count < 1) return [];
  const byScore = candidates
    .filter((candidate) => candidate !== first)
    .toSorted((a, b) => (b.score ?? Number.NEGATIVE_INFINITY) - (a.score ?? Number.NEGATIVE_INFINITY) || 0);
  const seen = new Set([first.origin]);
  const apart: C[] = [];
  const near: C[] = [];
  for (const candidate of byScore) {
    (seen.has(candidate.origin) ? near : apart).push(candidate);
    seen.add(candidate.origin);
  }
  return [first, ...apart, ...near].slice(0, count);
}
