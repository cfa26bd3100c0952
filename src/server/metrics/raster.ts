import { quantiles } from "../../math/index.ts";
import { held, type LastRows } from "./pixels.ts";

export interface Raster {
  /** `[rows, px]`: 0 nothing, 1 … 255 from `low` to `high`. */
  readonly image: Uint8Array;
  readonly low: number;
  readonly high: number;
}

/**
 * Values as bytes. The scale runs between the 1 % and 99 % quantiles of all pixels, so that one outlier does not paint
 * everything in one colour; what lies beyond takes the end of the scale.
 * @param order the row of `pixels` for each row of the image
 */
export function rasterOf(pixels: LastRows, order: readonly number[]): Raster {
  const { px } = pixels;
  const lines = order.map((row) => held(pixels, row));
  const thin = Math.max(1, Math.floor((lines.length * px) / 200_000));
  const some: number[] = [];
  for (let i = 0; i < lines.length * px; i += thin) {
    const value = lines[Math.floor(i / px)]![i % px]!;
    if (Number.isFinite(value)) some.push(value);
  }
  const [low, high] = some.length === 0 ? [0, 0] : (quantiles(some, [0.01, 0.99]) as [number, number]);
  const image = new Uint8Array(lines.length * px);
  for (const [row, line] of lines.entries()) {
    for (let p = 0; p < px; p++) {
      const value = line[p]!;
      if (Number.isNaN(value)) continue;
      const unit = high > low ? (value - low) / (high - low) : 0.5;
      image[row * px + p] = 1 + Math.round(254 * Math.min(1, Math.max(0, unit)));
    }
  }
  return { image, low, high };
}
