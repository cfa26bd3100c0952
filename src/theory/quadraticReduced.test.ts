import { describe, expect, it } from "vitest";
import {
  adaptationRate,
  finiteVariance,
  mutationLoad,
  quadraticReduced,
  shortHorizonLoss,
  trackingLoss,
} from "./quadraticReduced.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };

const model = {
  curvature: 1.5,
  optimum: 0.8333333333333334,
  diffusion: 0.05,
  from: { mean: -1, variance: 0.1 },
};

describe("the reduced equation with a quadratic effective fitness", () => {
  it("has the reference mean and variance at t = 0, 1, 2, 5", () => {
    const { t, m, V, Vinf } = reference.T3_T4.data.reduced;
    t.forEach((time, i) => {
      const law = quadraticReduced(model, time);
      expect(law.mean).toBeCloseTo(m[i]!, 11);
      expect(law.variance).toBeCloseTo(V[i]!, 11);
    });
    expect(quadraticReduced(model, 200).variance).toBeCloseTo(Vinf, 12);
  });

  it("without mutation only crawls: mean distance and variance fall like 1/t", () => {
    const still = { ...model, diffusion: 0 };
    const law = quadraticReduced(still, 1000);
    expect(law.variance).toBeCloseTo(0.1 / 151, 14);
    expect(quadraticReduced({ ...model, diffusion: 1e-14 }, 2).mean).toBeCloseTo(
      quadraticReduced(still, 2).mean,
      6,
    );
  });

  it("satisfies dm/dt = −κV(m − h*) and dV/dt = 2D − κV²", () => {
    const step = 1e-4;
    for (const time of [0.5, 1.7, 4]) {
      const now = quadraticReduced(model, time);
      const before = quadraticReduced(model, time - step);
      const after = quadraticReduced(model, time + step);
      const { curvature, optimum, diffusion } = model;
      expect((after.mean - before.mean) / (2 * step)).toBeCloseTo(
        -curvature * now.variance * (now.mean - optimum),
        7,
      );
      expect((after.variance - before.variance) / (2 * step)).toBeCloseTo(
        2 * diffusion - curvature * now.variance ** 2,
        7,
      );
    }
  });

  it("gives load, rate, finite-size variance and tracking as in the reference", () => {
    expect(mutationLoad(model)).toBeCloseTo(Math.sqrt(0.0375), 14);
    expect(adaptationRate(model)).toBeCloseTo(Math.sqrt(0.15), 14);
    expect(finiteVariance({ curvature: 1.5, diffusion: 0.05, effectiveSize: 50 })).toBeCloseTo(0.251618, 6);
    const best = trackingLoss({ curvature: 1.5, diffusion: 1, speed: 0.1 }).bestDiffusion;
    expect(best).toBeCloseTo(0.032183, 6);
    const tracking = trackingLoss({ curvature: 1.5, diffusion: best, speed: 0.1 });
    expect(tracking.lag).toBeCloseTo(0.32183, 6);
    expect(tracking.loss).toBeCloseTo(0.233042, 6);
  });

  it.each([
    [1, 0.909091],
    [10, 0.259232],
    [100, 0.0406154],
    [1000, 0.00528419],
  ])("is least at the reference learning rate when the horizon is %i steps", (steps, expected) => {
    const loss = (rate: number) => shortHorizonLoss(rate, { steps, curvature: 1, noise: 0.1, start: 1 });
    for (const factor of [0.998, 1.002]) expect(loss(expected * factor)).toBeGreaterThan(loss(expected));
  });

  it("refuses impossible parameters, all at once", () => {
    expect(() =>
      quadraticReduced({ curvature: 0, optimum: 0, diffusion: -1, from: { mean: 0, variance: 0 } }, -1),
    ).toThrow(/curvature.*\n.*diffusion.*\n.*variance.*\n.*time/);
  });
});
