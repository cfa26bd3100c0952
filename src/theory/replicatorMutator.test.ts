import { describe, expect, it } from "vitest";
import { cellGrid, diffusionPropagator } from "./diffusion.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { quadraticReduced } from "./quadraticReduced.ts";
import { momentsOf, replicatorMutator } from "./replicatorMutator.ts";

const kappa = 1.5;
const optimum = 0.8333333333333334;
const model = {
  fitness: (h: number) => (-kappa * (h - optimum) ** 2) / 2,
  domain: [-5, 5] as const,
  diffusion: 0.05,
};
const from = { mean: -1, variance: 0.1 };
const exact = quadraticReduced({ curvature: kappa, optimum, diffusion: 0.05, from }, 2);

describe("the diffusion propagator", () => {
  const grid = cellGrid(-1, 2, 40);
  it("conserves mass, keeps the uniform law, is positive and composes in time", () => {
    const { matrix: whole } = diffusionPropagator(grid, 0.3, 0.2);
    const { matrix: half } = diffusionPropagator(grid, 0.3, 0.1);
    for (let i = 0; i < 40; i++) {
      let column = 0;
      let twice = 0;
      for (let j = 0; j < 40; j++) {
        column += whole[j * 40 + i]!;
        expect(whole[i * 40 + j]).toBeGreaterThanOrEqual(-1e-16);
        twice += half[i * 40 + j]! * half[j * 40 + 3]!;
      }
      expect(column).toBeCloseTo(1, 13);
      expect(twice).toBeCloseTo(whole[i * 40 + 3]!, 13);
    }
  });
});

describe("the replicator–mutator solver", () => {
  it("has the reference errors of mean and variance at dt = 0.4, 0.2, 0.1, 0.05", () => {
    for (const row of reference.T1_T2.data.rm) {
      const law = momentsOf(replicatorMutator(model).solve({ from, time: 2, step: row.dt }));
      // The reference integrates on the same grid; its own spatial error is below 1e-9.
      expect(law.mean - exact.mean).toBeCloseTo(row.err_m, 8);
      expect(law.variance - exact.variance).toBeCloseTo(row.err_V, 8);
    }
  });

  it("is of second order in the time step", () => {
    const errors = [0.4, 0.2, 0.1, 0.05].map((step) => {
      const law = momentsOf(replicatorMutator(model).solve({ from, time: 2, step }));
      return Math.abs(law.variance - exact.variance);
    });
    for (let i = 1; i < errors.length; i++) {
      expect(Math.abs(Math.log2(errors[i - 1]! / errors[i]!) - 2)).toBeLessThan(0.15);
    }
  });

  it("keeps mass to rounding and stays positive", () => {
    const { mass } = replicatorMutator(model).solve({ from, time: 2, step: 0.1 });
    expect(mass.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
    for (const value of mass) expect(value).toBeGreaterThan(-1e-15);
  });

  it("satisfies Price, d⟨h⟩/dt = Cov(h, F), and Fisher, d⟨F⟩/dt = Var F + D⟨F″⟩", () => {
    const solver = replicatorMutator({ ...model, size: 400 });
    const at = (time: number) => solver.solve({ from, time, step: 0.002 });
    const mid = at(1);
    const F = mid.grid.centres.map(model.fitness);
    const mean = (values: Float64Array, law = mid) => values.reduce((sum, v, i) => sum + v * law.mass[i]!, 0);
    const h = mid.grid.centres;
    const covariance = mean(h.map((x, i) => x * F[i]!)) - mean(h) * mean(F);
    const varF = mean(F.map((v) => v * v)) - mean(F) ** 2;
    const rate = (values: Float64Array) => (mean(values, at(1.01)) - mean(values, at(0.99))) / 0.02;
    expect(rate(h)).toBeCloseTo(covariance, 4);
    expect(rate(F)).toBeCloseTo(varF - model.diffusion * kappa, 4);
  });

  it("without mutation moves a skewed law as its closed form ρ₀e^{tF}/Σ: away from the optimum, or past it", () => {
    const F = (h: number): number => -(h * h) / 2;
    // Atoms in cells of 0.1 whose centres they are.
    const atoms = (low: number, weights: Readonly<Record<number, number>>) => {
      const solver = replicatorMutator({ fitness: F, domain: [low, low + 4], diffusion: 0, size: 40 });
      const mass = new Float64Array(40);
      for (const [cell, weight] of Object.entries(weights)) mass[Number(cell)] = weight;
      const start = { grid: solver.grid, mass };
      return (time: number) => {
        const law = time === 0 ? start : solver.solve({ from: start, time, step: 0.1 });
        const second = law.mass.reduce((sum, p, i) => sum + p * law.grid.centres[i]! ** 2, 0);
        return { mean: momentsOf(law).mean, second };
      };
    };
    // −1.2 with 0.2 and 0.5 with 0.8: the mean is 0.16 and rises, Cov(h, F) = 0.16184.
    const away = atoms(-1.25, { 0: 0.2, 17: 0.8 });
    const { m, cov } = reference.misc.p10.skew_cx2;
    expect(Math.abs(away(0).mean - m)).toBeLessThan(1e-12);
    expect(Math.abs((away(1e-4).mean - m) / 1e-4 - cov)).toBeLessThan(1e-4);
    expect(away(0.5).second).toBeLessThan(away(0).second);
    // −0.2 with 0.9 and 3 with 0.1: the mean overshoots to −0.2, E h² falls all the way.
    const course = atoms(-0.25, { 0: 0.9, 32: 0.1 });
    const { t, mean, m2 } = reference.misc.p10.skew_course;
    t.forEach((time, i) => {
      expect(Math.abs(course(time).mean - mean[i]!)).toBeLessThan(1e-12);
      expect(Math.abs(course(time).second - m2[i]!)).toBeLessThan(1e-12);
    });
  });

  it("refuses negative diffusion and an empty domain", () => {
    expect(() => replicatorMutator({ ...model, diffusion: -1 })).toThrow(
      "diffusion: needs a number >= 0, got -1",
    );
    expect(() => replicatorMutator({ ...model, domain: [1, 1] })).toThrow("needs low < high");
  });
});
