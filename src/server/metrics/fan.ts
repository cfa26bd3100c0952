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

/** Quantiles over all rows at each pixel, kept so that only pixels from some one on need be looked at again. */
export class GrowingFan {
  readonly #levels: readonly number[];
  readonly #px: number;
  readonly #quantiles: Float32Array;
  readonly #count: Uint16Array;
  /** What leaves out the outermost 2 % at each pixel `[2, px]`. */
  readonly #limits: Float64Array;

  /** @param levels each 0 … 1 */
  constructor(px: number, levels: readonly number[]) {
    this.#levels = levels;
    this.#px = px;
    this.#quantiles = new Float32Array(levels.length * px).fill(Number.NaN);
    this.#count = new Uint16Array(px);
    this.#limits = new Float64Array(2 * px);
  }

  /**
   * Looks at the values that hold at the pixels' ends. Infinite values count as none: no axis shows them.
   * @param pixels held
   * @param from first pixel that may be another than it was
   */
  look(pixels: LastRows, from: number): void {
    const px = this.#px;
    if (from >= px) return;
    const changed = changesOf(pixels, from);
    const column = new Float32Array(pixels.rows);
    for (let p = from; p < px; p++) {
      if (changed[p] === 0) {
        this.#count[p] = this.#count[p - 1]!;
        for (let at = p; at < this.#quantiles.length; at += px)
          this.#quantiles[at] = this.#quantiles[at - 1]!;
        for (let at = p; at < 2 * px; at += px) this.#limits[at] = this.#limits[at - 1]!;
        continue;
      }
      const sorted = column.subarray(0, finiteInto(column, pixels, p)).sort();
      const margin = sorted.length < 20 ? 0 : 0.02;
      this.#count[p] = sorted.length;
      // Of nothing they are NaN.
      for (const [i, value] of quantilesOfSorted(sorted, this.#levels).entries())
        this.#quantiles[i * px + p] = value;
      [this.#limits[p], this.#limits[px + p]] = quantilesOfSorted(sorted, [margin, 1 - margin]) as [
        number,
        number,
      ];
    }
  }

  get fan(): Fan {
    const px = this.#px;
    const [low, high] = [new Float64Array(px), new Float64Array(px)];
    let some = 0;
    for (let p = 0; p < px; p++) {
      if (this.#count[p] === 0) continue;
      low[some] = this.#limits[p]!;
      high[some++] = this.#limits[px + p]!;
    }
    return {
      quantiles: this.#quantiles.slice(),
      count: this.#count.slice(),
      robust:
        some === 0
          ? null
          : [quantiles(low.subarray(0, some), [0.01])[0]!, quantiles(high.subarray(0, some), [0.98])[0]!],
    };
  }
}

/**
 * Quantiles over ALL rows at each pixel.
 * @param pixels held
 * @param levels each 0 … 1
 */
export function fanOf(pixels: LastRows, levels: readonly number[]): Fan {
  const growing = new GrowingFan(pixels.px, levels);
  growing.look(pixels, 0);
  return growing.fan;
}

/**
 * 1 where some row has another value than one pixel before, and at the first one: buckets wider than a pixel leave most of
 * them alike.
 */
function changesOf({ rows, px, last }: LastRows, from: number): Uint8Array {
  const changed = new Uint8Array(px);
  changed[from] = 1;
  for (let row = 0; row < rows; row++) {
    let before = last[row * px + from]!;
    for (let p = from + 1; p < px; p++) {
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
