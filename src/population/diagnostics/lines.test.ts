import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { searchSpace, uniform } from "../../space/index.ts";
import {
  type Diagnostics,
  type Evaluation,
  gaussian,
  initialPopulation,
  instantaneous,
  type Population,
  type Rules,
  slowStep,
  truncation,
} from "../index.ts";
import { extendLines, lineFit, lineOf, noLines } from "./lines.ts";
import { observeRecord, readRecord } from "./record.ts";

const space = searchSpace({ h: uniform(0, 1) });
const rulesOf = (control: Rules["control"], changes: Partial<Rules> = {}): Rules => ({
  selection: truncation({ fraction: 0.2 }),
  mutation: gaussian({ sigma: 0.1 }),
  fitness: instantaneous(),
  sign: 1,
  control,
  ...changes,
});

/** Slow steps of a population whose values are given; the newest diagnostics last. */
function run(
  rules: Rules,
  size: number,
  generations: number,
  value: (h: number, id: number, generation: number) => number,
  seed = 1,
): { readonly population: Population; readonly all: Diagnostics[] } {
  let population = initialPopulation(space, size, key(seed), rules);
  const all: Diagnostics[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const step = 10 * (generation + 1);
    const evaluations = population.members.map(({ id, hyperparameters }): Evaluation => {
      const level = value(Number(hyperparameters["h"]), id, generation);
      const reports = [2, 4, 6, 8, 10].map((after) => ({ step: step - 10 + after, value: level }));
      const checkpoint = { member: id, generation, step };
      return { member: id, step, value: level, reports, status: "ok", checkpoint };
    });
    const result = slowStep(population, evaluations, key(seed), rules, { space, budget: 2000 });
    population = result.population;
    all.push(result.diagnostics);
  }
  return { population, all };
}

describe("the fit over lines", () => {
  const own = stream(key(3), "lines");
  const rows = Array.from({ length: 30 }, () => [own.uniform()]);
  const values = rows.map(([x]) => 2 * x! + 0.3 * own.normal());
  const lines = rows.map((_, i) => i);

  it("does not change when every evaluation is repeated, though that is twice as many", () => {
    const once = lineFit(lines, rows, values)!;
    const twice = lineFit([...lines, ...lines], [...rows, ...rows], [...values, ...values])!;
    expect(twice.explained).toBeCloseTo(once.explained, 12);
    expect(twice.fit.significance).toBeCloseTo(once.fit.significance, 9);
    expect(twice.fit.slope(0, 0.5).error).toBeCloseTo(once.fit.slope(0, 0.5).error, 12);
  });

  it("is none with fewer than three lines per coefficient, however many evaluations there are", () => {
    const eight = Array.from({ length: 200 }, (_, i) => i % 8);
    const of = (count: number) => {
      const which = Array.from({ length: 200 }, (_, i) => i % count);
      return lineFit(
        which,
        which.map((i) => rows[i]!),
        which.map((i) => values[i]!),
      );
    };
    expect(of(8)).toBe(null);
    expect(of(9)).not.toBe(null);
    // Changed by hand: other hyperparameters are another observation.
    expect(
      lineFit(
        eight,
        rows.flatMap((row) => [row, row]),
        values.flatMap((value) => [value, value]),
      ),
    ).not.toBe(null);
  });

  it("explains the share of single evaluations, not of their means", () => {
    // Each line twice, at its value ± 1: half of the differences lie within lines, and no more is explained than is between.
    const { explained } = lineFit(
      [...lines, ...lines],
      [...rows, ...rows],
      [...values.map((value) => value + 1), ...values.map((value) => value - 1)],
    )!;
    const mean = values.reduce((sum, value) => sum + value / 30, 0);
    const between = values.reduce((sum, value) => sum + (value - mean) ** 2 / 30, 0);
    const once = lineFit(lines, rows, values)!.explained;
    expect(explained).toBeCloseTo((once * between) / (between + 1), 12);
  });
});

