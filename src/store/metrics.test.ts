import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./fixtures/harness.ts";
import { bruteForce } from "./fixtures/rollups.ts";
import { createRunStore, type MetricPoint, openRunReader, openRunStore, type RunStore } from "./index.ts";

/** The samples of one member by their definition: in order of arrival, without those of attempts that were replaced. */
class Model {
  samples: (MetricPoint & { name: string; generation: number; attempt: number })[] = [];

  settle(generation: number, attempt: number): boolean {
    const mine = this.samples.filter((sample) => sample.generation === generation);
    if (mine.some((sample) => sample.attempt > attempt)) return false;
    this.samples = this.samples.filter(
      (sample) => sample.generation !== generation || sample.attempt === attempt,
    );
    return true;
  }

  points(name: string): MetricPoint[] {
    return this.samples.filter((sample) => sample.name === name).map(({ step, value }) => ({ step, value }));
  }
}

/** Attempts count from here in the law below, so that `stale` can report for an older one. */
const firstAttempt = 10;
const levels = [0, 1, 2, 3];
const names = ["loss", "accuracy"];

function expectModel(store: Pick<RunStore, "metrics" | "metricBuckets">, model: Model, member: number): void {
  for (const name of names) {
    const points = model.points(name);
    expect(store.metrics(name, member)).toEqual(points);
    for (const level of levels)
      expect(store.metricBuckets(name, member, level)).toEqual(bruteForce(points, level));
  }
}

const value = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.constantFrom(Number.NaN, Infinity, -Infinity, 0.1, 1e-300, 5e-324, 1 + 2 ** -52),
);

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("report" as const),
      back: fc.nat({ max: 1 }),
      retry: fc.boolean(),
      values: fc.array(value, { minLength: 1, maxLength: 150 }),
      both: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: "next" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "read" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "reopen" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "rollback" as const }) },
  { weight: 1, arbitrary: fc.constant({ type: "stale" as const }) },
);

describe("metric samples and rollups", () => {
  it("equal their brute-force definition under retries, late attempts, rollbacks and reopening", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 14 }), async (actions) => {
        const directory = temporaryDirectory();
        let store = await createRunStore(directory);
        const model = new Model();
        const attempts = new Map<number, number>();
        let generation = 0;
        let step = 0;
        const report = (of: number, attempt: number, values: readonly number[], both: boolean): void => {
          const counts = model.settle(of, attempt);
          for (const one of values) {
            const metrics: Record<string, number> = both ? { loss: one, accuracy: -one } : { loss: one };
            store.addMetrics(3, of, attempt, ++step, metrics);
            for (const [name, value] of Object.entries(metrics)) {
              if (counts) model.samples.push({ name, generation: of, attempt, step, value });
            }
          }
        };
        for (const one of actions) {
          if (one.type === "next") generation++;
          if (one.type === "read") expectModel(store, model, 3);
          if (one.type === "stale") report(generation, 1, [99], true);
          if (one.type === "reopen") {
            store.transaction(() => {});
            store.close();
            store = await openRunStore(directory);
          }
          if (one.type === "rollback") {
            const kept = [...model.samples];
            const undone = (): void =>
              store.transaction(() => {
                report(generation, (attempts.get(generation) ?? firstAttempt) + 1, [1, 2, 3], true);
                expect(store.metrics("loss", 3)).toHaveLength(model.points("loss").length);
                throw new Error("undo");
              });
            expect(undone).toThrow("undo");
            model.samples = kept;
          }
          if (one.type === "report") {
            const of = Math.max(0, generation - one.back);
            const attempt = (attempts.get(of) ?? firstAttempt) + (one.retry ? 1 : 0);
            attempts.set(of, attempt);
            report(of, attempt, one.values, one.both);
          }
        }
        expectModel(store, model, 3);
        store.transaction(() => {});
        const reader = await openRunReader(directory);
        expectModel(reader, model, 3);
        reader.close();
        store.close();
      }),
      { numRuns: 40 },
    );
  });

  it("roll up thousands of samples of many generations, one sample a generation included", async () => {
    const store = await createRunStore(temporaryDirectory());
    const points = Array.from({ length: 4700 }, (_, i) => ({ step: i * 3, value: Math.sin(i) }));
    for (const [i, { step, value }] of points.entries()) {
      store.addMetrics(0, i < 1000 ? i : 1000 + Math.floor(i / 100), 1, step, { loss: value });
    }
    for (const level of [0, 1, 2, 3, 4])
      expect(store.metricBuckets("loss", 0, level)).toEqual(bruteForce(points, level));
    store.close();
  });

  it("give the samples and buckets that touch a range of steps, both ends included", async () => {
    const store = await createRunStore(temporaryDirectory());
    const points = Array.from({ length: 300 }, (_, i) => ({ step: i * 10, value: i }));
    for (const { step, value } of points) store.addMetrics(0, 0, 1, step, { loss: value });
    const range = { from: 790, until: 1610 };
    expect(store.metrics("loss", 0, range)).toEqual(points.slice(79, 162));
    expect(store.metricBuckets("loss", 0, 0, range)).toEqual(bruteForce(points, 0).slice(9, 21));
    expect(store.metricBuckets("loss", 0, 1, { from: 2950 })).toEqual(bruteForce(points, 1).slice(4));
    expect(store.metricBuckets("loss", 0, 1, { until: -1 })).toEqual([]);
    store.close();
  });

  it("drop the samples of a replaced attempt when the segment ends, although the new one reported none", async () => {
    const store = await createRunStore(temporaryDirectory());
    store.addMetrics(0, 0, 1, 1, { loss: 1 });
    store.addMetrics(0, 1, 1, 2, { loss: 2 });
    const evaluation = {
      member: 0,
      step: 9,
      value: null,
      reports: [],
      status: "ok",
      checkpoint: null,
    } as const;
    store.putSegment({ member: 0, generation: 1, attempt: 2, evaluation, metrics: {}, verified: false });
    expect(store.metrics("loss", 0)).toEqual([{ step: 1, value: 1 }]);
    store.addMetrics(0, 1, 1, 3, { loss: 3 });
    expect(store.metrics("loss", 0)).toEqual([{ step: 1, value: 1 }]);
    store.close();
  });

  it("keep members and names apart, strange names included", async () => {
    const directory = temporaryDirectory();
    const strange = ["a\0b", "a", "\ud800", "损失", "x'; DROP TABLE series; --", ""];
    let store = await createRunStore(directory);
    for (const round of [0, 1]) {
      for (const [i, name] of strange.entries()) store.addMetrics(i, 0, 1, round, { [name]: i });
      store.close();
      store = await openRunStore(directory);
    }
    for (const [i, name] of strange.entries()) {
      expect(store.metrics(name, i)).toEqual([
        { step: 0, value: i },
        { step: 1, value: i },
      ]);
      expect(store.metrics(name, 77)).toEqual([]);
    }
    expect(store.metricNames()).toHaveLength(strange.length);
    expect(store.metricBuckets("unknown", 0, 0)).toEqual([]);
    expect(() => store.addMetrics(0, 0, 1, Number.NaN, { a: 1 })).toThrow("a finite step");
    expect(() => store.metricBuckets("a", 1, -1)).toThrow("level must be an integer from 0 to 19, got -1");
    store.close();
  });
});
