import { quantiles, quantilesOfSorted } from "../../math/index.ts";
import type { LastRows } from "./pixels.ts";

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
 * @param pixels held
 * @param levels each 0 … 1
 */
export function fanOf(pixels: LastRows, levels: readonly number[]): Fan {
  const { rows, px } = pixels;
  const changed = changesOf(pixels);
  const column = new Float32Array(rows);
  const out = new Float32Array(levels.length * px).fill(Number.NaN);
  const count = new Uint16Array(px);
  const [lows, highs]: [number[], number[]] = [[], []];
  let found: readonly number[] = [];
  let limits: readonly number[] = [];
  for (let p = 0; p < px; p++) {
    if (changed[p] === 1) {
      const sorted = column.subarray(0, finiteInto(column, pixels, p)).sort();
      const margin = sorted.length < 20 ? 0 : 0.02;
      count[p] = sorted.length;
      found = quantilesOfSorted(sorted, levels);
      limits = quantilesOfSorted(sorted, [margin, 1 - margin]);
    } else count[p] = count[p - 1]!;
    if (count[p] === 0) continue;
    for (let i = 0; i < levels.length; i++) out[i * px + p] = found[i]!;
    lows.push(limits[0]!);
    highs.push(limits[1]!);
  }
  const robust: Fan["robust"] =
    lows.length === 0 ? null : [quantiles(lows, [0.01])[0]!, quantiles(highs, [0.98])[0]!];
  return { quantiles: out, count, robust };
}

/** 1 where some row has another value than one pixel before: buckets wider than a pixel leave most of them alike. */
function changesOf({ rows, px, last }: LastRows): Uint8Array {
  const changed = new Uint8Array(px);
  changed[0] = 1;
  for (let row = 0; row < rows; row++) {
    let before = last[row * px]!;
    for (let p = 1; p < px; p++) {
      const value = last[row * px + p]!;
      // NaN differs from everything, itself included.
      if (value !== before && (!Number.isNaN(value) || !Number.isNaN(before))) changed[p] = 1;
      before = value;
    }
  }
  return changed;
}

/** One pixel's finite values; returns how many. */
function finiteInto(column: Float32Array, { rows, px, last }: LastRows, p: number): number {
  let count = 0;
  for (let at = p; at < rows * px; at += px) if (Number.isFinite(last[at]!)) column[count++] = last[at]!;
  return count;
}
