import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../random/index.ts";
import {
  autocorrelation,
  autocorrelationTime,
  correlation,
  covariance,
  logSumExp,
  mean,
  median,
  quantile,
  quantiles,
  ranks,
  softmax,
  spearman,
  standardDeviation,
  sum,
  variance,
  weightedMean,
} from "./index.ts";

const real = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe("sum and moments", () => {
  it("keeps what plain addition loses", () => {
    expect(sum([1e100, 1, -1e100])).toBe(1);
    expect(sum(new Float64Array(1e6).fill(0.1))).toBe(100000);
    expect(sum([])).toBe(0);
    expect(sum([1, Infinity])).toBe(Infinity);
  });

  it("has known moments, also far from zero", () => {
    const values = [2, 4, 4, 4, 5, 5, 7, 9];
    expect(mean(values)).toBe(5);
    expect(variance(values, 0)).toBe(4);
    expect(variance(values)).toBeCloseTo(32 / 7, 14);
    expect(standardDeviation(values, 0)).toBe(2);
    expect(variance(values.map((x) => x + 1e9))).toBeCloseTo(32 / 7, 14);
    expect(covariance([1, 2, 3, 4], [2, 4, 6, 9])).toBeCloseTo(23 / 6, 14);
    expect(correlation([1, 2, 3], [-1, -2, -3])).toBeCloseTo(-1, 15);
    expect(weightedMean([1, 2, 3], [1, 0, 3])).toBe(2.5);
    expect([variance([1]), mean([]), correlation([1, 1], [1, 2])]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(() => covariance([1], [1, 2])).toThrow("covariance: needs as many x as y, got 1 and 2");
  });

  it("is bilinear: var(x + y) = var x + var y + 2 cov(x, y)", () => {
    // Whole numbers: their sums are exact, so that nothing is lost before the variance is taken.
    const whole = fc.integer({ min: -1e6, max: 1e6 });
    fc.assert(
      fc.property(fc.array(fc.tuple(whole, whole), { minLength: 2, maxLength: 30 }), (pairs) => {
        const x = pairs.map(([a]) => a);
        const y = pairs.map(([, b]) => b);
        const left = variance(pairs.map(([a, b]) => a + b));
        const right = variance(x) + variance(y) + 2 * covariance(x, y);
        expect(Math.abs(left - right)).toBeLessThanOrEqual(1e-12 * (variance(x) + variance(y)) + 1e-300);
      }),
    );
  });
});

describe("quantiles", () => {
  it("interpolate between order statistics (type 7)", () => {
    expect(quantiles([15, 20, 35, 40, 50], [0, 0.25, 0.4, 0.5, 1])).toEqual([15, 20, 29, 35, 50]);
    expect(quantile([3, 1, 2, 10], 0.9)).toBeCloseTo(7.9, 14);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([Infinity, 1, Infinity])).toBe(Infinity);
    expect([median([]), median([1, Number.NaN])]).toEqual([Number.NaN, Number.NaN]);
    expect(() => quantile([1], 1.5)).toThrow("quantile: needs probabilities from 0 to 1, got 1.5");
  });

  it("rise with the probability and do not depend on the order of the values", () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(real, { minLength: 1 }), p, p, (values, a, b) => {
        const [low, high] = quantiles(values, [Math.min(a, b), Math.max(a, b)]) as [number, number];
        expect(low).toBeLessThanOrEqual(high);
        expect(quantile(values.toReversed(), a)).toBe(quantile(values, a));
      }),
    );
  });
});

describe("ranks and Spearman's correlation", () => {
  it("share ranks among equal values", () => {
    expect(Array.from(ranks([10, 20, 20, 5]))).toEqual([2, 3.5, 3.5, 1]);
    expect(spearman([1, 2, 2, 4, 5, 9], [3, 1, 4, 4, 8, 7])).toBeCloseTo(0.8088235294117647, 14);
    expect(spearman([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 15);
  });
});

describe("logSumExp and softmax", () => {
  it("neither overflow nor underflow", () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([-1000, -1000])).toBeCloseTo(-1000 + Math.LN2, 12);
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, 3])).toBe(3);
    expect(logSumExp([Infinity, 1])).toBe(Infinity);
    expect(Array.from(softmax([0, Math.log(3)]))).toEqual([0.25, expect.closeTo(0.75, 14)]);
  });
});

describe("autocorrelation", () => {
  it("of an alternating series is −1 at lag 1, up to the missing term", () => {
    const rho = autocorrelation([1, -1, 1, -1], 2);
    expect(Array.from(rho)).toEqual([1, -0.75, 0.5]);
    expect(() => autocorrelation([1, 2], 2)).toThrow(
      "autocorrelation: needs maxLag from 0 to n - 1 = 1, got 2",
    );
    expect(autocorrelationTime([3, 3, 3])).toBeNaN();
  });

  it("time of an AR(1) process is (1 + a)/(1 − a)", () => {
    const a = 0.8;
    const draws = stream(key(2), "ar1");
    const n = 8000;
    const x = new Float64Array(n);
    for (let t = 1; t < n; t++) x[t] = a * x[t - 1]! + draws.normal();
    // τ = 9; the estimate's standard error is about τ √(2(2M + 1)/n) = 1.3 with a window of M ≈ 40.
    expect(Math.abs(autocorrelationTime(x) - 9)).toBeLessThan(4);
    expect(autocorrelation(x, 1)[1]).toBeCloseTo(a, 1);
  });
});
