import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import {
  addAutocovariance,
  addExcess,
  balancedVariance,
  coalesce,
  coalescenceTime,
  detrended,
  exponentialTime,
  integratedTime,
  lastingTime,
  neutralEffectiveSize,
  noAutocovariance,
  noCoalescence,
  noExcess,
  recommendInterval,
  relaxationTime,
  separation,
  trainingPlateaus,
} from "../index.ts";
import { quadraticFit } from "./balance.ts";

/** OU process of unit stiffness and temperature, exact steps of 0.1. */
function ornsteinUhlenbeck(n: number): number[] {
  const own = stream(key(11), "ou");
  const kept = Math.exp(-0.1);
  let theta = own.normal();
  return Array.from({ length: n }, () => {
    theta = kept * theta + Math.sqrt(1 - kept * kept) * own.normal();
    return theta;
  });
}

const centred = (series: readonly number[]): number[] => {
  const mean = series.reduce((sum, value) => sum + value / series.length, 0);
  return series.map((value) => value - mean);
};

describe("fluctuation time", () => {
  const theta = ornsteinUhlenbeck(200_000);

  // (1 + e^{−0.1})/(1 − e^{−0.1}) = 20.017 and, for θ²/2, (1 + e^{−0.2})/(1 − e^{−0.2}) = 10.033. The relative error of a
  // windowed time is √(2(2W + 1)/n) with W = 5τ (Madras & Sokal 1988): 4.5 % and 3.2 %; three of them are allowed.
  const within = (found: number, time: number): void =>
    expect(Math.abs(found / time - 1)).toBeLessThan(3 * Math.sqrt((2 * (10 * time + 1)) / 200_000));
  it("is the integrated time of an Ornstein–Uhlenbeck parameter and of its loss", () => {
    const time = (series: readonly number[]): number =>
      integratedTime(addAutocovariance(noAutocovariance, centred(series), 200))!;
    within(time(theta), 20.017);
    within(time(theta.map((x) => (x * x) / 2)), 10.033);
  });

  it("adds over many short series as over a long one", () => {
    let pooled = noAutocovariance;
    for (let i = 0; i < 500; i++)
      pooled = addAutocovariance(pooled, theta.slice(400 * i, 400 * i + 400), 150);
    within(integratedTime(pooled)!, 20.017);
  });

  it("is exponential time: 1/ln((τ+1)/(τ−1)) undoes the sum of e^{−s/τ}", () => {
    const tau = 7.5;
    const e = Math.exp(-1 / tau);
    expect(exponentialTime((1 + e) / (1 - e))).toBeCloseTo(tau, 10);
    expect(exponentialTime(1)).toBe(0);
  });

  it("is found under fresh noise of single reports from the lags that noise does not enter", () => {
    const own = stream(key(17), "noise");
    const noisy = theta.map((x) => x + 2 * own.normal());
    const products = addAutocovariance(noAutocovariance, centred(noisy), 200);
    // e^{−0.1 s}: ten steps. A fifth of the variance is signal, so the error is about five times that without noise.
    expect(Math.abs(lastingTime(products)! / 10 - 1)).toBeLessThan(0.3);
    const white = addAutocovariance(
      noAutocovariance,
      Array.from({ length: 5000 }, () => own.normal()),
      100,
    );
    expect(lastingTime(white)).toBe(null);
  });

  it("is unknown when nothing varies or the window does not close", () => {
    expect(integratedTime(addAutocovariance(noAutocovariance, [0, 0, 0, 0]))).toBe(null);
    const trend = centred(Array.from({ length: 30 }, (_, i) => i));
    expect(integratedTime(addAutocovariance(noAutocovariance, trend, 4))).toBe(null);
  });

  it("needs no level and no linear trend", () => {
    const series = Array.from({ length: 40 }, (_, i) => 100 + 3 * i);
    for (const value of detrended(series)) expect(Math.abs(value)).toBeLessThan(1e-12);
    expect(detrended([1, 3, 1, 3])).toEqual([-0.4, 1.2, -1.2, 0.4].map((value) => expect.closeTo(value, 12)));
  });
});

