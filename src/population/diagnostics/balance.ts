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

export interface Estimated {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
}

/** −∂²F/∂x² of one feature. */
export interface Curvature extends Estimated {}

export interface QuadraticFit {
  readonly curvature: readonly Curvature[];
  /** Share of the variance that features explain, corrected for the number of coefficients: 0 … 1. */
  readonly explained: number;
  /** F statistic of all features together. */
  readonly significance: number;
  /** Least and greatest value of each feature that was observed. */
  readonly ranges: readonly (readonly [low: number, high: number])[];
  readonly at: (features: readonly number[]) => number;
  /** What each feature alone adds to the fit at x, from its mean over the rows: b x + c x², x from that mean. */
  readonly part: (feature: number, x: number) => number;
  /** `part` at x less its mean over the values given, and its standard error. */
  readonly rise: (feature: number, x: number, over: readonly number[]) => Estimated;
  /** ∂F/∂x of a feature at x, and its standard error. */
  readonly slope: (feature: number, x: number) => Estimated;
  /** Fit at `features` less its mean over the rows, and its standard error: of the given columns alone. */
  readonly contrast: (features: readonly number[], columns: readonly number[]) => Estimated;
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
  /** Σ w_a β_a with its error √(σ² wᵀ(XᵀX)⁻¹w). */
  const combination = (weights: Float64Array): Estimated => {
    const half = solveLower(factors, weights);
    let value = 0;
    let inverse = 0;
    for (let a = 0; a < k; a++) {
      value += weights[a]! * beta[a]!;
      inverse += half[a]! * half[a]!;
    }
    return { value, error: Math.sqrt(noise * inverse) };
  };
  return {
    ranges: Array.from({ length: p }, (_, d): [number, number] => {
      const column = rows.map((row) => row[d]!);
      return [Math.min(...column), Math.max(...column)];
    }),
    part: (d, at) => {
      const x = at - centres[d]!;
      return beta[1 + d]! * x + beta[1 + p + d]! * x * x;
    },
    rise: (d, at, over) => {
      const weights = new Float64Array(k);
      const x = at - centres[d]!;
      weights[1 + d] = x;
      weights[1 + p + d] = x * x;
      for (const other of over) {
        const y = other - centres[d]!;
        weights[1 + d]! -= y / over.length;
        weights[1 + p + d]! -= (y * y) / over.length;
      }
      return combination(weights);
    },
    slope: (d, at) => {
      const weights = new Float64Array(k);
      weights[1 + d] = 1;
      weights[1 + p + d] = 2 * (at - centres[d]!);
      return combination(weights);
    },
    contrast: (features, columns) => {
      const weights = new Float64Array(k);
      for (const d of columns) {
        const x = features[d]! - centres[d]!;
        weights[1 + d] = x;
        weights[1 + p + d] = x * x - gram[(1 + d) * k + 1 + d]! / n + RIDGE;
      }
      return combination(weights);
    },
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
      const { value, error } = combination(
        Float64Array.from({ length: k }, (_, a) => (a === 1 + p + d ? 1 : 0)),
      );
      return { value: -2 * value, error: 2 * error };
    }),
  };
}
