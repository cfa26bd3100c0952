import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import {
  type Estimator,
  gaussianProcess,
  localLinear,
  nadarayaWatson,
  quadraticRidge,
  type Sample,
} from "./index.ts";

const all: [string, Estimator][] = [
  ["nadarayaWatson", nadarayaWatson],
  ["localLinear", localLinear],
  ["quadraticRidge", quadraticRidge],
  ["gaussianProcess", gaussianProcess],
];

function noisy(n: number, F: (h: number) => number, sd: number, seed: number): Sample {
  const draws = stream(key(seed), "sample");
  const features = Array.from({ length: n }, () => [2 * draws.uniform() - 1]);
  return { features, values: features.map(([h]) => F(h!) + sd * draws.normal()) };
}

describe.each(all)("%s", (name, estimator) => {
  it("gives a constant back exactly", () => {
    const sample = { features: [[0], [0.3], [0.5], [0.9], [1], [0.1]], values: [2, 2, 2, 2, 2, 2] };
    for (const estimate of estimator(sample, [[0.2], [0.8]])) expect(estimate!.mean).toBeCloseTo(2, 5);
  });

  it("is nearer to F than single observations are, by a factor that noise averaging explains", () => {
    const F = (h: number): number => -((h - 0.4) ** 2);
    let mine = 0;
    let raw = 0;
    for (let seed = 0; seed < 40; seed++) {
      const sample = noisy(48, F, 0.5, seed);
      const estimates = estimator(sample, sample.features);
      sample.features.forEach(([h], i) => {
        mine += (estimates[i]!.mean - F(h!)) ** 2;
        raw += (sample.values[i]! - F(h!)) ** 2;
      });
    }
    // Error variance per point: raw 0.25. Smoothing over 48 points leaves p/n (quad: 3/48) to about a fifth (kernels).
    expect(mine / raw).toBeLessThan(name === "quadraticRidge" ? 0.1 : 0.25);
  });

  it("does not depend on the order of the observations", () => {
    const sample = noisy(30, (h) => h, 0.3, 3);
    const reversed = { features: sample.features.toReversed(), values: sample.values.toReversed() };
    const one = estimator(sample, [[0.1]])[0]!;
    const two = estimator(reversed, [[0.1]])[0]!;
    expect(two.mean).toBeCloseTo(one.mean, 9);
  });

  it("says null where observations are too few", () => {
    expect(estimator({ features: [[0]], values: [1] }, [[0], [1]])).toEqual([null, null]);
  });

  it("survives features without spread and duplicated points", () => {
    const sample = {
      features: Array.from({ length: 12 }, () => [0.5, 0.5]),
      values: Array.from({ length: 12 }, (_, i) => i),
    };
    const estimate = estimator(sample, [[0.5, 0.5]])[0]!;
    expect(estimate.mean).toBeCloseTo(5.5, 3);
  });
});

describe("estimators", () => {
  it("quadratic ridge recovers a quadratic of two features with products exactly", () => {
    const draws = stream(key(1), "grid");
    const features = Array.from({ length: 40 }, () => [draws.normal(), draws.normal()]);
    const F = ([a, b]: readonly number[]): number => 1 + 2 * a! - b! + 0.5 * a! * b! - a! * a!;
    const estimates = quadraticRidge({ features, values: features.map(F) }, [[0.3, -0.7]]);
    expect(estimates[0]!.mean).toBeCloseTo(F([0.3, -0.7]), 3);
  });

  it("local linear has no boundary bias on a straight line, Nadaraya–Watson has", () => {
    const features = Array.from({ length: 41 }, (_, i) => [i / 40]);
    const sample = { features, values: features.map(([h]) => h!) };
    expect(Math.abs(localLinear(sample, [[0]])[0]!.mean)).toBeLessThan(2e-3);
    expect(Math.abs(nadarayaWatson(sample, [[0]])[0]!.mean)).toBeGreaterThan(0.05);
  });

  it("weights count: an observation of weight near zero changes nothing", () => {
    const base = noisy(30, (h) => h, 0.2, 5);
    const outlier: Sample = {
      features: [...base.features, [0]],
      values: [...base.values, 1000],
      weights: [...base.values.map(() => 1), 1e-9],
    };
    for (const [, estimator] of all) {
      const clean = estimator(base, [[0]])[0]!.mean;
      expect(Math.abs(estimator(outlier, [[0]])[0]!.mean - clean)).toBeLessThan(0.02);
    }
  });

  it("the Gaussian process switches an irrelevant feature off and reports a larger error away from data", () => {
    const draws = stream(key(6), "ard");
    const features = Array.from({ length: 60 }, () => [2 * draws.uniform() - 1, 2 * draws.uniform() - 1]);
    const sample = { features, values: features.map(([a]) => Math.sin(3 * a!) + 0.05 * draws.normal()) };
    const [near, shifted, far] = gaussianProcess(sample, [
      [0.3, 0],
      [0.3, 0.9],
      [4, 0],
    ]);
    expect(near!.mean).toBeCloseTo(Math.sin(0.9), 1);
    expect(Math.abs(near!.mean - shifted!.mean)).toBeLessThan(0.05);
    expect(far!.error!).toBeGreaterThan(3 * near!.error!);
  });
});
