import { UsageError } from "../errors/index.ts";
import type { Density } from "./replicatorMutator.ts";

const SQRT2PI = Math.sqrt(2 * Math.PI);

/** A law to compare a sample with: its distribution function and ∫F, both exact. */
export interface Law {
  /** F(x) = P(X ≤ x). */
  cumulative(x: number): number;
  /** A(x) = ∫_{−∞}^x F. */
  integrated(x: number): number;
  /** E X, for the tail beyond the largest sample. */
  readonly mean: number;
}

/** N(mean, sd²) with A(z) = zΦ(z) + φ(z) scaled by sd. @param normalCdf Φ */
export function gaussianLaw(mean: number, sd: number, normalCdf: (z: number) => number): Law {
  return {
    mean,
    cumulative: (x) => normalCdf((x - mean) / sd),
    integrated: (x) => {
      const z = (x - mean) / sd;
      return sd * (z * normalCdf(z) + Math.exp((-z * z) / 2) / SQRT2PI);
    },
  };
}

/** The piecewise uniform law of a density on cells. */
export function gridLaw({ grid, mass }: Density): Law {
  const n = grid.size;
  const cumulative = new Float64Array(n + 1);
  const integrated = new Float64Array(n + 1);
  let mean = 0;
  for (let i = 0; i < n; i++) {
    cumulative[i + 1] = cumulative[i]! + mass[i]!;
    integrated[i + 1] = integrated[i]! + (grid.spacing * (cumulative[i]! + cumulative[i + 1]!)) / 2;
    mean += mass[i]! * grid.centres[i]!;
  }
  const locate = (x: number): [cell: number, within: number] => {
    const position = (x - grid.low) / grid.spacing;
    const cell = Math.min(n - 1, Math.max(0, Math.floor(position)));
    return [cell, position - cell];
  };
  return {
    mean,
    cumulative: (x) => {
      if (x <= grid.low) return 0;
      if (x >= grid.high) return cumulative[n]!;
      const [cell, within] = locate(x);
      return cumulative[cell]! + within * mass[cell]!;
    },
    integrated: (x) => {
      if (x <= grid.low) return 0;
      if (x >= grid.high) return integrated[n]! + (x - grid.high) * cumulative[n]!;
      const [cell, within] = locate(x);
      return integrated[cell]! + grid.spacing * within * (cumulative[cell]! + (within * mass[cell]!) / 2);
    },
  };
}

/**
 * W₁ = ∫|F_N − F| between a sample and a law: exact on each interval between order statistics, where F_N = i/N is
 * constant and F crosses it at most once.
 * @param sample `[N]`, N ≥ 1, any order
 */
export function wasserstein1(sample: ArrayLike<number>, law: Law): number {
  const x = Float64Array.from(sample).sort();
  const n = x.length;
  if (n === 0) throw new UsageError("wasserstein1: needs at least one sample");
  let total = law.integrated(x[0]!);
  for (let i = 1; i < n; i++) {
    const level = i / n;
    const [a, b] = [x[i - 1]!, x[i]!];
    if (b === a) continue;
    const signed = (from: number, to: number): number =>
      law.integrated(to) - law.integrated(from) - level * (to - from);
    if (law.cumulative(a) >= level || law.cumulative(b) <= level) {
      total += Math.abs(signed(a, b));
      continue;
    }
    let [low, high] = [a, b];
    for (let k = 0; k < 60 && high - low > 1e-15 * (1 + Math.abs(low)); k++) {
      const middle = (low + high) / 2;
      if (law.cumulative(middle) < level) low = middle;
      else high = middle;
    }
    total += Math.abs(signed(a, low)) + Math.abs(signed(low, b));
  }
  // ∫_b^∞ (1 − F) = E X − b + A(b).
  const top = x[n - 1]!;
  return total + (law.mean - top + law.integrated(top));
}

/** W₁ of two samples of equal size: the mean distance of their order statistics. */
export function wasserstein1Samples(first: ArrayLike<number>, second: ArrayLike<number>): number {
  const x = Float64Array.from(first).sort();
  const y = Float64Array.from(second).sort();
  if (x.length !== y.length || x.length === 0) {
    throw new UsageError(
      `wasserstein1Samples: needs two samples of equal size >= 1, got ${x.length} and ${y.length}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]! - y[i]!);
  return sum / x.length;
}

/** √(2E|X−Y| − E|X−X′| − E|Y−Y′|) of a sample and N(mean, sd²): the root of the energy distance (V-statistic). */
export function energyDistance(
  sample: ArrayLike<number>,
  gaussian: { readonly mean: number; readonly sd: number; readonly normalCdf: (z: number) => number },
): number {
  const x = Float64Array.from(sample, (v) => (v - gaussian.mean) / gaussian.sd).sort();
  const n = x.length;
  if (n === 0) throw new UsageError("energyDistance: needs at least one sample");
  let cross = 0;
  let within = 0;
  for (let i = 0; i < n; i++) {
    const z = x[i]!;
    cross += (z * (2 * gaussian.normalCdf(z) - 1) + (2 * Math.exp((-z * z) / 2)) / SQRT2PI) / n;
    within += (2 * (2 * i - n + 1) * z) / (n * n);
  }
  return Math.sqrt(Math.max(0, gaussian.sd * (2 * cross - within - 2 / Math.sqrt(Math.PI))));
}
