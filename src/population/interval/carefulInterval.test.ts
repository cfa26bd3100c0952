import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { searchSpace, uniform } from "../../space/index.ts";
import { noPersistence, observePersistence } from "../fitness/persistence.ts";
import {
  type Evaluation,
  gaussian,
  initialPopulation,
  instantaneous,
  type Population,
  type Rules,
  slowStep,
  truncation,
} from "../index.ts";
import { type CarefulInput, carefulInterval } from "./carefulInterval.ts";
import { findings, type IntervalEvidence, noEvidence, observeInterval } from "./evidence.ts";

/** Evidence of `pairs` pairs with a slope of exactly `left`, and of `count` signs whose mean is `gain`. */
function evidence(
  changes: {
    left?: number;
    pairs?: number;
    gain?: number;
    count?: number;
    generations?: number;
    spacing?: number;
  } = {},
): IntervalEvidence {
  const { left = 0, pairs = 200, gain = 0, count = 400, generations = 10, spacing = 2 } = changes;
  // x = ±1 and y = left x ± 1, balanced: covariance left, variance 1.
  const lagged = Array.from({ length: pairs }, (_, i): [number, number] => {
    const x = i % 2 === 0 ? 1 : -1;
    return [left * x + (i % 4 < 2 ? 1 : -1), x];
  });
  return {
    residuals: observePersistence(noPersistence, lagged, 0),
    training: { sum: gain * count, count },
    spacing,
    generations,
    explained: null,
  };
}

const input: CarefulInput = {
  interval: 40,
  first: 40,
  least: 4,
  members: 16,
  relaxation: null,
  fluctuation: null,
  explained: 0.5,
};

