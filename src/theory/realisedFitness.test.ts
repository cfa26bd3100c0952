import { describe, expect, it } from "vitest";
import { fitnessAtEquilibrium, type TwoScaleModel } from "./effectiveFitness.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { doubleWell } from "./models.ts";
import { realisedFitness } from "./realisedFitness.ts";

describe("the growth rate of clones at a fixed hyperparameter", () => {
  const well: TwoScaleModel = {
    loss: (theta) => theta ** 2 / 2,
    gradient: (theta) => theta,
    fitness: (theta) => -(theta ** 2) / 2,
    temperature: () => 0.2,
    support: [-6, 6],
  };

  it("is the exact one of a parabola, at second order in the cells", () => {
    for (const [eps, exact] of reference.T3_T4.data.greenkubo_eps_exact_firstorder) {
      const error = (cells: number): number => realisedFitness(well, 0, eps!, cells) - exact!;
      expect(Math.abs(error(800))).toBeLessThan(2e-5);
      expect(Math.abs(Math.log2(error(200) / error(400)) - 2)).toBeLessThan(0.15);
    }
  });

  it("tends to F at order 1 in ε, from above", () => {
    const model = doubleWell({ temperature: 0.25 });
    const F = fitnessAtEquilibrium(model, 0.3).mean;
    const grid = realisedFitness(model, 0.3, 1e-7, 1600) - F;
    const gaps = [0.02, 0.01, 0.005, 0.0025].map((eps) => realisedFitness(model, 0.3, eps, 1600) - F - grid);
    for (const gap of gaps) expect(gap).toBeGreaterThan(0);
    for (let i = 1; i < gaps.length; i++)
      expect(Math.abs(Math.log2(gaps[i - 1]! / gaps[i]!) - 1)).toBeLessThan(0.15);
  });

  it("is near the fitness of the best place where nothing relaxes", () => {
    const model = doubleWell({ temperature: 0.05 });
    expect(fitnessAtEquilibrium(model, 0).mean).toBeLessThan(-0.9);
    // At h = 0 both wells are as likely; lineages in the right one grow at about −Var/2 = −T/4.
    expect(realisedFitness(model, 0, 1)).toBeGreaterThan(-0.1);
  });
});
