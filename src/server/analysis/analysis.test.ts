import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import type { HyperparameterFacts } from "../types.ts";
import type { Observations } from "./observations.ts";
import { pairOf } from "./pair.ts";
import { relaxationOf, type Trace } from "./relaxation.ts";
import { outlineOf, sliceOf } from "./slices.ts";

const interval = 240;

/** Copies that decay with e^{−t/τ} to a level of their own, with noise. */
function decays(copies: number, tau: number, noise: number): Trace[] {
  const draws = stream(key(1), "decays");
  return Array.from({ length: copies }, (_, c) => {
    const steps = Array.from({ length: 120 }, (_, i) => 2 * (i + 1));
    return { steps, values: steps.map((t) => c + 2 * Math.exp(-t / tau) + noise * draws.normal()) };
  });
}

describe("relaxation after copies", () => {
  it("is the time of the decay", () => {
    for (const tau of [15, 30, 45]) {
      const found = relaxationOf(decays(12, tau, 1e-4), interval);
      expect(found.steps! / tau).toBeGreaterThan(0.85);
      expect(found.steps! / tau).toBeLessThan(1.15);
      expect(found.curve[0]!.excess).toBe(1);
    }
  });

  it("is unknown from few copies, few samples, or a metric that stands still", () => {
    expect(relaxationOf(decays(3, 30, 0.01), interval)).toEqual({ steps: null, curve: [] });
    const sparse = decays(12, 30, 0.01).map(({ steps, values }) => ({
      steps: steps.slice(0, 7),
      values: values.slice(0, 7),
    }));
    expect(relaxationOf(sparse, interval).steps).toBeNull();
    const still = Array.from({ length: 8 }, () => ({
      steps: Array.from({ length: 40 }, (_, i) => i + 1),
      values: Array.from({ length: 40 }, () => 3),
    }));
    expect(relaxationOf(still, interval)).toEqual({ steps: null, curve: [] });
  });
});

const facts: HyperparameterFacts = {
  name: "lr",
  topology: "continuous",
  scale: "log",
  law: "logUniform(1e-5, 0.1)",
  bounds: [1e-5, 0.1],
  ticks: [0, 0.5, 1].map((at) => ({ at, value: 10 ** (4 * at - 5) })),
};

/** Observations of a function of the first of two hyperparameters. */
function observed(n: number, blocks: number, f: (x: number) => number, noise: number): Observations {
  const draws = stream(key(5), "observed");
  const coordinates = Float32Array.from({ length: 2 * n }, () => draws.uniform());
  return {
    fitness: Float64Array.from({ length: n }, (_, i) => f(coordinates[2 * i]!) + noise * draws.normal()),
    block: Uint32Array.from({ length: n }, (_, i) => Math.floor((i * blocks) / n)),
    blocks,
    coordinates,
    dimensions: 2,
  };
}

const slice = (observations: Observations, changes: Partial<HyperparameterFacts> = {}) =>
  sliceOf({
    facts: { ...facts, ...changes },
    k: 0,
    observations,
    rug: [0.5],
    gradient: null,
    p: null,
    key: key(6),
  });

describe("a slice of effective fitness", () => {
  it("finds the function within its band, and never says anything outside the data", () => {
    const f = (x: number): number => -4 * (x - 0.6) ** 2;
    const found = slice(observed(4000, 10, f, 0.3));
    expect(found.at[0]!).toBeGreaterThanOrEqual(0);
    expect(found.at.at(-1)!).toBeLessThanOrEqual(1);
    const peak = found.at[found.estimate.indexOf(Math.max(...found.estimate.map((value) => value!)))]!;
    expect(Math.abs(peak - 0.6)).toBeLessThan(0.1);
    expect(found.low.every((low, i) => low! <= found.high[i]!)).toBe(true);
  });

  it("gives a straight line its slope over the range, with an interval around it", () => {
    const found = slice(observed(2000, 8, (x) => 2 * x, 0.5));
    const width = found.at.at(-1)! - found.at[0]!;
    expect(found.slope!.estimate / (2 * width)).toBeCloseTo(1, 1);
    expect(found.slope!.low).toBeLessThan(found.slope!.estimate);
    expect(found.slope!.high).toBeGreaterThan(found.slope!.estimate);
    expect(found.slope!.low).toBeGreaterThan(0);
  });

  it("of noise has an interval of its slope that holds zero", () => {
    const found = slice(observed(800, 8, () => 0, 1));
    expect(found.slope!.low).toBeLessThan(0.2);
    expect(found.slope!.high).toBeGreaterThan(-0.2);
    expect(found.slope!.low * found.slope!.high).toBeLessThan(0);
  });

  it("has the same line when only its line is asked for, and the same reason when there is none", () => {
    const outline = (observations: Observations, changes: Partial<HyperparameterFacts> = {}) =>
      outlineOf({ facts: { ...facts, ...changes }, k: 0, observations, p: 0.3 });
    const many = observed(900, 6, (x) => Math.sin(5 * x), 0.1);
    for (const [observations, changes] of [
      [many, {}],
      [many, { scale: "category" as const }],
      [many, { topology: "fixed" as const }],
      [observed(20, 2, (x) => x, 0.1), {}],
      [{ ...many, coordinates: many.coordinates.map(() => 0.5) }, {}],
    ] as const) {
      const { name, scale, count, notIdentifiable, at, estimate } = slice(observations, changes);
      expect(outline(observations, changes)).toEqual({
        name,
        scale,
        count,
        notIdentifiable,
        at,
        estimate,
        p: 0.3,
      });
    }
  });

  it("gives categories their means", () => {
    const observations = observed(900, 6, (x) => (x > 0.5 ? 1 : 0), 0.1);
    const snapped = {
      ...observations,
      coordinates: observations.coordinates.map((x) => (x > 0.5 ? 0.75 : 0.25)),
    };
    const ticks = [
      { at: 0.25, value: "sgd" },
      { at: 0.75, value: "adam" },
    ];
    const found = slice(snapped, { scale: "category", topology: "unordered", ticks });
    expect(found.at).toEqual([0.25, 0.75]);
    expect(found.estimate[0]).toBeCloseTo(0, 1);
    expect(found.estimate[1]).toBeCloseTo(1, 1);
    expect(found.slope).toBeNull();
  });

  it("says why it shows nothing", () => {
    expect(slice(observed(20, 4, (x) => x, 1)).notIdentifiable).toContain("20 evaluations");
    const flat = observed(100, 4, (x) => x, 1);
    const same = { ...flat, coordinates: flat.coordinates.map(() => 0.5) };
    expect(slice(same).notIdentifiable).toContain("nearly the same value");
    expect(slice(flat, { topology: "fixed" }).notIdentifiable).toContain("fixed");
  });
});

describe("a pair of hyperparameters", () => {
  it("has estimates only where data are, near the function there", () => {
    const observations = observed(1500, 5, (x) => x, 0.05);
    const half = {
      ...observations,
      coordinates: observations.coordinates.map((x, i) => (i % 2 === 1 ? 0.5 * x : x)),
    };
    const { arrays, meta } = pairOf(half, { name: "lr", k: 0 }, { name: "b", k: 1 });
    expect(meta).toEqual({ x: "lr", y: "b", count: 1500, notIdentifiable: null });
    const n = 32;
    const at = (row: number, column: number): number => arrays["estimate"]!.values[row * n + column]!;
    expect(at(31, 16)).toBeNaN();
    expect(at(8, 8)).toBeCloseTo(8.5 / n, 1);
    expect(at(8, 24)).toBeCloseTo(24.5 / n, 1);
  });
});