describe("relaxation time after copies", () => {
  const times = Array.from({ length: 61 }, (_, i) => i);

  it("is found from exponential decays of either sign under noise", () => {
    const own = stream(key(12), "relaxation");
    let excess = noExcess;
    for (let copy = 0; copy < 60; copy++) {
      const size = (copy % 2 === 0 ? 1 : -1) * (2 + own.uniform());
      excess = addExcess(
        excess,
        times,
        times.map((t) => 5 + size * Math.exp(-t / 8) + 0.05 * own.normal()),
      );
    }
    expect(Math.abs(relaxationTime(excess, 60)! / 8 - 1)).toBeLessThan(0.1);
  });

  it("is unknown for stationary noise and before three copies", () => {
    const own = stream(key(13), "relaxation");
    let excess = noExcess;
    for (let copy = 0; copy < 40; copy++)
      excess = addExcess(
        excess,
        times,
        times.map(() => own.normal()),
      );
    expect(relaxationTime(excess, 60)).toBe(null);
    const two = [1, 2].reduce(
      (sum) =>
        addExcess(
          sum,
          times,
          times.map((t) => Math.exp(-t / 8)),
        ),
      noExcess,
    );
    expect(relaxationTime(two, 60)).toBe(null);
  });
});

describe("separation", () => {
  const unknown = { relaxation: null, fluctuation: null, persistence: null };

  it("is the interval over the slowest time that any witness knows", () => {
    expect(separation({ interval: 100, ...unknown })).toBe(null);
    expect(separation({ interval: 100, ...unknown, relaxation: 20, fluctuation: 50 })).toEqual({
      value: 2,
      low: null,
      high: null,
      regime: "mixed",
    });
    expect(separation({ interval: 100, ...unknown, fluctuation: 10 })?.regime).toBe("separated");
  });

  it("is −ln ρ̂ with an interval when lineages keep their advantage", () => {
    const found = separation({ interval: 100, ...unknown, persistence: { rho: 0.9, pairs: 400 } })!;
    expect(found.value).toBeCloseTo(-Math.log(0.9), 12);
    expect(found.low).toBeLessThan(found.value);
    expect(found.high).toBeGreaterThan(found.value);
    expect(found.regime).toBe("coupled");
    expect(separation({ interval: 1, ...unknown, persistence: { rho: 0, pairs: 50 } })?.value).toBe(10);
    expect(separation({ interval: 1, ...unknown, persistence: { rho: 0.9, pairs: 5 } })).toBe(null);
  });
});

describe("coalescence", () => {
  it("expects 2 N_e (1 − 1/N) generations without selection", () => {
    expect(coalescenceTime(neutralEffectiveSize(20, 0.2), 20)).toBeCloseTo(65.636, 3);
  });

  // Neutral truncation N = 20, q = 0.2: 63.8 ± 3.3 simulated for the reference.
  it("takes that long in a neutral population", () => {
    const own = stream(key(14), "coalescence");
    const ids = Array.from({ length: 20 }, (_, i) => i);
    const taken: number[] = [];
    let state = noCoalescence;
    for (let generation = 0; generation < 16_000; generation++) {
      const order = ids.map((id) => ({ id, at: own.uniform() })).toSorted((a, b) => a.at - b.at);
      const copies = order
        .slice(0, 4)
        .map(({ id }) => ({ member: id, donor: order[16 + own.integer(4)]!.id }));
      const before = state.took;
      state = coalesce(state, ids, copies, 1);
      if (state.took !== before || state.elapsed === 0) taken.push(state.took!);
    }
    const mean = taken.reduce((sum, value) => sum + value / taken.length, 0);
    const sd = Math.sqrt(taken.reduce((sum, value) => sum + (value - mean) ** 2 / taken.length, 0));
    expect(taken.length).toBeGreaterThan(150);
    expect(Math.abs(mean - 65.636)).toBeLessThan((4 * sd) / Math.sqrt(taken.length));
  });

  it("notes who took over at once and begins anew", () => {
    const once = coalesce(
      noCoalescence,
      [0, 1, 2],
      [1, 2].map((member) => ({ member, donor: 0 })),
      1,
    );
    expect(once).toEqual({ labels: {}, elapsed: 0, took: 1 });
  });
});

describe("balance of diversity", () => {
  it("is √(2D/κ) in a large population and less with drift", () => {
    expect(
      balancedVariance({ curvature: 1.5, diffusion: 0.05, effectiveSize: Number.POSITIVE_INFINITY }),
    ).toBeCloseTo(0.2581988897, 9);
    expect(balancedVariance({ curvature: 1.5, diffusion: 0.05, effectiveSize: 50 })).toBeCloseTo(0.251618, 6);
  });

  it("rests on the curvature that an additive quadratic fit finds", () => {
    const own = stream(key(15), "curvature");
    const rows = Array.from({ length: 120 }, () => [own.uniform(), own.uniform()]);
    const fit = quadraticFit(
      rows,
      rows.map(([x, y]) => -3 * (x! - 0.4) ** 2 + y! + 0.1 * own.normal()),
    )!;
    expect(Math.abs(fit.curvature[0]!.value - 6)).toBeLessThan(3 * fit.curvature[0]!.error);
    expect(Math.abs(fit.curvature[1]!.value)).toBeLessThan(3 * fit.curvature[1]!.error);
    expect(fit.explained).toBeGreaterThan(0.9);
    expect(quadraticFit(rows.slice(0, 10), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])).toBe(null);
  });
});

