/** Sums of products of a fluctuation at lags 0 … L over many series: they can be added and can decay. */
export interface Autocovariance {
  /** Σ d_t d_{t+s} at lag s `[L + 1]`. */
  readonly sums: readonly number[];
  /** Number of products at each lag `[L + 1]`. */
  readonly counts: readonly number[];
}

export const noAutocovariance: Autocovariance = { sums: [], counts: [] };

/**
 * Adds the products of one series, as it is: detrend it first.
 * @param keep weight of what was there, for a decaying memory. Default 1
 */
export function addAutocovariance(
  before: Autocovariance,
  series: readonly number[],
  maxLag = Math.floor(series.length / 2),
  keep = 1,
): Autocovariance {
  const lags = Math.max(before.sums.length, Math.min(maxLag, series.length - 1) + 1, 0);
  const sums = Array.from({ length: lags }, (_, s) => keep * (before.sums[s] ?? 0));
  const counts = Array.from({ length: lags }, (_, s) => keep * (before.counts[s] ?? 0));
  for (let s = 0; s <= Math.min(maxLag, series.length - 1); s++) {
    for (let t = 0; t + s < series.length; t++) sums[s]! += series[t]! * series[t + s]!;
    counts[s]! += series.length - s;
  }
  return { sums, counts };
}

/**
 * Integrated autocorrelation time τ = 1 + 2 Σ_{s ≤ W} ρ_s with Sokal's window: the smallest W ≥ 5 τ(W).
 * @returns in steps of the series; null when the series does not vary or the window does not close within its lags
 * @see docs/theory, T9.1
 */
export function integratedTime({ sums, counts }: Autocovariance): number | null {
  const variance = sums[0]! / counts[0]!;
  if (!(variance > 0)) return null;
  let time = 1;
  for (let s = 1; s < sums.length && counts[s]! > 0; s++) {
    time += (2 * sums[s]!) / counts[s]! / variance;
    if (s >= 5 * time) return Math.max(1, time);
  }
  return null;
}

/** The exponential time of an autocorrelation e^{−s/τ} whose integrated time is given: 1/ln((τ_int + 1)/(τ_int − 1)). */
export function exponentialTime(integrated: number): number {
  return integrated > 1 ? 1 / Math.log((integrated + 1) / (integrated - 1)) : 0;
}

/** Standard errors that the first lag must be above zero before fluctuations are said to last. */
const CLEAR = 3;

/**
 * Exponential time of the part of the fluctuations that lasts longer than one report: the autocovariance from lag 1 on, which
 * fresh noise of single reports does not enter, C(s + 1)/C(1) = e^{−s/τ}.
 * @returns in steps of the series; null when nothing lasts, or the window does not close
 */
export function lastingTime(products: Autocovariance): number | null {
  const { sums, counts } = products;
  const [c0, c1] = [sums[0]! / counts[0]!, sums[1]! / counts[1]!];
  if (!(c1 > (CLEAR * c0) / Math.sqrt(counts[1]!))) return null;
  const time = integratedTime({ sums: sums.slice(1), counts: counts.slice(1) });
  return time === null ? null : exponentialTime(time);
}

/** A series without its level and its linear trend (least squares). */
export function detrended(series: readonly number[]): number[] {
  const n = series.length;
  const middle = (n - 1) / 2;
  const mean = series.reduce((sum, value) => sum + value / n, 0);
  let covariance = 0;
  let variance = 0;
  for (const [t, value] of series.entries()) {
    covariance += (t - middle) * value;
    variance += (t - middle) ** 2;
  }
  const slope = variance > 0 ? covariance / variance : 0;
  return series.map((value, t) => value - mean - slope * (t - middle));
}
