import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "./fixtures/harness.ts";
import { createRunStore, type MetricMark, type MetricPoint, openRunReader } from "./index.ts";

const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("report" as const),
      member: fc.nat({ max: 2 }),
      count: fc.integer({ min: 1, max: 150 }),
      value: fc.constantFrom(1, 1, 0.5, Number.NaN),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("next" as const) }) },
  // An attempt that starts anew, of the newest segment or of one before it.
  { weight: 2, arbitrary: fc.record({ type: fc.constant("again" as const), back: fc.nat({ max: 1 }) }) },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("follow" as const) }) },
);

const pointsOf = ({
  rows,
  numbers,
}: {
  readonly rows: number;
  readonly numbers: Float64Array;
}): MetricPoint[] =>
  Array.from({ length: rows }, (_, i) => ({ step: numbers[6 * i]!, value: numbers[6 * i + 3]! }));

describe("following series", () => {
  it("adds up to what is stored, under attempts that drop samples, repeat steps and repeat values", async () => {
    let [followed, anew] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 2, maxLength: 30 }), async (actions) => {
        const directory = temporaryDirectory();
        const store = await createRunStore(directory, { flushMetricsAfterMs: 60_000 });
        const members = [0, 1, 2];
        const attempts = new Map<number, number>();
        const reported = new Map<string, number>();
        let generation = 0;
        store.addMetrics(0, 0, 1, 0, { loss: 3, accuracy: 0 });
        store.transaction(() => {});
        const reader = await openRunReader(directory);
        const known: MetricPoint[][] = members.map(() => []);
        let marks: MetricMark[] = reader.metricStates("loss", [5, 5, 5], -1).map(({ mark }) => mark);
        const report = (of: number, member: number, count: number, value: number): void => {
          const attempt = attempts.get(of) ?? 1;
          const key = `${of} ${attempt} ${member}`;
          const before = reported.get(key) ?? 0;
          reported.set(key, before + count);
          for (let i = 1; i <= count; i++)
            store.addMetrics(member, of, attempt, 1000 * of + before + i, { loss: value });
        };
        const follow = (): void => {
          store.transaction(() => {});
          const news = reader.metricNews("loss", members, marks);
          marks = news.map((one, i) => {
            if (one !== null) {
              known[i]!.push(...pointsOf(one.samples));
              followed += one.samples.rows;
              return one.mark;
            }
            anew++;
            const [state] = reader.metricStates("loss", [i], -1);
            known[i] = pointsOf(state!.table);
            return state!.mark;
          });
          for (const member of members) {
            expect(known[member]).toEqual(reader.metrics("loss", member));
            expect(marks[member]!.samples).toBe(known[member]!.length);
          }
        };
        for (const one of actions) {
          if (one.type === "next") generation++;
          else if (one.type === "report") report(generation, one.member, one.count, one.value);
          else if (one.type === "again") {
            const of = Math.max(0, generation - one.back);
            attempts.set(of, (attempts.get(of) ?? 1) + 1);
            for (const member of members) report(of, member, 3, 1);
          } else follow();
        }
        follow();
        expect(reader.metricNews("nothing", [0], [reader.metricStates("nothing", [0], 0)[0]!.mark])).toEqual([
          { samples: { rows: 0, numbers: new Float64Array(0) }, mark: expect.anything() as MetricMark },
        ]);
        reader.close();
        store.close();
      }),
      { numRuns: 60 },
    );
    expect(followed).toBeGreaterThan(1000);
    expect(anew).toBeGreaterThan(10);
  });

  it("of more series than one query each is worth, tells the same", async () => {
    const store = await createRunStore(temporaryDirectory());
    const members = Array.from({ length: 40 }, (_, i) => i);
    const write = (from: number, until: number): void => {
      for (const member of members.filter((one) => one !== 7)) {
        for (let step = from; step < until; step++)
          store.addMetrics(member, 0, 1, step, { loss: member + step, other: -1 });
      }
    };
    write(0, 100);
    const marks = store.metricStates("loss", members, 1).map(({ mark }) => mark);
    write(100, 250);
    const all = store.metricNews("loss", members, marks);
    const apart = members.map((member) => store.metricNews("loss", [member], [marks[member]!])[0]);
    expect(all).toEqual(apart);
    expect(pointsOf(all[3]!.samples)).toEqual(store.metrics("loss", 3, { from: 100 }));
    expect(all[7]).toEqual({ samples: { rows: 0, numbers: new Float64Array(0) }, mark: marks[7] });
    store.close();
  });

  it("begins from the full buckets that touch a range, and the bucket that fills wherever it lies", async () => {
    const store = await createRunStore(temporaryDirectory());
    for (let step = 1; step <= 1000; step++) store.addMetrics(0, 0, 1, step, { loss: step });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3 }),
        fc.nat({ max: 1000 }),
        fc.nat({ max: 400 }),
        (level, from, width) => {
          const range = { from, until: from + width };
          const [{ table, open, mark }] = store.metricStates("loss", [0], level, range) as [never];
          const buckets = store.metricBuckets("loss", 0, level);
          const size = 8 ** (level + 1);
          const full = buckets.filter(
            ({ count, fromStep, untilStep }) =>
              count === size && untilStep >= from && fromStep <= range.until,
          );
          expect(pointsOf(table).map(({ step }) => step)).toEqual(full.map(({ fromStep }) => fromStep));
          expect(open).toEqual(buckets.find(({ count }) => count < size) ?? null);
          expect(mark).toEqual({ samples: 1000, generation: 0, attempt: 1, step: 1000, value: 1000 });
        },
      ),
    );
    expect(
      store.metricNews("loss", [0], [store.metricStates("loss", [1], 0)[0]!.mark])[0]!.samples.rows,
    ).toBe(1000);
    for (let step = 1001; step <= 4000; step++) store.addMetrics(0, 0, 1, step, { loss: step });
    expect(store.metricNews("loss", [0], [store.metricStates("loss", [1], 0)[0]!.mark])).toEqual([null]);
    store.close();
  });
});
