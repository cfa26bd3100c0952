import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../random/index.ts";
import { incompleteBeta, logBeta, logGamma, mannWhitney, studentTCdf, welchT } from "./index.ts";

const relative = (actual: number, exact: number): number => Math.abs(actual / exact - 1);

describe("special functions behind the tests", () => {
  it("logGamma has its values to 1e-14", () => {
    const table = [
      [0.1, 2.252712651734206],
      [0.5, 0.5723649429247001],
      [1.5, -0.12078223763524522],
      [3, 0.6931471805599453],
      [10, 12.80182748008147],
      [100.5, 361.4355404677776],
      [1e6, 12815504.569147611],
      [1e-5, 11.512919692895826],
    ] as const;
    for (const [x, exact] of table) {
      expect(Math.abs(logGamma(x) - exact), `${x}`).toBeLessThan(1e-14 * Math.max(1, Math.abs(exact)));
    }
    expect([logGamma(0), logGamma(-1)]).toEqual([Infinity, Number.NaN]);
    expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 14);
  });

  it("incompleteBeta has its values to 1e-12", () => {
    const table = [
      [0.3, 2, 5, 0.579825],
      [0.99, 0.5, 0.5, 0.9362314391414801],
      [0.5, 50, 60, 0.8309072939016694],
      [1e-5, 0.1, 3, 0.3652424056728784],
      [0.9, 300, 20.5, 0.009385331458376197],
    ] as const;
    for (const [x, a, b, exact] of table) {
      expect(relative(incompleteBeta(x, a, b), exact), `${x} ${a} ${b}`).toBeLessThan(1e-12);
    }
    expect([incompleteBeta(0, 1, 1), incompleteBeta(1, 1, 1), incompleteBeta(2, 1, 1)]).toEqual([
      0,
      1,
      Number.NaN,
    ]);
  });

  it("incompleteBeta is symmetric: I_x(a, b) = 1 − I_{1−x}(b, a)", () => {
    const shape = fc.double({ min: 0.1, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (x, a, b) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 11);
      }),
    );
  });

  it("Student's t has its values to 1e-12, tails included", () => {
    const table = [
      [-2.5, 3, 0.04385332350403277],
      [-0.01, 7.5, 0.4961410655351848],
      [-12, 30, 2.790092707599628e-13],
      [-40, 2, 0.0003122073360923703],
      [-1, 1, 0.25],
    ] as const;
    for (const [t, degrees, exact] of table) {
      expect(relative(studentTCdf(t, degrees), exact), `${t} ${degrees}`).toBeLessThan(1e-12);
      expect(studentTCdf(-t, degrees)).toBeCloseTo(1 - exact, 13);
    }
    expect(studentTCdf(-1.96, Infinity)).toBeCloseTo(0.024997895148220435, 14);
    expect([studentTCdf(-Infinity, 3), studentTCdf(0, 3), studentTCdf(Infinity, 3)]).toEqual([0, 0.5, 1]);
  });
});

describe("welchT", () => {
  const x = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4];
  const y = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 30.5, 24.4];

  it("agrees with SciPy's ttest_ind(equal_var=False)", () => {
    const test = welchT(x, y)!;
    expect(test.t).toBeCloseTo(-2.8529548701715215, 12);
    expect(test.degrees).toBeCloseTo(27.88730398842012, 11);
    expect(test.twoSided).toBeCloseTo(0.008071938172194903, 13);
    expect(test.greater).toBeCloseTo(0.9959640309139025, 13);
    expect(welchT(y, x)!.greater).toBeCloseTo(1 - 0.9959640309139025, 13);
  });

  it("answers for samples without variance, and not for too few or infinite values", () => {
    expect(welchT([1, 1], [1, 1])).toEqual({ t: 0, degrees: 2, greater: 0.5, twoSided: 1 });
    expect(welchT([2, 2], [1, 1, 1])).toEqual({ t: Infinity, degrees: 3, greater: 0, twoSided: 0 });
    expect(welchT([1], [1, 2])).toBeNull();
    expect(welchT([1, Number.NaN], [1, 2])).toBeNull();
    expect(welchT([1, Infinity], [1, 2])).toBeNull();
  });

  it("rejects equal means about as often as its level says", () => {
    const draws = stream(key(4), "welch-level");
    const sample = (n: number, sd: number): number[] => Array.from({ length: n }, () => sd * draws.normal());
    let rejected = 0;
    const runs = 4000;
    for (let i = 0; i < runs; i++) if (welchT(sample(8, 1), sample(12, 3))!.twoSided < 0.05) rejected++;
    // 0.05 ± 4 standard errors (0.0034), and Welch's own error of a few tenths of a per cent.
    expect(Math.abs(rejected / runs - 0.05)).toBeLessThan(0.018);
  });
});

describe("mannWhitney", () => {
  it("agrees with SciPy's mannwhitneyu, exact and with ties", () => {
    const exact = mannWhitney([1.1, 2.3, 3.7, 9.2, 4.4], [0.3, 1.9, 2.2, 3.1, 0.8, 5.5, -1])!;
    expect(exact).toEqual({
      u: 27,
      greater: expect.closeTo(0.0744949494949495, 14),
      twoSided: expect.closeTo(0.148989898989899, 14),
      exact: true,
    });
    const tied = mannWhitney([1, 2, 2, 3, 5, 5, 7], [2, 2, 3, 4, 1, 0])!;
    expect(tied).toEqual({
      u: 30,
      greater: expect.closeTo(0.10812374474446129, 13),
      twoSided: expect.closeTo(0.21624748948892258, 13),
      exact: false,
    });
    expect(mannWhitney([], [1])).toBeNull();
    expect(mannWhitney([Number.NaN], [1])).toBeNull();
    expect(mannWhitney([1, 1], [1])).toEqual({ u: 1, greater: 1, twoSided: 1, exact: false });
  });

  it("has P(U ≥ u) of both orders that add up: the p-values of x over y and of y over x overlap in P(U = u)", () => {
    // 3 against 3: all 20 arrangements, U = 9 in one of them.
    expect(mannWhitney([4, 5, 6], [1, 2, 3])!.greater).toBeCloseTo(1 / 20, 15);
    expect(mannWhitney([1, 2, 3], [4, 5, 6])!.greater).toBe(1);
    expect(mannWhitney([4, 5, 6], [1, 2, 3])!.twoSided).toBeCloseTo(2 / 20, 15);
  });
});