describe("the careful rule of an automatic interval", () => {
  it("halves the interval where training has settled, parameters forget and half an interval averages enough", () => {
    const change = carefulInterval(evidence(), input);
    expect(change).toMatchObject({ interval: 20, least: 4 });
    // 1.645/√(0.7 · 200) = 0.139; a signal of one half and reports every 2 steps: 2 · 1 · (1 − ½)/½ = 2 steps.
    expect(change!.reasons).toEqual([
      "training has settled: within an interval the metric rises in 50 % of cases",
      "at most 14 % of a lineage's advantage is left one interval later (95 %, 200 pairs)",
      "hyperparameters explain 50 % of the differences: averaging for half reliable scores needs 2 steps",
      "half of the interval is longer than that, and gives more slow steps",
    ]);
  });

  it("does nothing when any one of its conditions does not hold", () => {
    const cases: readonly (readonly [string, IntervalEvidence, Partial<CarefulInput>])[] = [
      ["three boundaries say nothing yet", evidence({ generations: 3 }), {}],
      ["the metric rises within intervals", evidence({ gain: 0.2 }), {}],
      ["a few intervals cannot tell", evidence({ count: 50 }), {}],
      ["half of an advantage is left", evidence({ left: 0.5 }), {}],
      // 0.05 + 1.645/√(0.7 · 36) = 0.378 > e⁻¹.
      ["too few pairs bound what is left", evidence({ left: 0.05, pairs: 36 }), {}],
      ["no pairs", evidence({ pairs: 0 }), {}],
      ["hyperparameters explain nothing", evidence(), { explained: null }],
      // 2 · 1 · 0.91/0.09 = 20.2 steps.
      ["averaging needs half of it", evidence(), { explained: 0.09 }],
      ["fluctuations last", evidence(), { fluctuation: 12 }],
      ["three relaxation times are longer", evidence(), { relaxation: 8 }],
      ["one report per interval", evidence({ spacing: 0 }), {}],
      ["two reports per interval", evidence({ spacing: 20 }), {}],
      ["the floor", evidence(), { least: 21 }],
    ];
    for (const [name, seen, changes] of cases)
      expect([name, carefulInterval(seen, { ...input, ...changes })]).toEqual([name, null]);
    // Each by so much only.
    for (const seen of [
      evidence({ generations: 4 }),
      evidence({ gain: 0.04 }),
      evidence({ left: 0.2 }),
      evidence({ left: 0.05, pairs: 40 }),
      evidence({ left: -0.5 }),
    ])
      expect(carefulInterval(seen, input)?.interval).toBe(20);
    for (const changes of [{ explained: 0.1 }, { fluctuation: 9 }, { relaxation: 6 }, { least: 20 }])
      expect(carefulInterval(evidence(), { ...input, ...changes })?.interval).toBe(20);
  });

  it("goes back, for good, when a shorter interval turns out to be too short", () => {
    const shorter = { ...input, interval: 10 };
    expect(carefulInterval(evidence({ left: 0.6 }), shorter)).toEqual({
      interval: 20,
      least: 20,
      reasons: [
        "at least 46 % of a lineage's advantage is left one interval later",
        "the clocks are not apart: back, for good",
      ],
    });
    expect(carefulInterval(evidence({ gain: 0.2 }), shorter)).toMatchObject({
      interval: 20,
      least: 20,
      reasons: [
        "training lifts the metric within intervals (in 60 % of them)",
        "the clocks are not apart: back, for good",
      ],
    });
    expect(carefulInterval(evidence(), { ...input, interval: 20, least: 20 })).toBe(null);
    // Neither clear enough to go on nor to go back.
    expect(carefulInterval(evidence({ left: 0.4 }), shorter)).toBe(null);
    expect(carefulInterval(evidence({ gain: 0.09 }), shorter)).toBe(null);
    // From an odd interval no further than the first.
    expect(carefulInterval(evidence({ left: 0.9 }), { ...input, first: 15, interval: 8 })?.interval).toBe(15);
  });

  it("changes by a factor of two at most, between its least and its first interval, whatever it sees", () => {
    fc.assert(
      fc.property(
        fc.record({
          left: fc.double({ min: -1, max: 1, noNaN: true }),
          pairs: fc.integer({ min: 0, max: 400 }),
          gain: fc.double({ min: -1, max: 1, noNaN: true }),
          count: fc.integer({ min: 0, max: 500 }),
          generations: fc.integer({ min: 0, max: 30 }),
          spacing: fc.integer({ min: 0, max: 10 }),
        }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 50 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        (seen, interval, more, explained) => {
          const first = interval + more;
          const least = Math.min(interval, Math.ceil(first / 10));
          const change = carefulInterval(evidence(seen), { ...input, interval, first, least, explained });
          if (change === null) return;
          expect(change.interval).not.toBe(interval);
          expect(change.interval).toBeGreaterThanOrEqual(Math.floor(interval / 2));
          expect(change.interval).toBeLessThanOrEqual(Math.min(first, 2 * interval));
          expect(change.interval).toBeGreaterThanOrEqual(change.least);
          expect(change.least).toBeGreaterThanOrEqual(least);
          expect(change.reasons.length).toBeGreaterThan(1);
        },
      ),
    );
  });
});

describe("what a run shows of its clocks", () => {
  const space = searchSpace({ h: uniform(0, 1) });
  const rules: Rules = {
    selection: truncation(),
    mutation: gaussian({ sigma: 0.05 }),
    fitness: instantaneous(),
    sign: 1,
    control: "none",
  };

  /** Parameters that keep a share of themselves over an interval, and reports that rise by `lift`. */
  function watched(keeps: number, lift: number, generations: number, seed: number): IntervalEvidence {
    const draws = stream(key(seed), "fast");
    let population: Population = initialPopulation(space, 24, key(seed), rules);
    let states = population.members.map(() => draws.normal());
    let seen = noEvidence;
    for (let generation = 0; generation < generations; generation++) {
      const evaluations = population.members.map(({ id }, i): Evaluation => {
        states[i] = keeps * states[i]! + Math.sqrt(1 - keeps * keeps) * draws.normal();
        const reports = [1, 2, 3, 4].map((r) => ({
          step: 20 * generation + 5 * r,
          value: r === 4 ? states[i]! : draws.normal() - lift,
        }));
        const { step, value } = reports[3]!;
        return {
          member: id,
          step,
          value,
          reports,
          status: "ok",
          checkpoint: { member: id, generation, step },
        };
      });
      const before = population;
      const { population: after, decisions } = slowStep(before, evaluations, key(seed), rules, { space });
      seen = observeInterval(seen, { evaluations, before, after, sign: 1 });
      population = after;
      states = decisions.map(({ member, donor }) => states[donor ?? member]!);
    }
    return seen;
  }

  it("is nothing at the first boundary, and a pair for each lineage at each later one", () => {
    expect(findings(noEvidence)).toEqual({ left: null, pairs: 0, gain: null });
    const one = watched(0.5, 0, 1, 1);
    expect([one.generations, one.spacing, findings(one).left]).toEqual([1, 5, null]);
    expect(findings(watched(0.5, 0, 9, 1)).pairs).toBe(8 * 24);
    // A member's first interval begins anywhere and says nothing of training.
    expect(one.training.count).toBe(0);
  });

  it("bounds what is left of an advantage, and knows settled training from training that lifts", () => {
    for (const seed of [1, 2, 3]) {
      const slow = findings(watched(0.9, 0, 16, seed));
      expect(slow.left!.low).toBeGreaterThan(Math.exp(-1));
      const fast = findings(watched(0, 0, 16, seed));
      expect(fast.left!.high).toBeLessThan(Math.exp(-1));
      expect(fast.left!.low).toBeLessThan(0);
      const lifting = findings(watched(0, 2, 16, seed)).gain!;
      expect(lifting.gain).toBeGreaterThan(5 * lifting.error);
      expect(Math.abs(fast.gain!.gain)).toBeLessThan(5 * fast.gain!.error);
    }
  });
});
