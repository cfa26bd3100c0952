import {
  type Estimator,
  gaussianProcess,
  localLinear,
  nadarayaWatson,
  quadraticRidge,
} from "../population/index.ts";

/** What one generation of an experiment gives to a score: one entry per agent, in order. */
export interface Observed {
  readonly h: Float64Array;
  /** Fitness at the end of the interval. */
  readonly last: Float64Array;
  /** Mean fitness over the interval. */
  readonly average: Float64Array;
  /** Index of each agent's parent in the generation before; null at the first. */
  readonly parents: Int32Array | null;
}

/** A score for selection, with its own memory; a new one for each run. */
export type ScoreRule = (observed: Observed) => Float64Array;

export type EstimatorName = "nw" | "ll" | "quad" | "gp";

const estimators: Readonly<Record<EstimatorName, Estimator>> = {
  nw: nadarayaWatson,
  ll: localLinear,
  quad: quadraticRidge,
  gp: gaussianProcess,
};

/** φ at the end of the interval. */
export const instantaneousScore = (): ScoreRule => (observed) => observed.last;

/** Mean φ over the interval (docs/theory, T5.2 tavg). */
export const averageScore = (): ScoreRule => (observed) => observed.average;

/** The true F: what no run has, and the bound of all estimators. */
export const oracleScore =
  (F: (h: number) => number): (() => ScoreRule) =>
  () =>
  (observed) =>
    observed.h.map(F);

export interface EffectiveOptions {
  readonly estimator: EstimatorName;
  /** Regress interval means, not last values (suffix _t). */
  readonly averaged?: boolean;
  /** Pool this many generations with weights decay^age (suffix _h: 5, 0.8). */
  readonly generations?: number;
  readonly decay?: number;
}

/** F̂(h): a regression of fitness on h over the population, in units of its spread. */
export const effectiveScore =
  ({ estimator, averaged = false, generations = 1, decay = 0.8 }: EffectiveOptions): (() => ScoreRule) =>
  () => {
    const pool: { h: Float64Array; values: Float64Array }[] = [];
    return (observed) => {
      const values = averaged ? observed.average : observed.last;
      pool.unshift({ h: observed.h, values });
      pool.length = Math.min(pool.length, generations);
      const features: number[][] = [];
      const all: number[] = [];
      const weights: number[] = [];
      pool.forEach((entry, age) => {
        for (let i = 0; i < entry.h.length; i++) {
          features.push([entry.h[i]!]);
          all.push(entry.values[i]!);
          weights.push(decay ** age);
        }
      });
      const queries = Array.from(observed.h, (h) => [h]);
      const { mean, sd } = spread(observed.h);
      const scaled = (rows: number[][]): number[][] => rows.map(([h]) => [(h! - mean) / sd]);
      const estimates = estimators[estimator](
        { features: scaled(features), values: all, weights },
        scaled(queries),
      );
      return Float64Array.from(estimates, (estimate, i) => estimate?.mean ?? values[i]!);
    };
  };

/**
 * BLEND: F̂ + ρ(φ − F̂), with ρ the correlation of the residual over one interval along lineages (docs/theory, T5.5):
 * c₁ ← 0.8c₁ + mean(r_g r_{g−1}(parent)), c₀ ← 0.8c₀ + mean(r²_{g−1}), ρ = clip(c₁/c₀, 0, 1), ½ at the start.
 */
export const blendScore =
  (options: EffectiveOptions): (() => ScoreRule & { readonly rho: () => number }) =>
  () => {
    const effective = effectiveScore(options)();
    let before: Float64Array | null = null;
    let c0 = 0;
    let c1 = 0;
    let rho = 0.5;
    const rule = (observed: Observed): Float64Array => {
      const estimate = effective(observed);
      const residual = observed.last.map((phi, i) => phi - estimate[i]!);
      if (before !== null && observed.parents !== null) {
        const n = residual.length;
        let lagged = 0;
        let square = 0;
        for (let i = 0; i < n; i++) {
          const r = before[observed.parents[i]!]!;
          lagged += (residual[i]! * r) / n;
          square += (r * r) / n;
        }
        c1 = 0.8 * c1 + lagged;
        c0 = 0.8 * c0 + square;
        rho = c0 > 0 ? Math.min(1, Math.max(0, c1 / c0)) : rho;
      }
      before = residual;
      return estimate.map((value, i) => value + rho * residual[i]!);
    };
    return Object.assign(rule, { rho: () => rho });
  };

function spread(values: Float64Array): { mean: number; sd: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, sd: variance > 0 ? Math.sqrt(variance) : 1 };
}
