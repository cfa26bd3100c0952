import { describe, expect, it } from "vitest";
import { cellGrid } from "./diffusion.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { advanceColumn, multiply, scharfetterGummel } from "./fokkerPlanck.ts";
import { fieldMoments, meanField } from "./meanField.ts";
import { quadraticReduced } from "./quadraticReduced.ts";
import { riccati, riccatiStart } from "./riccati.ts";
import { eigenvalueFromTop } from "./sturm.ts";

describe("the Gaussian solution of the full equation", () => {
  it.each([
    [0.1, reference.T3_T4.data["full_eps0.1"]],
    [0.05, reference.T3_T4.data["full_eps0.05"]],
  ])("has the reference moments at eps=%f", (eps, table) => {
    [0, 1, 2, 5].forEach((time, i) => {
      const law = riccati({ eps }, riccatiStart, time);
      expect(law.mean[0]).toBeCloseTo(table.m_theta[i]!, 9);
      expect(law.mean[1]).toBeCloseTo(table.m_h[i]!, 9);
      expect(law.covariance[0]).toBeCloseTo(table.C_tt[i]!, 9);
      expect(law.covariance[1]).toBeCloseTo(table.C_th[i]!, 9);
      expect(law.covariance[2]).toBeCloseTo(table.C_hh[i]!, 9);
    });
  });

  it("approaches the reduced equation at first order in eps, and Richardson extrapolation meets its closed form", () => {
    const reduced = quadraticReduced(
      { curvature: 1.5, optimum: 0.8333333333333334, diffusion: 0.05, from: { mean: -1, variance: 0.1 } },
      2,
    );
    const at = (eps: number, step?: number): readonly [number, number] => {
      const law = riccati({ eps }, riccatiStart, 2, step === undefined ? {} : { step });
      return [law.mean[1] - reduced.mean, law.covariance[2] - reduced.variance];
    };
    const errors = reference.T3_T4.data.eps_err_t2.map(([eps, mean, variance]) => {
      const found = at(eps!);
      expect(found[0]).toBeCloseTo(mean!, 8);
      expect(found[1]).toBeCloseTo(variance!, 8);
      return found;
    });
    const last = errors.slice(-4);
    for (const what of [0, 1] as const) {
      for (let i = 1; i < last.length; i++)
        expect(Math.abs(Math.log2(last[i - 1]![what] / last[i]![what]) - 1)).toBeLessThan(0.15);
      // Romberg over ε = 0.05 … 0.05/64: what is left is of order ε⁷. From ε = 0.05 down the initial layer e^{−t/ε} is gone.
      let row = Array.from({ length: 7 }, (_, k) => at(0.05 / 2 ** k, 0.05 / 2 ** k / 40)[what]);
      for (let p = 1; row.length > 1; p++)
        row = row.slice(1).map((value, i) => (2 ** p * value - row[i]!) / (2 ** p - 1));
      expect(Math.abs(row[0]!)).toBeLessThan(1e-10);
    }
  });

  it("grows faster by the fluctuations that last: the correction of first order in eps, and the exact rate", () => {
    // L = θ²/2, T = 0.2, φ = −θ²/2 at a frozen h: C settles at a root, and the growth rate is −C/2.
    for (const [eps, exact, first] of reference.T3_T4.data.greenkubo_eps_exact_firstorder) {
      const law = riccati(
        { eps: eps!, slope: 0, diffusion: 0, selection: [1, 0], target: [0, 0] },
        { mean: [0, 0], covariance: [0.2, 0, 0.1] },
        20,
      );
      expect(Math.abs(-law.covariance[0] / 2 - exact!)).toBeLessThan(1e-12);
      // −gT/(2k) + ε g²T²/(4k³): off by a term of order ε².
      expect(first).toBeCloseTo(-0.1 + eps! * 0.01, 12);
      expect(Math.abs(exact! - first!)).toBeLessThan(0.003 * eps! ** 2);
    }
  });
});

