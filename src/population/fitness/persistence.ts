/**
 * Decaying sums of products of a quantity along lineages, at lags 0, 1 and 2 boundaries. Quantities are in units of
 * their spread over the population at the time.
 */
export interface Persistence {
  /** Σ r₋₁², Σ r r₋₁ and how many of them */
  readonly c0: number;
  readonly c1: number;
  readonly n1: number;
  /** Σ r r₋₂ and how many */
  readonly c2: number;
  readonly n2: number;
}

export const noPersistence: Persistence = { c0: 0, c1: 0, n1: 0, c2: 0, n2: 0 };

/** Older products count less by this for each generation. */
const DECAY = 0.8;
/** Pairs (times squared correlation) at which the noise-free ratio and the plain one weigh the same. */
const TRUST = 9;

/** One boundary of a lineage: its quantity now, one boundary ago, and two ago where it had one. */
export type Lagged = readonly [now: number, one: number, two?: number];

/** Adds the pairs of one slow step. @param share part of the population that was ready */
export function observePersistence(
  before: Persistence,
  pairs: readonly Lagged[],
  share: number,
): Persistence {
  const keep = DECAY ** share;
  let { c0, c1, n1, c2, n2 } = {
    c0: keep * before.c0,
    c1: keep * before.c1,
    n1: keep * before.n1,
    c2: keep * before.c2,
    n2: keep * before.n2,
  };
  for (const [now, one, two] of pairs) {
    c0 += one * one;
    c1 += now * one;
    n1++;
    if (two !== undefined) {
      c2 += now * two;
      n2++;
    }
  }
  return { c0, c1, n1, c2, n2 };
}

/**
 * ρ̂: what is left of a lineage's advantage after one interval. The regression on one boundary ago, C(1)/C(0), is drawn
 * to zero by evaluation noise; C(2)/C(1) is not, for fresh noise enters neither. The second counts as far as its data
 * carry it, and can only raise the first.
 * @returns null before the first pair
 * @see docs/theory, T5.5 and T5.7 (iii)
 */
export function persistence({ c0, c1, n1, c2, n2 }: Persistence): number | null {
  if (!(c0 > 0)) return null;
  const plain = Math.min(1, Math.max(0, c1 / c0));
  if (!(c1 > 0) || n2 === 0) return plain;
  const ratio = Math.min(1, Math.max(plain, c2 / n2 / (c1 / n1)));
  const evidence = plain * plain * n2;
  return plain + ((ratio - plain) * evidence) / (evidence + TRUST);
}
