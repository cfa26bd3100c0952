import { quantiles } from "../../math/index.ts";
import { held, type LastRows } from "./pixels.ts";

export interface Fan {
  /** `[levels, px]` */
  readonly quantiles: Float32Array;
  /** Members with a value at the pixel `[px]`. */
  readonly count: Uint16Array;
  /** Limits without the outermost 2 % of the values; null when there are none. */
  readonly robust: readonly [number, number] | null;
}

/**
 * Quantiles over ALL rows at each pixel, of the values that hold at its end. Infinite values count as none: no axis
 * shows them.
 * @param levels each 0 … 1
 */
export function fanOf(pixels: LastRows, levels: readonly number[]): Fan {
  const { rows, px } = pixels;
  const values = new Float32Array(rows * px);
  const filled = new Uint32Array(px);
  for (let row = 0; row < rows; row++) {
    const line = held(pixels, row);
    for (let p = 0; p < px; p++) {
      const value = line[p]!;
      if (Number.isFinite(value)) values[p * rows + filled[p]!++] = value;
    }
  }
  const out = new Float32Array(levels.length * px).fill(Number.NaN);
  const [lows, highs]: [number[], number[]] = [[], []];
  for (let p = 0; p < px; p++) {
    const count = filled[p]!;
    if (count === 0) continue;
    const found = quantiles(values.subarray(p * rows, p * rows + count), levels);
    for (const [i, value] of found.entries()) out[i * px + p] = value;
    const margin = count < 20 ? 0 : 0.02;
    const [low, high] = quantiles(values.subarray(p * rows, p * rows + count), [margin, 1 - margin]);
    lows.push(low!);
    highs.push(high!);
  }
  const robust: Fan["robust"] =
    lows.length === 0 ? null : [quantiles(lows, [0.01])[0]!, quantiles(highs, [0.98])[0]!];
  return { quantiles: out, count: Uint16Array.from(filled), robust };
}
