import { correlation, ranks } from "../../math/index.ts";
import type { Population } from "../types.ts";

/** Correlations of members' fluctuations within an interval with their offspring; null: not defined. */
export interface NoiseSeeking {
  /** Of the variance itself. */
  readonly plain: number | null;
  /**
   * Partial rank correlation at equal mean over the interval: without the mean, hyperparameters that are noisy *and* bad
   * would hide that luck is being selected.
   */
  readonly partial: number | null;
}

/**
 * @param variances variance and mean of φ within the last interval, by member
 * @param counts offspring of each member `[N]`
 * @returns null with fewer than five members whose fluctuations are known
 * @see docs/theory, T9.2
 */
export function noiseSeeking(
  variances: { readonly [member: string]: readonly [number, number] },
  { members }: Population,
  counts: readonly number[],
): NoiseSeeking | null {
  const rows = members.flatMap(({ id }, i): [number, number, number][] => {
    const found = variances[String(id)];
    return found === undefined ? [] : [[...found, counts[i]!]];
  });
  if (rows.length < 5) return null;
  const column = (k: 0 | 1 | 2) => ranks(rows.map((row) => row[k]));
  const [variance, mean, offspringRanks] = [column(0), column(1), column(2)];
  const kv = correlation(offspringRanks, variance);
  const km = correlation(offspringRanks, mean);
  const vm = correlation(variance, mean);
  return {
    plain: finite(
      correlation(
        rows.map(([v]) => v),
        rows.map(([, , k]) => k),
      ),
    ),
    partial: finite((kv - km * vm) / Math.sqrt((1 - km * km) * (1 - vm * vm))),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
