import { studentTQuantile } from "./interval.ts";
import type { Candidate, Reevaluated } from "./types.ts";

/**
 * Mean and Student's 95 % interval of fresh evaluations, x̄ ± t₀.₉₇₅(n−1) s/√n.
 * @param values null: that evaluation failed, and does not count
 */
export function summarise(values: readonly (number | null)[]): Pick<Reevaluated, "mean" | "interval"> {
  const sound = values.filter((value) => value !== null);
  const n = sound.length;
  if (n === 0) return { mean: null, interval: null };
  const [first = 0] = sound;
  // Equal values have exactly their value as mean, whatever the rounding of a sum.
  const mean = first + sound.reduce((sum, value) => sum + (value - first), 0) / n;
  if (n < 2) return { mean, interval: null };
  const variance = sound.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const half = studentTQuantile(0.975, n - 1) * Math.sqrt(variance / n);
  return { mean, interval: [mean - half, mean + half] };
}

/**
 * Finalists by the mean of their fresh evaluations, best first; those without any come last. The value that a finalist
 * was selected by does not count: it is the largest of many, and so biased. Ties keep the order given.
 * @param sign +1 where the metric is maximised, −1 where it is minimised
 */
export function rankFinalists<C extends Candidate>(
  given: readonly { readonly candidate: C; readonly values: readonly (number | null)[] }[],
  sign: 1 | -1,
): Reevaluated<C>[] {
  return given
    .map(({ candidate, values }): Reevaluated<C> => ({ candidate, values, ...summarise(values) }))
    .toSorted((a, b) => {
      if (a.mean === null || b.mean === null) return Number(a.mean === null) - Number(b.mean === null);
      return sign * (b.mean - a.mean);
    });
}

/** The best of the ranked finalists; null when no evaluation succeeded. */
export function pickWinner<C extends Candidate>(
  given: readonly { readonly candidate: C; readonly values: readonly (number | null)[] }[],
  sign: 1 | -1,
): Reevaluated<C> | null {
  const [first] = rankFinalists(given, sign);
  return first === undefined || first.mean === null ? null : first;
}

/**
 * Whether evaluations are free of noise: each finalist gave its own value again, exactly. Then further ones say nothing.
 */
export const isExact = (
  given: readonly { readonly candidate: Candidate; readonly values: readonly (number | null)[] }[],
): boolean => given.every(({ candidate, values }) => values.every((value) => value === candidate.value));
