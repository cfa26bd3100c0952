import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quantiles } from "../../math/index.ts";
import { fanOf } from "./fan.ts";
import { rasterOf } from "./raster.ts";

const levels = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** Held rows: values that change now and then, with nothing at either end of some. */
const grid = fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 25 })).chain(([rows, px]) =>
  fc.record({
    rows: fc.constant(rows),
    px: fc.constant(px),
    last: fc
      .array(fc.constantFrom(0, 0, 1, 2.5, -3, 1e30, Number.NaN, Infinity), {
        minLength: rows * px,
        maxLength: rows * px,
      })
      .map((values) => Float32Array.from(values)),
  }),
);

describe("the fan", () => {
  it("has at every pixel the quantiles of all finite values there, changed or not", () => {
    fc.assert(
      fc.property(grid, (pixels) => {
        const { rows, px, last } = pixels;
        const fan = fanOf(pixels, levels);
        for (let p = 0; p < px; p++) {
          const values = Array.from({ length: rows }, (_, row) => last[row * px + p]!).filter(
            Number.isFinite,
          );
          expect(fan.count[p]).toBe(values.length);
          expect(levels.map((_, i) => fan.quantiles[i * px + p])).toEqual(
            quantiles(values, levels).map(Math.fround),
          );
        }
      }),
    );
  });

  it("has limits within all values, and none where there are no values", () => {
    const nothing = { rows: 2, px: 3, last: new Float32Array(6).fill(Number.NaN) };
    expect(fanOf(nothing, levels).robust).toBeNull();
    const rows = 100;
    const last = Float32Array.from({ length: rows }, (_, i) => (i === 0 ? 1e20 : i));
    expect(fanOf({ rows, px: 1, last }, levels).robust).toEqual([
      expect.closeTo(2.98, 6),
      expect.closeTo(98.02, 6),
    ]);
  });
});

describe("the raster", () => {
  it("paints the 1 % and 99 % quantiles at the ends of the scale, and nothing where there is nothing", () => {
    const [rows, px] = [100, 101];
    const last = Float32Array.from({ length: rows * px }, (_, i) => (i === 3 ? Number.NaN : i % px));
    const { image, low, high } = rasterOf({ rows, px, last }, [1, 0]);
    expect([low, high]).toEqual([1, 99]);
    expect([image[0], image[50], image[100]]).toEqual([1, 128, 255]);
    expect(image[px + 3]).toBe(0);
    expect(image.length).toBe(2 * px);
  });
});
