/**
 * Effective population size of one event (haploid coalescent): the inverse of the chance that two members drawn after
 * the event have the same parent.
 *
 *     N_e = N (N − 1) / Σ k_i (k_i − 1)
 *
 * @param counts offspring of each member `[N]`, Σ = N
 * @returns null when nobody has two offspring (infinite). Over several events pool 1 / mean(1 / N_e).
 * @example
 * effectiveSize([2, 1, 0]); // 3
 */
export function effectiveSize(counts: readonly number[]): number | null {
  let pairs = 0;
  for (const k of counts) pairs += k * (k - 1);
  return pairs === 0 ? null : (counts.length * (counts.length - 1)) / pairs;
}

/**
 * What `effectiveSize` pools to under truncation when scores say nothing: N (N − 1) / (3 n_q − 1), n_q = round(q N).
 * A measured value far below it means strong selection, or one parent of many.
 * @param members N
 * @param fraction q of the truncation
 * @example
 * neutralEffectiveSize(20, 0.2); // 34.545…
 */
export function neutralEffectiveSize(members: number, fraction: number): number {
  const replaced = Math.min(Math.max(1, Math.round(fraction * members)), Math.floor(members / 2));
  return (members * (members - 1)) / (3 * replaced - 1);
}