describe("lines", () => {
  it("go on through copies that did not move, and begin anew with a mutation", () => {
    const population = initialPopulation(space, 3, key(1), rulesOf("none"));
    const [a, b] = population.members.map(({ hyperparameters }) => hyperparameters);
    const copy = (member: number, donor: number, hyperparameters: typeof a) => ({
      member,
      donor,
      hyperparameters: hyperparameters!,
      action: "copy" as const,
      score: null,
      rank: null,
      reason: "",
      checkpoint: null,
    });
    const first = extendLines(noLines, population, [copy(1, 0, a), copy(2, 0, { h: 0.123 })], space);
    expect([0, 1, 2].map((id) => lineOf(first, id))).toEqual([0, 0, -1]);
    // All copies see the lines as they were before the step.
    const second = extendLines(first, population, [copy(0, 1, b), copy(1, 2, { h: 0.5 })], space);
    expect([0, 1, 2].map((id) => lineOf(second, id))).toEqual([0, -2, -1]);
  });
});

describe("what a control tells", () => {
  // Eight constant values that rise with h by chance, seen again in every generation.
  const constant = (h: number, id: number): number => h + 0.01 * ((id * 7) % 5);

  it("no effect of hyperparameters on eight observations that were repeated thirty times", () => {
    const { population, all } = run(rulesOf("random-search"), 8, 30, constant);
    // As if each evaluation were an observation of its own, nearly everything is explained.
    expect(readRecord(population.record).explained).toBeGreaterThan(0.9);
    for (const { temporal } of all) {
      expect(temporal!.explained).toBe(null);
      expect(temporal!.movement!["h"]).toMatchObject({ slope: null, optimum: null, events: null });
    }
  });

  it("neither an interval nor advice on selection or mutation, and on a plateau only that there is one", () => {
    const search = run(rulesOf("random-search"), 24, 40, constant).all.at(-1)!.temporal!;
    // Twenty-four founders are enough to see the effect.
    expect(search.explained).toBeGreaterThan(0.9);
    expect(search.movement!["h"]!.slope).toBeGreaterThan(3);
    expect(search.plateau.best).not.toBe(null);
    expect(search.alarms).toEqual([`the best value is on a plateau since step ${search.plateau.best}`]);
    expect(search.interval).toEqual({
      steps: null,
      reasons: ["this run selects nothing: no interval is better than another"],
    });
    expect(search.load).toEqual({ cost: null, remaining: null });
    const frozen = run(rulesOf("frozen"), 24, 40, constant).all.at(-1)!.temporal!;
    expect(frozen.plateau.best).not.toBe(null);
    expect(frozen.alarms.join()).not.toMatch(/select more|mutat/);
  });

  it("never an optimum outside of what was tried", () => {
    let told = 0;
    for (const seed of [0, 1, 2, 3]) {
      const own = stream(key(seed), "tried");
      let low = 1;
      let high = 0;
      const { all } = run(
        rulesOf("none"),
        16,
        12,
        (h) => {
          [low, high] = [Math.min(low, h), Math.max(high, h)];
          return 3 * h + 0.1 * own.normal();
        },
        seed,
      );
      for (const { temporal } of all) {
        const { optimum } = temporal!.movement!["h"]!;
        if (optimum === null) continue;
        told++;
        // Four digits are logged.
        expect(Number(optimum)).toBeGreaterThan(low - 1e-3);
        expect(Number(optimum)).toBeLessThan(high + 1e-3);
      }
    }
    expect(told).toBeGreaterThan(20);
  });
});

describe("what decides", () => {
  it("is what it was: the share that automatic intervals go by still counts every evaluation", () => {
    const rules = rulesOf("random-search");
    const { population } = run(rules, 8, 3, (h) => h);
    const evaluations = population.members.map(
      ({ id, hyperparameters }): Evaluation => ({
        member: id,
        step: 40,
        value: Number(hyperparameters["h"]),
        reports: [],
        status: "ok",
        checkpoint: null,
      }),
    );
    const ready = population.members.map(({ id }) => id);
    const input = { population, evaluations, sign: 1 as const, space, key: key(1), ready };
    const { explained, told } = readRecord(observeRecord(population.record, input));
    expect(explained).toBeCloseTo(1, 6);
    expect(told).toEqual({ explained: null, curvature: [] });
  });
});
