import { expect, it } from "vitest";
import { noNumbers } from "./gaps.ts";

const nan = Number.NaN;
const grid = { x0: 0, x1: 100, px: 10 };
/** Rows of first step, last step, first, last, least, greatest. */
const table = (...rows: readonly (readonly number[])[]) => ({
  rows: rows.length,
  numbers: Float64Array.from(rows.flat()),
});

it("names each pixel once in which a sample is no number, by its middle", () => {
  const samples = table([12, 12, nan, nan, nan, nan], [15, 15, nan, nan, nan, nan], [25, 25, 1, 1, 1, 1]);
  expect(noNumbers(samples, grid)).toEqual([15]);
});

it("sees where a bucket begins or ends without a number, and nothing beyond the range", () => {
  expect(noNumbers(table([30, 49, nan, 2, 1, 2], [50, 79, 1, nan, 1, 2]), grid)).toEqual([35, 75]);
  expect(noNumbers(table([130, 149, nan, nan, nan, nan]), grid)).toEqual([]);
  expect(noNumbers(table([30, 49, 1, 2, 1, 2]), grid)).toEqual([]);
});
