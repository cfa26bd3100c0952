import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableOf } from "../fixtures/tables.ts";
import { fillLast, fillRow, type Grid, hold, lastRows, pixelOf, pixelRows } from "./pixels.ts";
import { levelFor } from "./read.ts";

const px = 40;
const grid: Grid = { x0: 0, x1: 1000, px };

const series = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 20 }),
      value: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    }),
    { minLength: 8, maxLength: 300 },
  )
  .map((gaps) => {
    let step = 0;
    return gaps.map(({ gap, value }) => ({ step: (step += gap), value: Math.fround(value) + 0 }));
  });

describe("samples on pixels", () => {
  it("lie where they belong, one by one", () => {
    fc.assert(
      fc.property(series, (samples) => {
        const rows = pixelRows(1, px);
        fillRow(rows, 0, grid, tableOf(samples));
        for (let p = 0; p < px; p++) {
          const mine = samples.filter(({ step }) => pixelOf(grid, step) === p).map(({ value }) => value);
          if (mine.length === 0) expect(rows.last[p]).toBeNaN();
          else {
            expect([rows.first[p], rows.min[p], rows.max[p], rows.last[p]]).toEqual([
              mine[0],
              Math.min(...mine),
              Math.max(...mine),
              mine.at(-1),
            ]);
          }
        }
      }),
    );
  });

  it("in buckets lose no extreme and invent none; an extreme is off its pixel by no more than its bucket is wide", () => {
    fc.assert(
      fc.property(series, fc.constantFrom(2, 8), (samples, size) => {
        const rows = pixelRows(1, px);
        const { numbers, ...table } = tableOf(samples, size);
        fillRow(rows, 0, grid, { numbers, ...table });
        const ends = Array.from(
          { length: table.rows },
          (_, i) => [numbers[6 * i]!, numbers[6 * i + 1]!] as const,
        );
        const widest = Math.max(...ends.map(([from, until]) => pixelSpan(from, until)));
        const inside = samples.filter(({ step }) => step <= grid.x1);
        const near = (p: number): number[] =>
          samples.filter(({ step }) => Math.abs(pixelAny(step) - p) <= widest).map(({ value }) => value);
        for (let p = 0; p < px; p++) {
          if (Number.isNaN(rows.max[p]!)) continue;
          expect(near(p)).toContain(rows.max[p]);
          expect(near(p)).toContain(rows.min[p]);
        }
        const whole = inside.length - (inside.length % size === 0 ? 0 : inside.length % size);
        const values = inside.slice(0, whole).map(({ value }) => value);
        if (values.length === 0 || ends.some(([, until]) => until > grid.x1)) return;
        expect(Math.max(...rows.max.filter((value) => !Number.isNaN(value)))).toBe(
          Math.max(...inside.map(({ value }) => value)),
        );
      }),
    );
  });

  it("hold their last value until the row ends, and nothing before it begins or after", () => {
    const rows = lastRows(1, 10);
    const line: Grid = { x0: 0, x1: 100, px: 10 };
    fillLast(
      rows,
      0,
      line,
      tableOf([
        { step: 25, value: 1 },
        { step: 55, value: 2 },
      ]),
    );
    const held = lastRows(1, 10);
    expect(hold(rows, held, 0)).toBe(0);
    expect([...held.last]).toEqual([NaN, NaN, 1, 1, 1, 2, NaN, NaN, NaN, NaN]);
  });

  it("give the same last values with and without the other three numbers", () => {
    fc.assert(
      fc.property(series, fc.constantFrom(1, 8), (samples, size) => {
        const [all, lean] = [pixelRows(1, px), lastRows(1, px)];
        fillRow(all, 0, grid, tableOf(samples, size));
        fillLast(lean, 0, grid, tableOf(samples, size));
        expect(lean.last).toEqual(all.last);
      }),
    );
  });
});

const pixelAny = (step: number): number => Math.floor((step / grid.x1) * px);
const pixelSpan = (from: number, until: number): number => pixelAny(until) - pixelAny(from) + 1;

describe("the level of the pyramid", () => {
  it("is the samples themselves while they are few, and never more buckets than an answer may read", () => {
    expect(levelFor(2_000, 1500, 8)).toBe(-1);
    expect(levelFor(100_000, 1500, 1)).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e8 }),
        fc.integer({ min: 16, max: 4096 }),
        fc.integer({ min: 1, max: 5000 }),
        (samples, px, members) => {
          const level = levelFor(samples, px, members);
          const items = samples / 8 ** (level + 1);
          if (level >= 0) expect(items).toBeLessThanOrEqual(Math.min(10 * px, 250_000 / members));
          else expect(samples * members <= 20_000 || items <= 10 * px).toBe(true);
        },
      ),
    );
  });
});
