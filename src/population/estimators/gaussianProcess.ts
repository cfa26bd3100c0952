import {
  type Cholesky,
  cholesky,
  choleskyLogDeterminant,
  choleskySolve,
  solveLower,
} from "../../math/index.ts";
import { spreads } from "./kernel.ts";
import type { Estimate, Estimator, Sample } from "./types.ts";

/** Lengths in units of each feature's spread, and ratios of noise to signal variance, that are tried. */
const LENGTHS = [0.3, 0.6, 1.2, 2.4];
const NOISE = [0.1, 0.5, 2, 8];
/** For several features each may also be switched off by a length beyond its range (automatic relevance). */
const IRRELEVANT = 10;
/** Above this the oldest (lightest) observations are left out: one factorisation is n³/6. */
const MOST = 150;
/** Lengths and noise are chosen on at most so many of the heaviest: the choice costs 16 factorisations and more. */
const SEARCH = 60;

/**
 * Gaussian process with squared-exponential kernel and constant mean (docs/theory, T5.2 gp): lengths and noise by profile
 * marginal likelihood over a small grid, the signal variance in closed form; several features by coordinate ascent over
 * their lengths (automatic relevance); both on the 60 heaviest observations where there are more. The factorisation adds jitter where needed; observations of weight w have noise
 * variance divided by w.
 */
export const gaussianProcess: Estimator = (full, queries) => {
  const whole = heaviest(full, MOST);
  const sample = heaviest(whole, SEARCH);
  if (sample.values.length < 4) return queries.map(() => null);
  const units = spreads(sample).map((s) => (s > 0 ? s : 1));
  const p = units.length;
  const better = (best: Fit | null, lengths: readonly number[], noises: readonly number[]): Fit | null => {
    const K = correlations(sample, units, lengths);
    return noises.reduce<Fit | null>((held, noise) => {
      const candidate = fit(sample, K, lengths, noise);
      return candidate !== null && (held === null || candidate.evidence > held.evidence) ? candidate : held;
    }, best);
  };
  let best: Fit | null = null;
  for (const length of LENGTHS) {
    const lengths = Array.from({ length: p }, () => length);
    best = better(best, lengths, NOISE);
  }
  for (let sweep = 0; p > 1 && sweep < 2; sweep++) {
    for (let d = 0; d < p; d++) {
      for (const length of [...LENGTHS, IRRELEVANT]) {
        if (best === null || best.lengths[d] === length) continue;
        best = better(best, best.lengths.with(d, length), [best.noise]);
      }
    }
  }
  const chosen =
    best === null || whole === sample
      ? best
      : fit(whole, correlations(whole, units, best.lengths), best.lengths, best.noise);
  return queries.map((query) => (chosen === null ? null : predict(chosen, whole, units, query)));
};

interface Fit {
  readonly lengths: readonly number[];
  readonly noise: number;
  readonly factors: Cholesky;
  readonly mean: number;
  /** Signal variance. */
  readonly signal: number;
  /** K⁻¹(y − mean) `[n]` */
  readonly alpha: Float64Array;
  readonly evidence: number;
}

/** Correlations of the observations below the diagonal `[n, n]`; `fit` writes the diagonal. */
function correlations(sample: Sample, units: readonly number[], lengths: readonly number[]): Float64Array {
  const n = sample.values.length;
  const K = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      K[i * n + j] = covariance(sample.features[i]!, sample.features[j]!, units, lengths);
    }
  }
  return K;
}

function fit(sample: Sample, K: Float64Array, lengths: readonly number[], noise: number): Fit | null {
  const n = sample.values.length;
  for (let i = 0; i < n; i++) K[i * n + i] = 1 + noise / (sample.weights?.[i] ?? 1);
  const factors = cholesky(K, n);
  if (factors === null) return null;
  const ones = choleskySolve(factors, new Float64Array(n).fill(1));
  let numerator = 0;
  let denominator = 0;
  for (let i = 0; i < n; i++) {
    numerator += ones[i]! * sample.values[i]!;
    denominator += ones[i]!;
  }
  const mean = numerator / denominator;
  const centred = Float64Array.from(sample.values, (v) => v - mean);
  const alpha = choleskySolve(factors, centred);
  let quadratic = 0;
  for (let i = 0; i < n; i++) quadratic += alpha[i]! * centred[i]!;
  const signal = Math.max(quadratic / n, 1e-300);
  const evidence = -0.5 * (n * Math.log(signal) + choleskyLogDeterminant(factors));
  return { lengths, noise, factors, mean, signal, alpha, evidence };
}

function predict(fitted: Fit, sample: Sample, units: readonly number[], query: readonly number[]): Estimate {
  const k = Float64Array.from(sample.features, (row) => covariance(row, query, units, fitted.lengths));
  let mean = fitted.mean;
  for (let i = 0; i < k.length; i++) mean += k[i]! * fitted.alpha[i]!;
  const half = solveLower(fitted.factors, k);
  let explained = 0;
  for (const value of half) explained += value * value;
  return { mean, error: Math.sqrt(fitted.signal * Math.max(0, 1 - explained)) };
}

function covariance(
  a: readonly number[],
  b: readonly number[],
  units: readonly number[],
  lengths: readonly number[],
): number {
  let distance = 0;
  for (let d = 0; d < units.length; d++) distance += ((a[d]! - b[d]!) / (units[d]! * lengths[d]!)) ** 2;
  return Math.exp(-distance / 2);
}

/** The observations of largest weight; of equal ones the first. */
function heaviest(sample: Sample, most: number): Sample {
  if (sample.values.length <= most) return sample;
  const order = sample.values
    .map((_, i) => i)
    .toSorted((a, b) => (sample.weights?.[b] ?? 1) - (sample.weights?.[a] ?? 1) || a - b)
    .slice(0, most);
  return {
    features: order.map((i) => sample.features[i]!),
    values: order.map((i) => sample.values[i]!),
    weights: order.map((i) => sample.weights?.[i] ?? 1),
  };
}
