import { describe, expect, it } from "vitest";
import { effectiveFitness, effectiveFitnessSlope, fitnessAtEquilibrium } from "./effectiveFitness.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { gibbsMean, gibbsQuadrature } from "./gibbs.ts";
import { doubleWell, noiseSeeking, quadraticWell } from "./models.ts";

describe("effective fitness by quadrature", () => {
  it("has the reference mean of θ, its variance, F and Var φ in the double well", () => {
    const table = reference.T3_T4.data.doublewell_mean_var_F_varphi as Record<
      string,
      Record<string, number[]>
    >;
    let cells = 0;
    for (const [T, rows] of Object.entries(table)) {
      const model = doubleWell({ temperature: Number(T) });
      for (const [text, [mean, variance, F, varPhi]] of Object.entries(rows)) {
        const h = Number(text);
        const m = gibbsMean(model, h, (theta) => theta);
        expect(m).toBeCloseTo(mean!, 8);
        expect(gibbsMean(model, h, (theta) => (theta - m) ** 2)).toBeCloseTo(variance!, 8);
        const fitness = fitnessAtEquilibrium(model, h);
        expect(fitness.mean).toBeCloseTo(F!, 8);
        expect(fitness.variance).toBeCloseTo(varPhi!, 8);
        cells++;
      }
    }
    expect(cells).toBeGreaterThan(12);
  });

  it("moves its maximum with the temperature, as in the reference", () => {
    for (const [T, expected] of [
      [0.05, 0.220878],
      [0.1, 0.398757],
      [0.25, 0.805344],
      [0.5, 1.289591],
    ] as const) {
      const F = effectiveFitness(doubleWell({ temperature: T }));
      const step = 1e-4;
      const slope = (h: number) => (F(h + step) - F(h - step)) / (2 * step);
      expect(slope(expected - 2e-3)).toBeGreaterThan(0);
      expect(slope(expected + 2e-3)).toBeLessThan(0);
    }
  });

  it("equals the closed form of the noise-seeking example, and Boltzmann selection sees more than it", () => {
    const model = noiseSeeking({ offset: 1 });
    for (const h of [-3, -1, 0, 1]) {
      const T = Math.exp(h);
      const fitness = fitnessAtEquilibrium(model, h);
      expect(fitness.mean).toBeCloseTo(-(1 + T) / 2, 10);
      const beta = 20;
      const exact = -Math.log(1 + beta * T) / (2 * beta) - 1 / (2 * (1 + beta * T));
      expect(fitness.certaintyEquivalent(beta)).toBeCloseTo(exact, 9);
      expect(fitness.certaintyEquivalent(beta)).toBeGreaterThan(fitness.mean);
    }
  });

  it("has the slope F′ = E[∂φ/∂h] − Cov(φ, ∂L/∂h)/T", () => {
    const model = doubleWell({ temperature: 0.25 });
    const F = effectiveFitness(model);
    for (const h of [-0.3, 0.1, 0.6]) {
      const numerical = (F(h + 1e-5) - F(h - 1e-5)) / 2e-5;
      expect(effectiveFitnessSlope(model, h)).toBeCloseTo(numerical, 7);
    }
  });

  it("normalises: log Z of a Gaussian well is ½ log(2πT/k)", () => {
    const model = quadraticWell({ centre: (h) => h, stiffness: 2, temperature: 0.3 });
    expect(gibbsQuadrature(model, 0.4).logPartition).toBeCloseTo(0.5 * Math.log((2 * Math.PI * 0.3) / 2), 10);
  });

  it("refuses a temperature that is not positive", () => {
    expect(() => gibbsQuadrature(doubleWell({ temperature: 0 }), 0)).toThrow(
      "needs temperature(h) > 0, got 0",
    );
  });
});
