import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tableOf } from "../fixtures/tables.ts";
import { smoothInto } from "./smooth.ts";

const grid = { x0: 0, x1: 100, px: 10 };
const smooth = (
  samples: readonly (readonly [number, number])[],
  half: number,
  breaks: readonly number[] = [],
) => {
  const row = new Float32Array(grid.px).fill(Number.NaN);
  smoothInto(row, grid, tableOf(samples.map(([step, value]) => ({ step, value }))), half, breaks);
  return [...row];
};

describe("smoothInto", () => {
  it("leaves a constant as it is from the first sample on, whatever the sampling", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1 }),
        fc.double({ min: 0.1, max: 1e4, noNaN: true }),
        (steps, half) => {
          const row = smooth(
            steps.toSorted((a, b) => a - b).map((step) => [step, 3]),
            half,
          );
          for (const value of row) if (!Number.isNaN(value)) expect(value).toBeCloseTo(3, 5);
        },
      ),
    );
  });

  it("halves the weight of what lies one half-life back", () => {
    expect(
      smooth(
        [
          [5, 0],
          [15, 1],
        ],
        10,
      )[1],
    ).toBeCloseTo(1 / 1.5, 6);
    expect(
      smooth(
        [
          [5, 0],
          [95, 1],
        ],
        10,
      )[9],
    ).toBeCloseTo(1 / (1 + 2 ** -9), 6);
  });

  it("remembers what came before the range, and begins anew after a copy", () => {
    expect(
      smooth(
        [
          [-10, 0],
          [0, 1],
        ],
        10,
      )[0],
    ).toBeCloseTo(1 / 1.5, 6);
    expect(
      smooth(
        [
          [5, 0],
          [10, 0],
          [15, 1],
        ],
        10,
        [10],
      )[1],
    ).toBeCloseTo(1, 6);
    expect(
      smooth(
        [
          [5, 0],
          [10, 4],
        ],
        1e9,
        [10],
      )[1],
    ).toBeCloseTo(2, 5);
  });

  it("takes no step by a value that is not finite", () => {
    expect(
      smooth(
        [
          [5, 2],
          [6, Number.NaN],
          [15, 2],
        ],
        10,
      ),
    ).toEqual([2, 2, ...Array.from({ length: 8 }, () => Number.NaN)]);
  });
});
