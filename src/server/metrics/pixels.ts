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

/** A sample, or consecutive samples as a bucket. */
export interface Item {
  readonly fromStep: number;
  readonly untilStep: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
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
 * Puts items, oldest first, into one row. Samples fall exactly into their pixels. A bucket that spans pixels gives its
 * first value to the pixel of its first step and the rest to that of its last: with buckets narrower than a pixel an
 * extreme is at most one pixel off its place, and none is lost.
 */
export function fillRow(target: PixelRows, row: number, grid: Grid, items: Iterable<Item>): void {
  const { px, first, min, max, last } = target;
  const put = (pixel: number, value: number): number => {
    const at = row * px + pixel;
    if (Number.isNaN(first[at]!)) first[at] = value;
    last[at] = value;
    if (!(min[at]! <= value)) min[at] = value;
    if (!(max[at]! >= value)) max[at] = value;
    return at;
  };
  for (const item of items) {
    const begin = pixelOf(grid, item.fromStep);
    const end = pixelOf(grid, item.untilStep);
    if (begin >= 0 && begin !== end) put(begin, item.first);
    if (end < 0) continue;
    const at = row * px + end;
    if (Number.isNaN(first[at]!)) first[at] = begin === end ? item.first : item.min;
    last[at] = item.last;
    if (!(min[at]! <= item.min)) min[at] = item.min;
    if (!(max[at]! >= item.max)) max[at] = item.max;
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
export function fillLast(target: LastRows, row: number, grid: Grid, items: Iterable<Item>): void {
  const { px, last } = target;
  for (const { fromStep, untilStep, first, last: value } of items) {
    const begin = pixelOf(grid, fromStep);
    const end = pixelOf(grid, untilStep);
    if (begin >= 0 && begin !== end) last[row * px + begin] = first;
    if (end >= 0) last[row * px + end] = value;
  }
}

/** The value that holds at each pixel's end, from the row's first sample to its last; NaN outside. */
export function held(target: LastRows, row: number): Float32Array {
  const { px, last } = target;
  const out = last.slice(row * px, (row + 1) * px);
  let end = px - 1;
  while (end >= 0 && Number.isNaN(out[end]!)) end--;
  for (let p = 1; p <= end; p++) if (Number.isNaN(out[p]!)) out[p] = out[p - 1]!;
  return out;
}
