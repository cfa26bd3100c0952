import { describe, expect, it } from "vitest";
import { cellGrid } from "./diffusion.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { advanceColumn, multiply, scharfetterGummel } from "./fokkerPlanck.ts";
import { fieldMoments, meanField } from "./meanField.ts";
import { quadraticReduced } from "./quadraticReduced.ts";
import { riccati, riccatiStart } from "./riccati.ts";

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
    const at = (eps: number) => riccati({ eps }, riccatiStart, 2).mean[1];
    const errors = reference.T3_T4.data.eps_err_t2;
    for (const [eps, error] of errors) expect(at(eps!) - reduced.mean).toBeCloseTo(error!, 8);
    const order = Math.log2((at(0.0125) - reduced.mean) / (at(0.00625) - reduced.mean));
    expect(Math.abs(order - 1)).toBeLessThan(0.15);
    // Two extrapolation steps remove ε and ε²: the remainder is of order ε³ = 2e-7 · O(1).
    const first = (eps: number) => 2 * at(eps / 2) - at(eps);
    const second = (4 * first(0.00625 / 2) - first(0.00625)) / 3;
    expect(second).toBeCloseTo(reduced.mean, 6);
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

  it("have the reference spectral gap of the double well, the slowest relaxation", () => {
    const fine = cellGrid(-3, 3, 801);
    const U = fine.centres.map((x) => (x * x - 1) ** 2 / 4);
    const a = scharfetterGummel(fine, U, 0.25, 1);
    // Inverse iteration on the odd mode: its decay over a long step gives the gap.
    let column = fine.centres.map((x) => Math.sign(x) * Math.exp(-((x * x - 1) ** 2) / 1));
    const work = {
      stage: new Float64Array(801),
      second: new Float64Array(801),
      scratch: new Float64Array(801),
    };
    let gap = 0;
    for (let n = 0; n < 40; n++) {
      const before = Math.hypot(...column);
      advanceColumn(a, 1, column, "be", work);
      gap = before / Math.hypot(...column) - 1;
      column = column.map((v) => v / Math.hypot(...column));
    }
    expect(gap).toBeCloseTo(0.187171, 4);
  });
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
  const exact = riccati({ eps: 0.1 }, riccatiStart, 1);
  const error = (cells: number, hCells: number, step: number, method: "be" | "sdirk2") => {
    const solver = meanField({
      model,
      eps: 0.1,
      diffusion: 0.05,
      theta: [-4.5, 4.5, cells],
      h: [-3.5, 3.5, hCells],
      method,
    });
    const moments = fieldMoments(solver.solve({ from: start, time: 1, step }));
    expect(Math.abs(moments.mass - 1)).toBeLessThan(1e-13);
    return { m: moments.mean[1] - exact.mean[1], v: moments.covariance[2] - exact.covariance[2] };
  };
  const grids = [
    [35, 33, 0.1],
    [70, 65, 0.05],
    [140, 130, 0.025],
  ] as const;

  it("converges at second order with SDIRK2 and at first order with backward Euler", () => {
    const second = grids.map(([n, m, dt]) => error(n, m, dt, "sdirk2"));
    // Backward Euler's order in time alone: differences on one grid, where the error of the grid cancels.
    const first = [0.05, 0.025, 0.0125].map((dt) => error(70, 65, dt, "be"));
    const order = (rows: readonly { m: number }[]) => Math.log2(rows[1]!.m / rows[2]!.m);
    expect(Math.abs(order(second) - 2)).toBeLessThan(0.15);
    const [coarse, middle, fine] = first.map(({ m }) => m) as [number, number, number];
    expect(Math.abs(Math.log2((coarse - middle) / (middle - fine)) - 1)).toBeLessThan(0.15);
    // Reference on its own grid limits: −1.54e-4 (SDIRK2), −1.18e-3 (BE).
    expect(Math.abs(second[2]!.m)).toBeLessThan(2.5e-4);
    expect(Math.abs(error(140, 130, 0.025, "be").m)).toBeLessThan(2e-3);
  });
});
