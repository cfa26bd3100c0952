import { mean } from "./moments.ts";

/**
 * Autocorrelation of a series, ρₖ = Σₜ (xₜ − x̄)(xₜ₊ₖ − x̄)/Σₜ (xₜ − x̄)², the biased estimate (positive semidefinite).
 * @param maxLag integer, 0 … n−1
 * @returns `[maxLag + 1]`, ρ₀ = 1; NaN where the series does not vary
 * @throws RangeError when maxLag is not such an integer
 */
export function autocorrelation(series: ArrayLike<number>, maxLag: number): Float64Array {
  const n = series.length;
  if (!Number.isInteger(maxLag) || maxLag < 0 || maxLag >= n) {
    throw new RangeError(`autocorrelation: needs maxLag from 0 to n - 1 = ${n - 1}, got ${maxLag}`);
  }
  const centre = mean(series);
  const at = (lag: number): number => {
    let total = 0;
    for (let t = 0; t + lag < n; t++) total += (series[t]! - centre) * (series[t + lag]! - centre);
    return total;
  };
  const zero = at(0);
  return Float64Array.from({ length: maxLag + 1 }, (_, lag) => at(lag) / zero);
}

/**
 * Integrated autocorrelation time, τ = 1 + 2 Σₖ ρₖ, summed over the first lags whose neighbouring pairs ρ₂ₘ + ρ₂ₘ₊₁ stay
 * positive and do not grow (Geyer's initial monotone sequence): n/τ is the number of independent draws that the series
 * is worth.
 * @returns ≥ 1 for positively correlated series; NaN where the series does not vary
 */
export function autocorrelationTime(series: ArrayLike<number>): number {
  const rho = autocorrelation(series, series.length - 1);
  if (Number.isNaN(rho[0]!)) return Number.NaN;
  let total = 0;
  let previous = Infinity;
  for (let k = 0; k + 1 < rho.length; k += 2) {
    const pair = Math.min(previous, rho[k]! + rho[k + 1]!);
    if (pair <= 0) break;
    total += pair;
    previous = pair;
  }
  return 2 * total - 1;
}
