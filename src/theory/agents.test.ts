import { describe, expect, it } from "vitest";
import { normalCdf } from "../math/index.ts";
import { key, stream } from "../random/index.ts";
import { agents } from "./agents.ts";
import { largestCurvature } from "./curvature.ts";
import { gibbsMean } from "./gibbs.ts";
import { reflect } from "./slowPart.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { energyDistance, gaussianLaw, gridLaw, wasserstein1, wasserstein1Samples } from "./distances.ts";
import { doubleWell, quadraticWell } from "./models.ts";
import { momentsOf, replicatorMutator } from "./replicatorMutator.ts";
import { riccati, riccatiStart } from "./riccati.ts";
import { eulerMaruyama, exactOrnsteinUhlenbeck, leimkuhlerMatthews, mala, tamed } from "./schemes.ts";

describe("distances", () => {
  const law = gaussianLaw(0.3, 2, normalCdf);
  it("W1 of one point is E|X − x|, and of a law's own quantiles tends to zero", () => {
    const z = (1 - 0.3) / 2;
    const exact = 2 * (z * (2 * normalCdf(z) - 1) + (2 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI));
    expect(wasserstein1([1], law)).toBeCloseTo(exact, 12);
    expect(wasserstein1Samples([3, 1, 2], [2.5, 0.5, 1.5])).toBeCloseTo(0.5, 14);
  });

  it("of independent normal samples have the expected size: 1.28838 sd/√N and 1.12838 sd/N", () => {
    const [N, draws] = [500, 200];
    let w1 = 0;
    let energy = 0;
    for (let d = 0; d < draws; d++) {
      const s = stream(key(3), "iid", d);
      const sample = Float64Array.from({ length: N }, () => 0.3 + 2 * s.normal());
      w1 += wasserstein1(sample, law) / draws;
      energy += energyDistance(sample, { mean: 0.3, sd: 2, normalCdf }) ** 2 / draws;
    }
    // Relative standard errors over 200 draws: 0.37/√200 = 2.6 % (W1) and 1.0/√200 = 7 % (energy); three of them.
    expect(Math.abs(w1 / ((1.2883791901877724 * 2) / Math.sqrt(N)) - 1)).toBeLessThan(0.08);
    expect(Math.abs(energy / ((1.1283791670955126 * 2) / N) - 1)).toBeLessThan(0.21);
  });

  it("W1 to a density on a grid agrees with W1 to the Gaussian that it holds", () => {
    const solver = replicatorMutator({ fitness: () => 0, domain: [-12, 12], diffusion: 0, size: 2000 });
    const density = solver.solve({ from: { mean: 0.3, variance: 4 }, time: 1, step: 1 });
    const sample = Float64Array.from({ length: 50 }, (_, i) => Math.sin(i) * 3);
    // The grid replaces the density by cells of width 0.012: a difference of order spacing².
    expect(wasserstein1(sample, gridLaw(density))).toBeCloseTo(wasserstein1(sample, law), 4);
  });
});

describe("Langevin schemes", () => {
  const variance = (x: number, step: (theta: number, noise: number, next: number) => number): number => {
    const draws = stream(key(8), "scheme");
    let [theta, sum, mean] = [0, 0, 0];
    let noise = draws.normal();
    const n = 400_000;
    for (let i = 0; i < n + 1000; i++) {
      const next = draws.normal();
      theta = step(theta, noise, next);
      noise = next;
      if (i >= 1000) {
        sum += (theta * theta) / n;
        mean += theta / n;
      }
    }
    expect(Math.abs(mean)).toBeLessThan(0.02 / Math.sqrt(x));
    return sum;
  };
  const linear = (theta: number): number => theta;

  it.each([0.1, 0.5, 1])(
    "Euler–Maruyama has invariant variance T/(1 − x/2) and Leimkuhler–Matthews T, at x=%f",
    (x) => {
      // Standard error of the variance: T√(2·2/(x·n)) for correlation time 1/x; four of them.
      const tolerance = 4 * 0.4 * Math.sqrt(4 / (x * 400_000));
      const em = variance(x, (theta, noise, next) => eulerMaruyama(theta, x, 0.2, linear, noise, next));
      expect(Math.abs(em - 0.2 / (1 - x / 2))).toBeLessThan(tolerance);
      const lm = variance(x, (theta, noise, next) => leimkuhlerMatthews(theta, x, 0.2, linear, noise, next));
      expect(Math.abs(lm - 0.2)).toBeLessThan(tolerance);
      const exact = variance(x, (theta, noise) => exactOrnsteinUhlenbeck(theta, x, 0.2, 1, 0, noise));
      expect(Math.abs(exact - 0.2)).toBeLessThan(tolerance);
    },
  );

  it("MALA leaves exp(−L/T) of the double well invariant, and taming survives steps at which plain Euler explodes", () => {
    const model = doubleWell({ temperature: 0.25 });
    const draws = stream(key(2), "mala");
    let theta = 1;
    let sum = 0;
    const n = 400_000;
    for (let i = 0; i < n; i++) {
      theta = mala(
        theta,
        0.4,
        0.25,
        (v) => model.loss(v, 0),
        (v) => model.gradient(v, 0),
        draws.normal(),
        draws.uniform(),
      );
      sum += (theta * theta) / n;
    }
    // Standard error with an autocorrelation time of about 4 steps: 0.002; four of them.
    expect(Math.abs(sum - 0.83274548712838)).toBeLessThan(0.008);
    const steep = (v: number): number => v ** 3;
    let wild = 10;
    let calm = 10;
    for (let i = 0; i < 20; i++) {
      wild = eulerMaruyama(wild, 0.4, 0, steep, 0, 0);
      calm = tamed(calm, 0.4, 0, steep, 0, 0);
    }
    expect(Number.isFinite(wild)).toBe(false);
    expect(Math.abs(calm)).toBeLessThan(10);
  });
});

