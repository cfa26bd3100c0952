/**
 * Decaying sums over lineages of a quantity at one boundary, one before and two before. Quantities are in units of their
 * spread over the population at the time.
 */
export interface Persistence {
  /** Of pairs (y now, x one before): 1, x, y, x², xy. */
  readonly pairs: readonly number[];
  /** Of triples (y now, x one before, w two before): 1, w, x, y, wx, wy. */
  readonly triples: readonly number[];
}

export const noPersistence: Persistence = { pairs: [0, 0, 0, 0, 0], triples: [0, 0, 0, 0, 0, 0] };

/** Older products count less by this for each generation. */
const DECAY = 0.8;
/** Pairs times squared correlation below which the noise-free slope is noise itself, and beyond that: where both weigh the same. */
const DOUBT = 4;
const TRUST = 9;

/** One boundary of a lineage: its quantity now, one boundary ago, and two ago where it had one. */
export type Lagged = readonly [now: number, one: number, two?: number];

/**
 * Adds the pairs of one slow step.
 * @param share part of the population that was ready
 * @param decay weight of the products of a generation ago
 */
export function observePersistence(
  before: Persistence,
  lagged: readonly Lagged[],
  share: number,
  decay = DECAY,
): Persistence {
  const keep = decay ** share;
  const pairs = before.pairs.map((value) => keep * value);
  const triples = before.triples.map((value) => keep * value);
  const add = (sums: number[], terms: readonly number[]): void => {
    for (const [k, term] of terms.entries()) sums[k]! += term;
  };
  for (const [y, x, w] of lagged) {
    add(pairs, [1, x, y, x * x, x * y]);
    if (w !== undefined) add(triples, [1, w, x, y, w * x, w * y]);
  }
  return { pairs, triples };
}

/** Regression of a boundary on the one before it, and what an instrument says of it; null: not known. */
export interface Slopes {
  /** C(1)/C(0): drawn to zero by noise in single values. */
  readonly plain: number | null;
  /** C(2)/C(1): fresh noise enters neither. */
  readonly free: number | null;
  readonly pairs: number;
  readonly triples: number;
}

/**
 * Both slopes are of centred values: selection lifts the mean of the parents, and must not count as persistence. The plain
 * one is not changed by selection on the parents' values, for these are its regressor.
 */
export function slopes({ pairs, triples }: Persistence): Slopes {
  const [n, x, y, xx, xy] = pairs as [number, number, number, number, number];
  const [m, w, x2, y2, wx, wy] = triples as [number, number, number, number, number, number];
  const variance = n > 1 ? xx - (x * x) / n : 0;
  const first = m > 1 ? wx - (w * x2) / m : 0;
  const second = m > 1 ? wy - (w * y2) / m : 0;
  return {
    plain: variance > 1e-12 * n ? (xy - (x * y) / n) / variance : null,
    free: first > 1e-12 * m ? second / first : null,
    pairs: n,
    triples: m,
  };
}

/**
 * ρ̂: what is left of a lineage's advantage after one interval. The noise-free slope counts as far as its data carry it,
 * and can only raise the plain one.
 * @returns 0 … 1; null while nothing varies
 * @see docs/theory, T5.5 and T5.7 (iii)
 */
export function persistence(sums: Persistence): number | null {
  const { plain: found, free, triples } = slopes(sums);
  if (found === null) return null;
  const plain = Math.min(1, Math.max(0, found));
  if (free === null) return plain;
  const evidence = Math.max(0, plain * plain * triples - DOUBT);
  return plain + ((Math.min(1, Math.max(plain, free)) - plain) * evidence) / (evidence + TRUST);
}
