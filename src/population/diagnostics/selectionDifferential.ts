import { normalPdf, normalQuantile } from "../../math/index.ts";

/**
 * Standardised differential of one slow step of truncation in a large Gaussian population, 2 q i_q with i_q = ϕ(z_q)/q: the
 * worst share q is replaced by copies of the best.
 * @param fraction q, 0 < q ≤ ½
 * @see docs/theory, T9.4
 * @example
 * truncationDifferential(0.2); // 0.55992
 */
export function truncationDifferential(fraction: number): number {
  const intensity = normalPdf(normalQuantile(1 - fraction)) / fraction;
  return 2 * fraction * intensity;
}

/**
 * Selection differential of the score over the members that have one:
 *
 *     S = Σ k_i x_i / Σ k_i − ⟨x⟩,   standardised i = S / sd(x)
 *
 * with sd over N (not N − 1). For truncation on a large Gaussian population i = 2 q i_q: 0.55992 at q = 0.2.
 * @param scores `[N]`, null where a member has none
 * @param counts offspring of each member `[N]`
 * @returns null when no member with a score has offspring; `standardised` is null when all scores are equal
 */
export function selectionDifferential(
  scores: readonly (number | null)[],
  counts: readonly number[],
): { readonly raw: number; readonly standardised: number | null } | null {
  let n = 0;
  let children = 0;
  let mean = 0;
  for (const [i, score] of scores.entries()) {
    if (score === null) continue;
    n++;
    children += counts[i]!;
    mean += (score - mean) / n;
  }
  if (children === 0) return null;
  let raw = 0;
  let variance = 0;
  for (const [i, score] of scores.entries()) {
    if (score === null) continue;
    raw += (counts[i]! * (score - mean)) / children;
    variance += (score - mean) ** 2 / n;
  }
  return { raw, standardised: variance > 0 ? raw / Math.sqrt(variance) : null };
}
