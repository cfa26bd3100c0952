import { cholesky, choleskySolve, solveLower } from "../../math/index.ts";
import type { Estimate, Estimator } from "./types.ts";

const RIDGE = 1e-6;

/**
 * Global quadratic ridge regression (docs/theory, T5.2 quad): the best estimator of a unimodal F where observations are
 * few. All second-order terms where n ≥ 3(p+1)(p+2)/2, else squares without products, else linear.
 */
export const quadraticRidge: Estimator = (sample, queries) => {
  const n = sample.values.length;
  const p = sample.features[0]?.length ?? 0;
  const terms = termsFor(n, p);
  if (terms === null) return queries.map(() => null);
  const design = sample.features.map((row) => expand(row, terms));
  const k = design[0]!.length;
  const gram = new Float64Array(k * k);
  const moment = new Float64Array(k);
  design.forEach((row, i) => {
    const w = sample.weights?.[i] ?? 1;
    for (let a = 0; a < k; a++) {
      moment[a]! += w * row[a]! * sample.values[i]!;
      for (let b = 0; b <= a; b++) gram[a * k + b]! += w * row[a]! * row[b]!;
    }
  });
  for (let a = 1; a < k; a++) gram[a * k + a]! += RIDGE * n;
  const factors = cholesky(gram, k);
  if (factors === null) return queries.map(() => null);
  const beta = choleskySolve(factors, moment);
  let residual = 0;
  let total = 0;
  design.forEach((row, i) => {
    const w = sample.weights?.[i] ?? 1;
    residual += w * (sample.values[i]! - dot(row, beta)) ** 2;
    total += w;
  });
  const noise = residual / Math.max(1e-9, (total * Math.max(1, n - k)) / n);
  return queries.map((query): Estimate => {
    const row = expand(query, terms);
    const half = solveLower(factors, row);
    return { mean: dot(row, beta), error: Math.sqrt(noise * dot(half, half)) };
  });
};

type Terms = "full" | "squares" | "linear";

function termsFor(n: number, p: number): Terms | null {
  if (p === 0) return null;
  if (n >= (3 * (p + 1) * (p + 2)) / 2) return "full";
  if (n >= 2 * (2 * p + 1)) return "squares";
  return n >= 2 * (p + 1) ? "linear" : null;
}

function expand(row: readonly number[], terms: Terms): number[] {
  const out = [1, ...row];
  if (terms === "linear") return out;
  for (let a = 0; a < row.length; a++) {
    out.push(row[a]! * row[a]!);
    if (terms === "full") for (let b = 0; b < a; b++) out.push(row[a]! * row[b]!);
  }
  return out;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
