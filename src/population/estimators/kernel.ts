import type { Estimate, Estimator, Sample } from "./types.ts";

/** Rule-of-thumb bandwidth 1.06 n^{−1/(4+p)} in units of the spread of each feature (Scott's exponent for p features). */
function bandwidth(sample: Sample): number {
  const p = sample.features[0]?.length ?? 1;
  return 1.06 * sample.values.length ** (-1 / (4 + p));
}

/** Spread of each feature about its mean, weighted; 0 where it does not vary. */
export function spreads(sample: Sample): number[] {
  const p = sample.features[0]?.length ?? 0;
  return Array.from({ length: p }, (_, d) => {
    let total = 0;
    let mean = 0;
    let square = 0;
    sample.features.forEach((row, i) => {
      const w = sample.weights?.[i] ?? 1;
      total += w;
      mean += w * row[d]!;
      square += w * row[d]! * row[d]!;
    });
    mean /= total;
    return Math.sqrt(Math.max(0, square / total - mean * mean));
  });
}

function kernelWeights(sample: Sample, query: readonly number[], widths: readonly number[]): number[] {
  return sample.features.map((row, i) => {
    let distance = 0;
    for (let d = 0; d < widths.length; d++) {
      if (widths[d]! > 0) distance += ((row[d]! - query[d]!) / widths[d]!) ** 2;
    }
    return (sample.weights?.[i] ?? 1) * Math.exp(-distance / 2);
  });
}

/** Σ w_j φ_j/Σ w_j with Gaussian weights (Nadaraya–Watson; docs/theory, T5.2 NW). */
export const nadarayaWatson: Estimator = (sample, queries) => {
  const n = sample.values.length;
  if (n < 2) return queries.map(() => null);
  const widths = spreads(sample).map((s) => bandwidth(sample) * s);
  return queries.map((query): Estimate | null => {
    const w = kernelWeights(sample, query, widths);
    let total = 0;
    let mean = 0;
    for (let j = 0; j < n; j++) {
      total += w[j]!;
      mean += w[j]! * sample.values[j]!;
    }
    if (!(total > 0)) return null;
    mean /= total;
    let residual = 0;
    let square = 0;
    for (let j = 0; j < n; j++) {
      residual += (w[j]! / total) * (sample.values[j]! - mean) ** 2;
      square += (w[j]! / total) ** 2;
    }
    return { mean, error: Math.sqrt(residual * square) };
  });
};

/**
 * Local linear regression with bandwidth 2l and a ridge on the slope (T5.2 ll): for one feature
 * F̂ = ((s₂+λ)t₀ − s₁t₁)/((s₂+λ)s₀ − s₁²), s_p = Σ w dᵖ, t_p = Σ w dᵖ φ, λ = 10⁻³ s₀ l²; for several, the same with the
 * slopes of the features fitted one after another (back-fitting), which keeps it stable where members are few.
 */
export const localLinear: Estimator = (sample, queries) => {
  const n = sample.values.length;
  if (n < 3) return queries.map(() => null);
  const l = bandwidth(sample);
  const spread = spreads(sample);
  const widths = spread.map((s) => 2 * l * s);
  return queries.map((query): Estimate | null => {
    const w = kernelWeights(sample, query, widths);
    let s0 = 0;
    let t0 = 0;
    for (let j = 0; j < n; j++) {
      s0 += w[j]!;
      t0 += w[j]! * sample.values[j]!;
    }
    if (!(s0 > 0)) return null;
    const p = query.length;
    const slopes = Array.from({ length: p }, () => 0);
    let mean = t0 / s0;
    for (let sweep = 0; sweep < (p === 1 ? 1 : 20); sweep++) {
      for (let d = 0; d < p; d++) {
        if (spread[d] === 0) continue;
        let s1 = 0;
        let s2 = 1e-3 * s0 * (l * spread[d]!) ** 2;
        let r0 = 0;
        let r1 = 0;
        for (let j = 0; j < n; j++) {
          const offset = sample.features[j]![d]! - query[d]!;
          let residual = sample.values[j]!;
          for (let e = 0; e < p; e++) {
            if (e !== d) residual -= slopes[e]! * (sample.features[j]![e]! - query[e]!);
          }
          s1 += w[j]! * offset;
          s2 += w[j]! * offset * offset;
          r0 += w[j]! * residual;
          r1 += w[j]! * offset * residual;
        }
        const determinant = s2 * s0 - s1 * s1;
        mean = (s2 * r0 - s1 * r1) / determinant;
        slopes[d] = (s0 * r1 - s1 * r0) / determinant;
      }
    }
    return { mean, error: null };
  });
};