describe("plateaus of a training curve", () => {
  const steps = Array.from({ length: 120 }, (_, i) => 10 * i);
  const own = stream(key(16), "plateau");
  const curve = steps.map((_, i) => {
    const level = i < 30 ? 4 - i / 15 : i < 80 ? 2 : 2 - (i - 80) / 40;
    return level + 0.01 * own.normal();
  });

  it("begin, end and have a level", () => {
    const found = trainingPlateaus(steps, curve);
    expect(found).toHaveLength(1);
    const [{ from, until, level }] = found as [{ from: number; until: number | null; level: number }];
    expect(from).toBeGreaterThanOrEqual(270);
    expect(from).toBeLessThanOrEqual(400);
    expect(until).toBeGreaterThan(790);
    expect(until).toBeLessThan(900);
    expect(Math.abs(level - 2)).toBeLessThan(0.02);
  });

  it("stay open while nothing happens, and are not seen in a falling curve", () => {
    expect(trainingPlateaus(steps, curve.slice(0, 70)).map(({ until }) => until)).toEqual([null]);
    const falling = steps.map((t) => Math.exp(-t / 400));
    expect(trainingPlateaus(steps, falling)).toEqual([]);
  });
});

describe("the recommended interval", () => {
  const history = {
    interval: 100,
    evaluation: 10,
    members: 16,
    relaxation: null,
    fluctuation: null,
    persistence: null,
    explained: null,
    pooled: 1,
  };
  const budget = { steps: 1e9 };

  it("is unknown, in words, while nothing was measured", () => {
    expect(recommendInterval(history, budget)).toEqual({
      interval: null,
      reasons: ["relaxation and fluctuation times are not known yet"],
    });
    expect(recommendInterval({ ...history, persistence: 1 }, budget).reasons[0]).toMatch(
      /no interval separates/,
    );
  });

  it("is three relaxation times, or what averaging needs when that is longer", () => {
    expect(recommendInterval({ ...history, relaxation: 40 }, budget).interval).toBe(120);
    // 2 τ_φ · 1 · σ²/Var F = 2 · 30 · 4.
    const noisy = { ...history, relaxation: 40, fluctuation: 30, explained: 0.2 };
    expect(recommendInterval(noisy, budget).interval).toBe(240);
    expect(recommendInterval({ ...noisy, pooled: 8 }, budget).interval).toBe(120);
    expect(recommendInterval({ ...history, persistence: Math.exp(-2) }, budget).interval).toBe(150);
  });

  it("never recommends more steps than the slow steps that the budget must hold can each have", () => {
    const known = { ...history, evaluation: 1, relaxation: 1e6 };
    fc.assert(
      fc.property(fc.integer({ min: 25, max: 1e6 }), fc.integer({ min: 2, max: 64 }), (steps, members) => {
        const { interval, reasons } = recommendInterval({ ...known, members }, { steps });
        const count = Number(/must hold (\d+) slow steps: at most/.exec(reasons.join())![1]);
        expect(count * interval!).toBeLessThanOrEqual(steps);
        expect(count * (interval! + 1)).toBeGreaterThan(steps);
      }),
    );
    const { reasons } = recommendInterval({ ...known, members: 32 }, { steps: 2000 });
    expect(reasons[1]).toBe("the budget must hold 23 slow steps: at most 86 steps each");
    // What is followed by runs begun before stays to the step.
    const before = recommendInterval({ ...known, members: 32 }, { steps: 2000, nearest: true });
    expect([before.interval, before.reasons[1]]).toEqual([
      89,
      "the budget must hold 23 slow steps: at most 89 steps each",
    ]);
  });

  it("leaves enough slow steps in the budget, is no shorter than an evaluation, and warns of short horizons", () => {
    // 2 ln 16/(2 · 0.2 · 1.39981) + 10 = 19.9 slow steps.
    const capped = recommendInterval({ ...history, relaxation: 400 }, { steps: 2000 });
    expect(capped.interval).toBe(100);
    expect(capped.reasons.at(-1)).toMatch(/shorter than the relaxation time/);
    expect(recommendInterval({ ...history, relaxation: 1 }, budget).interval).toBe(10);
  });
});
