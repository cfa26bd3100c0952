import { describe, expect, it } from "vitest";
import { methods } from "../bench/quality/methods.ts";
import { problems, seeds, workingSeeds } from "../bench/quality/protocol.ts";
import { simulate } from "../bench/quality/simulate.ts";
import { holm, paired } from "../bench/quality/statistics.ts";
import { key, stream } from "../src/random/index.ts";

const problem = (name: string) => problems.find((one) => one.name === name)!;
const instance = (name: string) => problem(name).create(stream(key(1), "data"));
const none = new Float64Array(0);

describe("the quality benchmark", () => {
  it("has at least twenty seeds, none of which was worked with, and problems of both kinds, some held out", () => {
    expect(seeds.length).toBeGreaterThanOrEqual(20);
    expect(seeds.filter((seed) => workingSeeds.includes(seed))).toEqual([]);
    expect(new Set(problems.map(({ clocks }) => clocks))).toEqual(new Set(["separated", "coupled"]));
    expect(problems.filter(({ heldOut }) => heldOut).length).toBeGreaterThanOrEqual(5);
    expect(new Set(problems.map(({ name }) => name)).size).toBe(problems.length);
  });

  it.each(problems.map(({ name }) => name))("%s runs, and gives the same outcome twice", (name) => {
    const small = { ...problem(name), generations: 4 };
    const rules = methods["instantaneous"]!(small);
    const { truth } = simulate(small, rules, 5);
    expect(truth).toBeGreaterThan(0);
    expect(truth).toBeLessThan(Infinity);
    expect(simulate(small, rules, 5).truth).toBe(truth);
  });

  it("knows the truth of the double well: E(θ − 1)²/2 = 0.916373 at h = 0, 0.376608 at 0.2 (theory T4.5)", () => {
    const { truth } = instance("double well");
    expect(truth(none, { h: 0 }) - truth(none, { h: 0.2 })).toBeCloseTo(0.916372744 - 0.376608292, 5);
  });

  it("knows the truth of ridge regression: F is largest at h = 0.575 (theory T5.6)", () => {
    const { truth } = instance("ridge");
    expect(truth(none, { h: 0.575 })).toBeCloseTo(1e-4, 5);
    // F(0) = −0.521441364, max F = −0.504100.
    expect(truth(none, { h: 0 }) - 1e-4).toBeCloseTo(0.521441364 - 0.5041, 4);
  });

  it("knows the stationary error of the tracker", () => {
    const { init, train, truth } = instance("tracking");
    const excess = (step: number): number => {
      const draws = stream(key(2), "tracking", Math.round(1000 * step));
      const h = { step };
      const state = init(h, draws);
      let total = 0;
      const n = 60_000;
      train(state, h, 500, draws, 0);
      for (let i = 0; i < n; i++) {
        train(state, h, 1, draws, 0);
        total += (state[1]! - state[0]!) ** 2 / n;
      }
      return total;
    };
    const difference = truth(none, { step: 0.5 }) - truth(none, { step: 0.1 });
    expect(Math.abs(excess(0.5) - excess(0.1) - difference)).toBeLessThan(0.02);
  });

  it("gives leaky units the gradient of their loss", () => {
    const { train, evaluate } = instance("leaky units");
    const h = { rate: 1e-6, momentum: 0 };
    const at = (a: number, b: number): number => {
      let sum = 0;
      for (let i = 0; i < 400; i++) {
        sum += evaluate(Float64Array.of(a, b, 0, 0), h, stream(key(3), "gradient", i)) / 400;
      }
      return sum;
    };
    const slope = [0, 0];
    for (let i = 0; i < 400; i++) {
      const state = Float64Array.of(1.5, 2.5, 0, 0);
      train(state, h, 1, stream(key(3), "gradient", i), 0);
      slope[0] = slope[0]! - state[2]! / 1e-6 / 400;
      slope[1] = slope[1]! - state[3]! / 1e-6 / 400;
    }
    // The loss is half of the mean of both units' relative errors: each unit's gradient is that of twice its share.
    const difference = [
      (at(1.5 + 1e-4, 2.5) - at(1.5 - 1e-4, 2.5)) / 2e-4,
      (at(1.5, 2.5 + 1e-4) - at(1.5, 2.5 - 1e-4)) / 2e-4,
    ];
    expect(slope[0]! / difference[0]!).toBeCloseTo(2, 2);
    expect(slope[1]! / difference[1]!).toBeCloseTo(2, 2);
  });
});

describe("its statistics", () => {
  it("compare logarithms in pairs: Student's t", () => {
    const reference = [1, 1, 1, 1, 1];
    const values = [0.1, 0.2, 0.3, 0.4, 0.5].map(Math.exp);
    const { difference, margin, p } = paired(values, reference);
    expect(difference).toBeCloseTo(0.3, 12);
    // sd 0.158114, t(4, 0.975) = 2.776445; t = 4.242641, p = 0.013236.
    expect(margin).toBeCloseTo((2.776445 * 0.158114) / Math.sqrt(5), 5);
    expect(p).toBeCloseTo(0.013236, 5);
    expect(paired([2, 2], [2, 2])).toEqual({ difference: 0, margin: 0, p: 1 });
  });

  it("adjust p values by Holm's steps", () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.5, 0.9])).toEqual([1, 1]);
  });
});
