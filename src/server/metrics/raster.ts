import { quantiles } from "../../math/index.ts";
import type { LastRows } from "./pixels.ts";

export interface Raster {
  /** `[rows, px]`: 0 nothing, 1 … 255 from `low` to `high`. */
  readonly image: Uint8Array;
  readonly low: number;
  readonly high: number;
}

/** Pixels that the scale is found from. */
const mostLooked = 200_000;

/**
 * Values as bytes. The scale runs between the 1 % and 99 % quantiles of all pixels, so that one outlier does not paint
 * everything in one colour; what lies beyond takes the end of the scale.
 * @param pixels held
 * @param order the row of `pixels` for each row of the image
 */
export function rasterOf(pixels: LastRows, order: readonly number[]): Raster {
  const { px, last } = pixels;
  const [low, high] = scaleOf(pixels);
  const image = new Uint8Array(order.length * px);
  for (const [row, from] of order.entries()) {
    for (let p = 0; p < px; p++) {
      const value = last[from * px + p]!;
      if (Number.isNaN(value)) continue;
      const unit = high > low ? (value - low) / (high - low) : 0.5;
      image[row * px + p] = 1 + Math.round(254 * Math.min(1, Math.max(0, unit)));
    }
  }
  return { image, low, high };
}

function scaleOf({ rows, px, last }: LastRows): readonly [number, number] {
  const thin = Math.max(1, Math.floor((rows * px) / mostLooked));
  const some = new Float64Array(Math.ceil((rows * px) / thin));
  let count = 0;
  for (let i = 0; i < rows * px; i += thin) if (Number.isFinite(last[i]!)) some[count++] = last[i]!;
  return count === 0 ? [0, 0] : (quantiles(some.subarray(0, count), [0.01, 0.99]) as [number, number]);
}
