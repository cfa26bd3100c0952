import { describe, expect, it } from "vitest";
import { lambertW } from "../math/index.ts";
import { key } from "../random/index.ts";
import { effectiveFitness, fitnessAtEquilibrium, type TwoScaleModel } from "./effectiveFitness.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { sampledFitness } from "./gibbsSampling.ts";
import { doubleWell } from "./models.ts";
import { ridge } from "./ridge.ts";
import { ridgeProblem } from "./ridgeProblem.ts";

describe("effective fitness by sampling", () => {
  it.each([0, 0.2, 0.5])("agrees with quadrature in the double well at h = %f within three errors", (h) => {
    const model = doubleWell({ temperature: 0.25 });
    const found = sampledFitness(
      {
        dimensions: 1,
        loss: ([theta]) => model.loss(theta!, h),
        gradient: ([theta], into) => {
          into[0] = model.gradient(theta!, h);
        },
        temperature: 0.25,
      },
      ([theta]) => model.fitness(theta!, h),
      key(1),
      { samples: 200_000, step: 0.5, start: [1] },
    );
    const exact = fitnessAtEquilibrium(model, h);
    expect(Math.abs(found.mean - exact.mean)).toBeLessThan(3 * found.error);
    expect(found.error).toBeLessThan(0.02);
    expect(Math.abs(found.variance / exact.variance - 1)).toBeLessThan(0.1);
    expect(found.accepted).toBeGreaterThan(0.4);
  });

  it("agrees with the closed form of ridge regression in ten dimensions within three errors", () => {
    const T = 0.05;
    const at = ridge(ridgeProblem, T)(0);
    const found = sampledFitness(
      {
        dimensions: 10,
        loss: (w) => {
          let sum = 0;
          for (let i = 0; i < 10; i++)
            for (let j = 0; j < 10; j++)
              sum += (w[i]! - at.mean[i]!) * at.A[10 * i + j]! * (w[j]! - at.mean[j]!);
          return sum / 2;
        },
        gradient: (w, into) => {
          for (let i = 0; i < 10; i++) {
            into[i] = 0;
            for (let j = 0; j < 10; j++) into[i]! += at.A[10 * i + j]! * (w[j]! - at.mean[j]!);
          }
        },
        temperature: T,
      },
      at.phi,
      key(2),
      { samples: 100_000, step: 0.25, start: at.mean },
    );
    expect(Math.abs(found.mean - at.fitness)).toBeLessThan(3 * found.error);
    expect(found.error).toBeLessThan(0.01);
    expect(Math.abs(found.variance / at.variance - 1)).toBeLessThan(0.1);
  });

  it("refuses impossible parameters, all at once", () => {
    const flat = { dimensions: 0, loss: () => 0, gradient: () => {}, temperature: 0 };
    expect(() => sampledFitness(flat, () => 0, key(1), { samples: 1, step: 0 })).toThrow(
      /dimensions.*\n.*temperature.*\n.*step.*\n.*samples/,
    );
  });
});

describe("a hyperparameter that cools while it moves the optimum", () => {
  it("is fittest at W(T/2): θ*(h) = h, T(h) = e^{−h}T", () => {
    for (const [text, expected] of Object.entries(reference.T3_T4.data.lambert)) {
      const T = Number(text);
      expect(Math.abs(lambertW(T / 2) - expected)).toBeLessThan(1e-12);
      if (T === 0) continue;
      const model: TwoScaleModel = {
        loss: (theta, h) => (theta - h) ** 2 / 2,
        gradient: (theta, h) => theta - h,
        fitness: (theta) => -(theta ** 2) / 2,
        temperature: (h) => Math.exp(-h) * T,
        support: [-15, 15],
      };
      const F = effectiveFitness(model);
      expect(Math.abs(F(0.3) + (0.09 + T * Math.exp(-0.3)) / 2)).toBeLessThan(1e-10);
      const slope = (h: number): number => (F(h + 1e-4) - F(h - 1e-4)) / 2e-4;
      // F″ = −(1 + T e^{−h}/2): Newton's step from the closed form is the distance to the maximum of the quadrature's F.
      expect(Math.abs(slope(expected) / (1 + (T * Math.exp(-expected)) / 2))).toBeLessThan(1e-6);
    }
  });
});
