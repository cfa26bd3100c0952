import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../random/index.ts";
import { temporaryDirectory } from "./fixtures/harness.ts";
import { bruteForce } from "./fixtures/rollups.ts";
import { createRunStore, type MetricBucket, type MetricPoint, type RunStore } from "./index.ts";

/** Steps go forward, and now and then back, as those of an asynchronous member that copies another do. */
function wandering(count: number, seed: number): MetricPoint[] {
  const draws = stream(key(seed), "wandering");
  let step = 0;
  return Array.from({ length: count }, () => {
    step +=
      draws.uniform() < 0.002 ? -Math.round(draws.uniform() * 800) : 1 + Math.floor(draws.uniform() * 3);
    return { step, value: Math.round(draws.normal() * 100) / 8 };
  });
}

async function storeOf(points: readonly MetricPoint[]): Promise<RunStore> {
  const store = await createRunStore(temporaryDirectory());
  for (const [i, { step, value }] of points.entries())
    store.addMetrics(0, Math.floor(i / 700), 1, step, { loss: value });
  return store;
}

const numbersOf = ({ fromStep, untilStep, first, last, min, max }: MetricBucket): number[] => [
  fromStep,
  untilStep,
  first,
  last,
  min,
  max,
];

const pointsAsBuckets = (points: readonly MetricPoint[]): number[] =>
  points.flatMap(({ step, value }) => [step, step, value, value, value, value]);

describe("metrics of a range of steps", () => {
  it("are all that touch it and nothing else, at every level, however the steps wander", async () => {
    // Long enough that the search goes through several levels, and full neither at a row nor at a level.
    const points = wandering(40_137, 1);
    const store = await storeOf(points);
    const last = Math.max(...points.map(({ step }) => step));
    const byLevel = [0, 1, 2, 3, 4].map((level) => bruteForce(points, level));
    const range = fc
      .tuple(fc.integer({ min: -50, max: last + 50 }), fc.constantFrom(0, 1, 30, 300, 2000))
      .map(([from, width]) => ({ from, until: from + width }));
    fc.assert(
      fc.property(range, ({ from, until }) => {
        expect(store.metrics("loss", 0, { from, until })).toEqual(
          points.filter(({ step }) => step >= from && step <= until),
        );
        for (const [level, buckets] of byLevel.entries()) {
          const touching = buckets.filter((one) => one.untilStep >= from && one.fromStep <= until);
          expect(store.metricBuckets("loss", 0, level, { from, until })).toEqual(touching);
          const [table] = store.metricTables("loss", [0], level, { from, until });
          expect(table!.rows).toBe(touching.length);
          expect([...table!.numbers]).toEqual(touching.flatMap(numbersOf));
        }
      }),
      { numRuns: 50, examples: [[{ from: last - 9000, until: Infinity }]] },
    );
    store.close();
  });

  it("are the same as a table of samples, one by one or all of them", async () => {
    const points = wandering(2100, 2);
    const store = await storeOf(points);
    const whole = store.metricTables("loss", [7, 0], -1);
    expect(whole.map(({ rows }) => rows)).toEqual([0, 2100]);
    expect([...whole[1]!.numbers]).toEqual(pointsAsBuckets(points));
    const some = points.filter(({ step }) => step >= 300 && step <= 500);
    expect(some.length).toBeGreaterThan(50);
    expect([...store.metricTables("loss", [0], -1, { from: 300, until: 500 })[0]!.numbers]).toEqual(
      pointsAsBuckets(some),
    );
    expect([...store.everyMetric("loss", 0)]).toEqual(points);
    expect([...store.everyMetric("nothing", 0)]).toEqual([]);
    expect(() => store.metricTables("loss", [0], -2)).toThrow("an integer from -1 to 19, got -2");
    store.close();
  });

  it("of one generation are what that segment reported, where others trained the same steps too", async () => {
    const points = wandering(21_000, 3);
    const store = await storeOf(points);
    const range = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 3000 }));
    let shared = 0;
    fc.assert(
      fc.property(range, ([generation, width]) => {
        const own = points.slice(700 * generation, 700 * (generation + 1));
        const from = (own[0]?.step ?? 0) + 5;
        const within = own.filter(({ step }) => step >= from && step <= from + width);
        const bounds = { from, until: from + width, generation };
        expect(store.metrics("loss", 0, bounds)).toEqual(within);
        expect([...store.metricTables("loss", [0], -1, bounds)[0]!.numbers]).toEqual(pointsAsBuckets(within));
        if (store.metrics("loss", 0, { from, until: from + width }).length > within.length) shared++;
      }),
      { numRuns: 100 },
    );
    expect(shared).toBeGreaterThan(10);
    expect(() => store.metricTables("loss", [0], 0, { generation: 1 })).toThrow("needs level -1 (samples)");
    store.close();
  });
});
