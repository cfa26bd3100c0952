import type { MetricTable } from "../../store/index.ts";

/** One member's samples on a grid of pixels, as a line chart needs them. NaN: no sample in the pixel. */
export interface PixelRows {
  readonly rows: number;
  readonly px: number;
  /** `[rows, px]` each */
  readonly first: Float32Array;
  readonly min: Float32Array;
  readonly max: Float32Array;
  readonly last: Float32Array;
}

/** Steps from `x0` to `x1`, both included, in `px` pixels of equal width. */
export interface Grid {
  readonly x0: number;
  readonly x1: number;
  readonly px: number;
}

/** The pixel that a step lies in: 0 … px − 1; outside the range −1. */
export function pixelOf({ x0, x1, px }: Grid, step: number): number {
  if (!(step >= x0 && step <= x1)) return -1;
  return x1 === x0 ? 0 : Math.min(px - 1, Math.floor(((step - x0) / (x1 - x0)) * px));
}

export function pixelRows(rows: number, px: number): PixelRows {
  const empty = (): Float32Array => new Float32Array(rows * px).fill(Number.NaN);
  return { rows, px, first: empty(), min: empty(), max: empty(), last: empty() };
}

/**
 * Puts samples or buckets, oldest first, into one row. Samples fall exactly into their pixels. A bucket that spans pixels
 * gives its first value to the pixel of its first step and the rest to that of its last: with buckets narrower than a
 * pixel an extreme is at most one pixel off its place, and none is lost.
 */
export function fillRow(target: PixelRows, row: number, grid: Grid, { rows, numbers }: MetricTable): void {
  const { px, first, min, max, last } = target;
  for (let i = 0; i < rows * 6; i += 6) {
    const begin = pixelOf(grid, numbers[i]!);
    const end = pixelOf(grid, numbers[i + 1]!);
    const [begins, ends, least, greatest] = [
      numbers[i + 2]!,
      numbers[i + 3]!,
      numbers[i + 4]!,
      numbers[i + 5]!,
    ];
    if (begin >= 0 && begin !== end) {
      const at = row * px + begin;
      if (Number.isNaN(first[at]!)) first[at] = begins;
      last[at] = begins;
      if (!(min[at]! <= begins)) min[at] = begins;
      if (!(max[at]! >= begins)) max[at] = begins;
    }
    if (end < 0) continue;
    const at = row * px + end;
    if (Number.isNaN(first[at]!)) first[at] = begin === end ? begins : least;
    last[at] = ends;
    if (!(min[at]! <= least)) min[at] = least;
    if (!(max[at]! >= greatest)) max[at] = greatest;
  }
}

/** The last value in each pixel only `[rows, px]`: all that the fan and the raster need, in a quarter of the memory. */
export interface LastRows {
  readonly rows: number;
  readonly px: number;
  readonly last: Float32Array;
}

export function lastRows(rows: number, px: number): LastRows {
  return { rows, px, last: new Float32Array(rows * px).fill(Number.NaN) };
}

/** As `fillRow`, for last values. */
export function fillLast(target: LastRows, row: number, grid: Grid, { rows, numbers }: MetricTable): void {
  const { px, last } = target;
  for (let i = 0; i < rows * 6; i += 6) {
    const begin = pixelOf(grid, numbers[i]!);
    const end = pixelOf(grid, numbers[i + 1]!);
    if (begin >= 0 && begin !== end) last[row * px + begin] = numbers[i + 2]!;
    if (end >= 0) last[row * px + end] = numbers[i + 3]!;
  }
}

/**
 * Gives each pixel of a row, from one on, the value that holds at its end: from the row's first sample to its last, NaN
 * outside.
 * @param own last values of samples
 * @param held gets the result; right already before `from`
 * @returns the first pixel that was written: where the row ends otherwise than before, it lies before `from`
 */
export function hold({ px, last: own }: LastRows, { last: held }: LastRows, row: number, from = 0): number {
  const begin = row * px;
  let end = begin + px - 1;
  while (end >= begin && Number.isNaN(own[end]!)) end--;
  let first = Math.min(begin + from, end + 1);
  // A later end also holds what lies between it and the one before.
  while (first > begin && first <= end && Number.isNaN(held[first - 1]!)) first--;
  for (let at = first; at <= end; at++) {
    const value = own[at]!;
    held[at] = Number.isNaN(value) && at > begin ? held[at - 1]! : value;
  }
  held.fill(Number.NaN, end + 1, begin + px);
  return first - begin;
}
