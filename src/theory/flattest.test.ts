import { expect, it } from "vitest";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { criticalDiffusion, stationaryLaw } from "./flattest.ts";

const F = (h: number): number => Math.max(1 - 25 * (h - 2) ** 2, 0.9 - (h + 2) ** 2 / 2);

it("the broad peak wins above D_c = 2(F₁ − F₂)²/(√k₁ − √k₂)²", () => {
  const Dc = criticalDiffusion({ heights: [1, 0.9], curvatures: [50, 1] });
  expect(Dc).toBeCloseTo(5.4262504e-4, 11);
  const below = stationaryLaw(F, [-4, 4], Dc / 2, 1000);
  const above = stationaryLaw(F, [-4, 4], 2 * Dc, 1000);
  // Cells of 0.008 against a peak of width (D/k)^¼ = 0.05: the discretisation moves eigenvalues by about 1e-4.
  expect(below.eigenvalue).toBeCloseTo(reference.T3_T4.data.flattest["D=0.000271313"].lambda, 3);
  expect(above.eigenvalue).toBeCloseTo(reference.T3_T4.data.flattest["D=0.00108525"].lambda, 3);
  expect(below.mean).toBeCloseTo(2, 2);
  expect(above.mean).toBeCloseTo(-2, 2);
  expect(below.mass.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  for (const value of below.mass) expect(value).toBeGreaterThan(-1e-12);
});
