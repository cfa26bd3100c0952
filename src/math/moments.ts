import { sum } from "./sum.ts";

/** The mean, Σx/n; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

/** Σ (xᵢ − x̄)(yᵢ − ȳ), in two passes. */
function products(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const meanX = mean(x);
  const meanY = mean(y);
  return sum(Float64Array.from({ length: x.length }, (_, i) => (x[i]! - meanX) * (y[i]! - meanY)));
}

function checkPairs(x: ArrayLike<number>, y: ArrayLike<number>, name: string): void {
  if (x.length !== y.length) {
    throw new RangeError(`${name}: needs as many x as y, got ${x.length} and ${y.length}`);
  }
}

/**
 * The variance, Σ(x − x̄)²/(n − ddof).
 * @param ddof 1 (default): unbiased estimate from a sample; 0: of the values as a whole population
 * @returns NaN where n ≤ ddof
 */
export function variance(values: ArrayLike<number>, ddof: 0 | 1 = 1): number {
  return values.length > ddof ? products(values, values) / (values.length - ddof) : Number.NaN;
}

/** The square root of `variance`. */
export function standardDeviation(values: ArrayLike<number>, ddof: 0 | 1 = 1): number {
  return Math.sqrt(variance(values, ddof));
}

/**
 * The covariance, Σ(x − x̄)(y − ȳ)/(n − ddof).
 * @param ddof 1 (default): unbiased estimate from a sample; 0: of the values as a whole population
 * @throws RangeError when the lengths differ
 */
export function covariance(x: ArrayLike<number>, y: ArrayLike<number>, ddof: 0 | 1 = 1): number {
  checkPairs(x, y, "covariance");
  return x.length > ddof ? products(x, y) / (x.length - ddof) : Number.NaN;
}

/**
 * Pearson's correlation, in [−1, 1]; NaN where a variable does not vary.
 * @throws RangeError when the lengths differ
 */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  checkPairs(x, y, "correlation");
  const scale = Math.sqrt(products(x, x)) * Math.sqrt(products(y, y));
  return scale > 0 ? Math.min(1, Math.max(-1, products(x, y) / scale)) : Number.NaN;
}

/**
 * The mean weighted by w, Σ w x/Σ w.
 * @throws RangeError when the lengths differ
 */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  checkPairs(values, weights, "weightedMean");
  return sum(Float64Array.from({ length: values.length }, (_, i) => values[i]! * weights[i]!)) / sum(weights);
}
