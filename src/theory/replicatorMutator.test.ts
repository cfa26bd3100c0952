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

  it("refuses negative diffusion and an empty domain", () => {
    expect(() => replicatorMutator({ ...model, diffusion: -1 })).toThrow(
      "diffusion: needs a number >= 0, got -1",
    );
    expect(() => replicatorMutator({ ...model, domain: [1, 1] })).toThrow("needs low < high");
  });
});
