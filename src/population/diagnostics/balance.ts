import { cholesky, choleskySolve, solveLower } from "../../math/index.ts";

/**
 * Variance at which selection, mutation and drift balance: the positive root of 2D − κV² − V/N_e = 0,
 *
 *     V∞ = (−1/N_e + √(1/N_e² + 8Dκ))/(2κ)
 *
 * @param curvature κ > 0 of F in units of fitness per generation: intensity · (−∂²z/∂h²)
 * @param diffusion D: half of the variance that mutation adds per generation
 * @param effectiveSize N_e in generations; Infinity leaves drift out
 * @see docs/theory, T4.1 and T4.7
 * @example
 * balancedVariance({ curvature: 1.5, diffusion: 0.05, effectiveSize: 50 }); // 0.251618
 */
export function balancedVariance({
  curvature,
  diffusion,
  effectiveSize,
}: {
  readonly curvature: number;
  readonly diffusion: number;
  readonly effectiveSize: number;
}): number {
  const drift = 1 / effectiveSize;
  return (-drift + Math.sqrt(drift * drift + 8 * diffusion * curvature)) / (2 * curvature);
}

/** Keeps the fit defined where a feature does not vary, in units of the unit cube. */
const RIDGE = 1e-6;

export interface Curvature {
  /** −∂²F/∂x² of each feature `[p]`. */
  readonly value: number;
  readonly error: number;
}

export interface QuadraticFit {
  readonly curvature: readonly Curvature[];
  /** Share of the variance that features explain, corrected for the number of coefficients: 0 … 1. */
  readonly explained: number;
  /** F statistic of all features together. */
  readonly significance: number;
  readonly at: (features: readonly number[]) => number;
}

/**
 * Additive quadratic regression of values on features, y = a + Σ (b_d x_d + c_d x_d²): curvature −2c_d of each feature, and
 * the share of the variance that the features explain.
 * @returns null with fewer than three observations per coefficient, or where features do not vary
 */
export function quadraticFit(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): QuadraticFit | null {
  const n = values.length;
  const p = rows[0]?.length ?? 0;
  const k = 1 + 2 * p;
  if (p === 0 || n < 3 * k) return null;
  const centres = new Float64Array(p);
  for (const row of rows) for (let d = 0; d < p; d++) centres[d]! += row[d]! / n;
  const gram = new Float64Array(k * k);
  const moment = new Float64Array(k);
  const terms = new Float64Array(k);
  const expand = (row: readonly number[]): void => {
    terms[0] = 1;
    for (let d = 0; d < p; d++) {
      const x = row[d]! - centres[d]!;
      terms[1 + d] = x;
      terms[1 + p + d] = x * x;
    }
  };
  for (let i = 0; i < n; i++) {
    expand(rows[i]!);
    for (let a = 0; a < k; a++) {
      moment[a]! += terms[a]! * values[i]!;
      for (let b = 0; b <= a; b++) gram[a * k + b]! += terms[a]! * terms[b]!;
    }
  }
  for (let a = 1; a < k; a++) gram[a * k + a]! += RIDGE * n;
  const factors = cholesky(gram, k, 0);
  if (factors === null) return null;
  const beta = choleskySolve(factors, moment);
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  let residual = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    expand(rows[i]!);
    let fitted = 0;
    for (let a = 0; a < k; a++) fitted += terms[a]! * beta[a]!;
    residual += (values[i]! - fitted) ** 2;
    total += (values[i]! - mean) ** 2;
  }
  if (!(total > 0)) return null;
  const noise = residual / (n - k);
  return {
    at: (row) => {
      let sum = beta[0]!;
      for (let d = 0; d < p; d++) {
        const x = row[d]! - centres[d]!;
        sum += beta[1 + d]! * x + beta[1 + p + d]! * x * x;
      }
      return sum;
    },
    explained: Math.max(0, 1 - noise / (total / (n - 1))),
    significance: noise > 0 ? (total - residual) / (k - 1) / noise : Number.MAX_VALUE,
    curvature: Array.from({ length: p }, (_, d) => {
      const unit = Float64Array.from({ length: k }, (_, a) => (a === 1 + p + d ? 1 : 0));
      const half = solveLower(factors, unit);
      const inverse = half.reduce((sum, value) => sum + value * value, 0);
      return { value: -2 * beta[1 + p + d]!, error: 2 * Math.sqrt(noise * inverse) };
    }),
  };
}
