import { refuse } from "../errors/index.ts";
import { findRoot, gaussHermite, normalCdf } from "../math/index.ts";
import { checkRanges } from "./ranges.ts";

/** Two kinds of members: fitness of kind A is N(means[0], sds[0]²), of B N(means[1], sds[1]²); `share` of B in (0, 1). */
export interface TwoCategories {
  readonly means: readonly [a: number, b: number];
  readonly sds: readonly [a: number, b: number];
  readonly share: number;
}

/**
 * Share of B after one event of truncation at q, in the mean field (docs/theory, T3.1): who lies above the upper quantile of
 * fitness is copied onto who lies below the lower one. Fluctuations of equal mean cancel.
 */
export function truncationMap(
  { means, sds, share }: TwoCategories,
  fraction: number,
): {
  readonly share: number;
  readonly low: number;
  readonly high: number;
} {
  checkRanges("truncationMap", { "sds[0]": [sds[0], "positive"], "sds[1]": [sds[1], "positive"] });
  refuse([
    ...(share >= 0 && share <= 1 ? [] : [`truncationMap.share: needs a number from 0 to 1, got ${share}.`]),
    ...(fraction > 0 && fraction < 1
      ? []
      : [`truncationMap.fraction: needs a number between 0 and 1, got ${fraction}.`]),
  ]);
  const [a, b] = [1 - share, share];
  const cdf = (c: number): number =>
    a * normalCdf((c - means[0]) / sds[0]) + b * normalCdf((c - means[1]) / sds[1]);
  const reach = 12 * Math.max(...sds) + Math.abs(means[0]) + Math.abs(means[1]);
  const high = findRoot((c) => cdf(c) - (1 - fraction), -reach, reach);
  const low = findRoot((c) => cdf(c) - fraction, -reach, reach);
  const above = b * normalCdf((means[1] - high) / sds[1]);
  const below = b * normalCdf((low - means[1]) / sds[1]);
  return { share: share + above - below, low, high };
}

/** Share of B after all are redrawn from the best `fraction` alone: one-sided, so it rewards fluctuation. */
export function topOnlyMap(kinds: TwoCategories, fraction: number): number {
  const { high } = truncationMap(kinds, fraction);
  return (kinds.share * normalCdf((kinds.means[1] - high) / kinds.sds[1])) / fraction;
}

/** Share of B after one generation of Boltzmann selection of strength β: weights e^{βm + β²s²/2}. */
export function boltzmannMap({ means, sds, share }: TwoCategories, beta: number): number {
  const gap = beta * (means[0] - means[1]) + (beta * beta * (sds[0] ** 2 - sds[1] ** 2)) / 2;
  return share / (share + (1 - share) * Math.exp(gap));
}

/** E g(φ_B − φ_A) of pairwise selection: multiply by λp(1 − p) for the speed of the share. */
export function pairwiseDrift(
  { means, sds }: TwoCategories,
  rule: { readonly fermi: number } | "tournament",
): number {
  const difference = means[1] - means[0];
  const sd = Math.hypot(...sds);
  if (rule === "tournament") return 2 * normalCdf(difference / sd) - 1;
  const { nodes, weights } = gaussHermite(64);
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) {
    sum += weights[i]! * Math.tanh((rule.fermi * (difference + sd * nodes[i]!)) / 2);
  }
  return sum;
}
