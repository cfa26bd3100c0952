import { standardDeviation } from "../../math/index.ts";

/**
 * Boltzmann weights w_i = exp(β (φ_i − max φ)): the largest is 1, so nothing overflows.
 * @param scores `[n]`, finite
 * @param standardise divide β by the standard deviation of the scores (over n), so that it does not depend on their unit
 */
export function boltzmannWeights(
  scores: readonly number[],
  beta: number,
  standardise: boolean,
): Float64Array {
  let top = -Infinity;
  for (const score of scores) top = Math.max(top, score);
  const deviation = standardise && scores.length > 0 ? standardDeviation(scores, 0) : 0;
  const strength = standardise ? (deviation > 0 ? beta / deviation : 0) : beta;
  return Float64Array.from(scores, (score) =>
    score === top || strength === 0 ? 1 : Math.exp(strength * (score - top)),
  );
}

/** Running sums of weights `[n]`: the last is the total. */
export function cumulative(weights: Float64Array): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight;
    sums[i] = sum;
  }
  return sums;
}

/** The first position whose running sum exceeds `target` (0 ≤ target < total), by bisection. */
export function position(sums: Float64Array, target: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sums[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
