import { describe, expect, it } from "vitest";
import { cholesky } from "../math/index.ts";
import { key, stream } from "../random/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { ridge } from "./ridge.ts";
import { ridgeProblem } from "./ridgeProblem.ts";

const table = reference.T5_ridge.data;

function argmax(F: (h: number) => number): { h: number; value: number } {
  let best = { h: Number.NaN, value: -Infinity };
  for (let i = 0; i <= 900; i++) {
    const h = -1.5 + i * 0.005;
    const value = F(h);
    if (value > best.value) best = { h, value };
  }
  return best;
}

describe("ridge regression as a two-scale problem", () => {
  it.each([
    [0, "T0.0"],
    [0.01, "T0.01"],
    [0.05, "T0.05"],
    [0.2, "T0.2"],
  ] as const)("has the reference optimum and values of F at T=%f", (T, name) => {
    const at = ridge(ridgeProblem, T);
    const best = argmax((h) => at(h).fitness);
    expect(best.h).toBeCloseTo(table[name].argmax_h, 9);
    expect(best.value).toBeCloseTo(table[name].Fmax, 11);
    expect(at(0).fitness).toBeCloseTo(table[name].F_0, 11);
    expect(at(-4).fitness).toBeCloseTo(table[name].F_m4, 11);
    expect(Math.sqrt(at(best.h).variance)).toBeCloseTo(table[name].sd_at_opt, 8);
  });

  it("is biased toward less decay by risk-seeking selection", () => {
    const at = ridge(ridgeProblem, 0.05);
    for (const [beta, h] of [
      [1, table["T0.05"]["argmax_Fbeta1.0"]],
      [10, table["T0.05"]["argmax_Fbeta10.0"]],
      [50, table["T0.05"]["argmax_Fbeta50.0"]],
    ] as const) {
      // The reference searched a grid of 0.05.
      expect(Math.abs(argmax((x) => at(x).certaintyEquivalent(beta)).h - h)).toBeLessThan(0.026);
    }
  });

  it("agrees with Monte Carlo over its Gibbs law within three standard errors", () => {
    const T = 0.05;
    const at = ridge(ridgeProblem, T)(0);
    const { lower, n } = cholesky(at.A, 10, 0)!;
    const draws = stream(key(4), "ridge");
    const N = 100_000;
    let mean = 0;
    let square = 0;
    for (let i = 0; i < N; i++) {
      // w = w_h + √T L⁻ᵀ z has covariance T A⁻¹.
      const z = Float64Array.from({ length: n }, () => draws.normal());
      for (let a = n - 1; a >= 0; a--) {
        for (let b = a + 1; b < n; b++) z[a]! -= lower[b * n + a]! * z[b]!;
        z[a]! /= lower[a * n + a]!;
      }
      const value = at.phi(z.map((v, k) => at.mean[k]! + Math.sqrt(T) * v));
      mean += value / N;
      square += (value * value) / N;
    }
    const sd = Math.sqrt(at.variance);
    expect(Math.abs(mean - at.fitness)).toBeLessThan((3 * sd) / Math.sqrt(N));
    expect(Math.abs(Math.sqrt(square - mean * mean) / sd - 1)).toBeLessThan(0.02);
  });
});
