import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contours, roundLevels } from "./contours.ts";

const axis = (n: number): number[] => Array.from({ length: n }, (_, i) => i / (n - 1));
const grid = (n: number, m: number, f: (x: number, y: number) => number): number[] =>
  axis(m).flatMap((y) => axis(n).map((x) => f(x, y)));

describe("contours", () => {
  it("of a plane are its level lines, exactly", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (a, b, share) => {
          const level = share * (a + b);
          const f = (x: number, y: number): number => a * x + b * y;
          const pieces = contours(axis(7), axis(5), grid(7, 5, f), [level]);
          expect(pieces.length).toBeGreaterThan(0);
          for (const { x1, y1, x2, y2 } of pieces) {
            expect(f(x1, y1)).toBeCloseTo(level, 9);
            expect(f(x2, y2)).toBeCloseTo(level, 9);
          }
        },
      ),
    );
  });

  it("of a hill go around it: every end is the end of exactly two pieces, at the hill's radius", () => {
    const f = (x: number, y: number): number => 1 - Math.hypot(x - 0.5, y - 0.5);
    const pieces = contours(axis(41), axis(41), grid(41, 41, f), [0.703]);
    const ends = new Map<string, number>();
    for (const { x1, y1, x2, y2 } of pieces) {
      for (const [x, y] of [
        [x1, y1],
        [x2, y2],
      ] as const) {
        expect(Math.hypot(x - 0.5, y - 0.5)).toBeCloseTo(0.297, 2);
        const at = `${x.toFixed(9)} ${y.toFixed(9)}`;
        ends.set(at, (ends.get(at) ?? 0) + 1);
      }
    }
    expect(new Set(ends.values())).toEqual(new Set([2]));
  });

  it("part a saddle by the side that its middle is on, and leave out squares with an unknown corner", () => {
    const ends = (values: readonly number[]) =>
      contours([0, 1], [0, 1], values, [0]).map(({ x1, y1, x2, y2 }) =>
        [x1, y1, x2, y2].map((v) => Math.round(10 * v)),
      );
    // High at (0, 0) and (1, 1): the middle is high, so the low corners are cut off.
    expect(ends([3, -1, -1, 3])).toHaveLength(2);
    for (const [x1, y1, x2, y2] of ends([3, -1, -1, 3])) {
      const low = x1! + x2! > y1! + y2! ? [10, 0] : [0, 10];
      expect(Math.abs(x1! - low[0]!) + Math.abs(y1! - low[1]!)).toBeLessThan(4);
      expect(Math.abs(x2! - low[0]!) + Math.abs(y2! - low[1]!)).toBeLessThan(4);
    }
    expect(ends([3, -1, Number.NaN, 3])).toEqual([]);
  });
});

it("takes round levels, zero among them", () => {
  expect(roundLevels(0.7)).toEqual({ step: 0.5, levels: [-0.5, 0, 0.5] });
  expect(roundLevels(3e-3)).toEqual({ step: 1e-3, levels: [-3e-3, -2e-3, -1e-3, 0, 1e-3, 2e-3, 3e-3] });
  expect(roundLevels(0)).toEqual({ step: 0, levels: [] });
});