describe("the Fokker–Planck columns", () => {
  const grid = cellGrid(-3, 3, 120);
  const potential = grid.centres.map((x) => (x * x - 1) ** 2 / 4);
  it("keep exp(−U/T) exactly, conserve mass, and backward Euler is positive for huge steps", () => {
    const a = scharfetterGummel(grid, potential, 0.1, 0.01);
    const steady = potential.map((u) => Math.exp(-u / 0.1));
    const change = new Float64Array(120);
    multiply(a, steady, change);
    const scale = Math.abs(a.diagonal[60]!);
    for (const value of change) expect(Math.abs(value) / scale).toBeLessThan(1e-15);
    const work = {
      stage: new Float64Array(120),
      second: new Float64Array(120),
      scratch: new Float64Array(120),
    };
    for (const method of ["be", "sdirk2"] as const) {
      const column = new Float64Array(120);
      column[3] = 1;
      advanceColumn(a, 1000, column, method, work);
      expect(column.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 9);
      for (const value of column) expect(value).toBeGreaterThan(-1e-14);
    }
  });

  it.each(Object.entries(reference.T3_T4.data.doublewell_gap))(
    "have the reference spectral gap of the double well, the slowest relaxation, at T = %s",
    (text, [, gap]) => {
      const T = Number(text);
      const fine = cellGrid(-3, 3, 801);
      const U = fine.centres.map((x) => (x * x - 1) ** 2 / 4);
      const { lower, diagonal, upper } = scharfetterGummel(fine, U, T, 1);
      // Detailed balance makes the operator symmetric: its off-diagonal entries become √(lower · upper).
      const off = Array.from({ length: 800 }, (_, i) => Math.sqrt(lower[i + 1]! * upper[i]!));
      expect(Math.abs(eigenvalueFromTop(diagonal, off))).toBeLessThan(1e-9);
      expect(Math.abs(-eigenvalueFromTop(diagonal, off, 1) / gap! - 1)).toBeLessThan(1e-6);
      // Kramers: both wells leave at the rate (√2/2π) e^{−1/(4T)}; good to 10 % where the barrier is 2.5 T and more.
      const kramers = reference.T3_T4.data.kramers_rate_T[text as "0.05"];
      expect((Math.SQRT2 / (2 * Math.PI)) * Math.exp(-1 / (4 * T))).toBeCloseTo(kramers, 12);
      if (T <= 0.1) expect(Math.abs((2 * kramers) / gap! - 1)).toBeLessThan(0.11);
    },
  );
});

describe("the mean-field solver", () => {
  const model: TwoScaleModel = {
    loss: (theta, h) => (theta - h) ** 2 / 2,
    gradient: (theta, h) => theta - h,
    fitness: (theta, h) => -((theta - 1) ** 2) / 2 - (0.5 * (h - 0.5) ** 2) / 2,
    temperature: () => 0.2,
    support: [-12, 12],
  };
  const start = (theta: number, h: number): number =>
    Math.exp(-((theta - h) ** 2) / (2 * 0.2) - (h + 1) ** 2 / (2 * 0.1));
  const exact = riccati({ eps: 0.1 }, riccatiStart, 1, { step: 1e-4 });
  const reach = 3 + 6 * Math.sqrt(0.2);
  const solve = (cells: number, hCells: number, step: number, method: "be" | "sdirk2") => {
    const solver = meanField({
      model,
      eps: 0.1,
      diffusion: 0.05,
      theta: [-reach, reach, cells],
      h: [-3, 3, hCells],
      method,
    });
    const field = solver.solve({ from: start, time: 1, step });
    const moments = fieldMoments(field);
    expect(Math.abs(moments.mass - 1)).toBeLessThan(1e-13);
    expect(field.mass.reduce((least, value) => Math.min(least, value), 0)).toBeGreaterThan(-1e-14);
    return [moments.mean[1] - exact.mean[1], moments.covariance[2] - exact.covariance[2]] as const;
  };
  const orders = (errors: readonly number[]): number[] =>
    errors.slice(1).map((error, i) => Math.log2(errors[i]! / error));

  it("converges at second order in dt, dθ and dh with SDIRK2, over three halvings", () => {
    const errors = [1, 2, 4, 8].map((k) => solve(35 * k, Math.round(32.5 * k), 0.1 / k, "sdirk2"));
    for (const what of [0, 1] as const) {
      const found = orders(errors.map((error) => error[what]));
      for (const order of found) expect(Math.abs(order - 2)).toBeLessThan(0.15);
    }
    // The reference's grid, which reaches elsewhere, leaves −1.54e-4 and 9.2e-5 at 140 × 130.
    expect(Math.abs(errors[2]![0])).toBeLessThan(2.5e-4);
    expect(Math.abs(errors[2]![1])).toBeLessThan(1e-4);
  });

  it("converges at first order in dt with backward Euler, over three halvings on one grid", () => {
    const limit = solve(70, 65, 0.0025, "sdirk2");
    const errors = [0.04, 0.02, 0.01, 0.005].map((dt) => solve(70, 65, dt, "be"));
    for (const what of [0, 1] as const) {
      const found = orders(errors.map((error) => error[what] - limit[what]));
      for (const order of found) expect(Math.abs(order - 1)).toBeLessThan(0.15);
    }
    // Reference: −1.18e-3 at 140 × 130 and dt = 0.025.
    expect(Math.abs(solve(140, 130, 0.025, "be")[0])).toBeLessThan(1.5e-3);
  });
});