describe("the agent system", () => {
  const quadratic = { stiffness: 1, centre: (h: number) => h };
  const model = {
    ...quadraticWell({ temperature: 0.2 }),
    fitness: (theta: number, h: number) => -((theta - 1) ** 2) / 2 - (0.5 * (h - 0.5) ** 2) / 2,
    quadratic,
  };
  const start = (noise: { theta: number; h: number }): { theta: number; h: number } => {
    const h = -1 + Math.sqrt(0.1) * noise.h;
    return { h, theta: h + Math.sqrt(0.2) * noise.theta };
  };
  const exact = riccati({ eps: 0.1 }, riccatiStart, 1);
  const law = gaussianLaw(exact.mean[1], Math.sqrt(exact.covariance[2]), normalCdf);

  it("approaches the mean field like N^(−1/2), and multinomial resampling costs more than systematic", () => {
    const sizes = [100, 400, 1600, 6400];
    const seeds = 20;
    const distance = (members: number, resampling: "systematic" | "multinomial"): number => {
      let sum = 0;
      for (let seed = 0; seed < seeds; seed++) {
        const system = agents({ ...model, eps: 0.1, members, diffusion: 0.05, domain: [-8, 8], resampling });
        sum += system.simulate(key(seed), { time: 1, step: 0.05, start }).wasserstein1(law) / seeds;
      }
      return sum;
    };
    const systematic = sizes.map((members) => distance(members, "systematic"));
    // One W₁ varies by 0.45 of its mean, so the slope has a standard error of 0.03: a slope of −0.3 or −0.7 is seen always.
    const slope = Math.log(systematic[3]! / systematic[0]!) / Math.log(64);
    expect(Math.abs(slope + 0.5)).toBeLessThan(0.1);
    // Reference means of 24 to 60 seeds with standard errors of 6 to 10 %: three joint errors.
    reference.T1_T2.data.chaos.syst.rows_N_rmseMean_W1_se_bias.forEach(([, , mean, se], i) => {
      const own = (0.45 * systematic[i]!) / Math.sqrt(seeds);
      expect(Math.abs(systematic[i]! - mean!)).toBeLessThan(3 * Math.hypot(own, se!));
    });
    expect(distance(1600, "multinomial") / systematic[2]!).toBeGreaterThan(1.7);
  });

  it("approaches the reduced equation as eps falls", () => {
    const F = (h: number) => -((h - 1) ** 2 + 0.2) / 2 - (0.5 * (h - 0.5) ** 2) / 2;
    const reduced = replicatorMutator({ fitness: F, domain: [-5, 5], diffusion: 0.05 }).solve({
      from: { mean: -1, variance: 0.1 },
      time: 2,
    });
    const gap = (eps: number): number => {
      const system = agents({ ...model, eps, members: 6400, diffusion: 0.05, domain: [-5, 5] });
      return system.simulate(key(5), { time: 2, start }).meanH() - momentsOf(reduced).mean;
    };
    // Theory at t=2: −0.0540 (ε=0.2) and −0.0078 (ε=0.025); Monte Carlo error about 0.009.
    expect(Math.abs(gap(0.2) + 0.054)).toBeLessThan(0.03);
    expect(Math.abs(gap(0.025) + 0.0078)).toBeLessThan(0.03);
  });

  it("has the Gibbs law of a double well with the curvature that it estimates, and not with one that is too small", () => {
    const tilted = { ...doubleWell({ temperature: 0.2 }), fitness: () => 0 };
    const h = 0.5;
    const exact = gibbsMean(tilted, h, (theta) => theta * theta);
    const deviation = (curvature: { curvature?: number }): number => {
      const domain = [h - 1e-3, h + 1e-3] as const;
      const system = agents({
        ...tilted,
        eps: 0.05,
        members: 4000,
        diffusion: 0,
        domain,
        scheme: "em",
        ...curvature,
      });
      const { theta } = system.simulate(key(1), { time: 0.2, start: () => ({ theta: 1.1, h }) });
      return theta.reduce((sum, value) => sum + value * value, 0) / theta.length - exact;
    };
    // Var θ² is 0.31: a standard error of 0.0088. The bias of Euler is of first order: −0.09 with substeps of 0.2.
    expect(Math.abs(deviation({}))).toBeLessThan(4 * 0.0088);
    expect(deviation({ curvature: 1 })).toBeLessThan(-4 * 0.0088);
  });

  it("estimates the curvature of a parabola as its stiffness, and does not guess where L is not finite", () => {
    expect(largestCurvature(quadraticWell({ stiffness: 3 }), [-1, 1])).toBeCloseTo(3, 6);
    const broken = { ...quadraticWell({}), loss: (theta: number) => Math.log(theta) };
    expect(largestCurvature(broken, [-1, 1])).toBeNull();
    expect(() => agents({ ...broken, eps: 1, members: 2, diffusion: 0, domain: [0, 1] })).toThrow(
      /agents\.curvature: cannot be estimated.*Narrow support, or give curvature/,
    );
  });

  it("reflects into the domain whatever the move", () => {
    for (const [value, expected] of [
      [0.2, 0.2],
      [1.2, 0.8],
      [-0.3, 0.3],
      [2.3, 0.3],
      [-7.1, 0.9],
    ] as const) {
      expect(reflect(value, 0, 1)).toBeCloseTo(expected, 12);
    }
  });

  it("refuses impossible options, all at once", () => {
    expect(() => agents({ ...model, eps: 0, members: 0, diffusion: -1, domain: [1, 0] })).toThrow(
      /eps.*\n.*members.*\n.*diffusion.*\n.*domain/,
    );
  });
});
