import type { MetricTable } from "../../store/index.ts";
import { noNumberPixels } from "./gaps.ts";
import {
  fillLast,
  fillRow,
  type Grid,
  hold,
  type LastRows,
  lastRows,
  pixelOf,
  type PixelRows,
  pixelRows,
} from "./pixels.ts";

/**
 * Rows of pixels that series are drawn into bucket by bucket. The bucket that still fills is laid on top: `lift` takes it
 * away again, so that a larger one can take its place as if the smaller had never been there.
 */
export interface Sheet {
  readonly grid: Grid;
  /** Buckets, oldest first, that stay. */
  fill(row: number, table: MetricTable): void;
  /** One bucket on top of a row; at most one at a time. */
  lay(row: number, bucket: MetricTable): void;
  /** Takes away what lies on top of a row, if anything does. */
  lift(row: number): void;
  /** Empties a row. */
  clear(row: number): void;
}

/** What the pixels under the newest bucket of each row held: a bucket changes the pixels of its two ends only. */
class Covered {
  readonly #arrays: readonly Float32Array[];
  readonly #px: number;
  /** Pixels `[rows, 2]`; −1: none. */
  readonly #at: Int32Array;
  /** `[rows, 2, arrays]` */
  readonly #values: Float32Array;

  constructor(rows: number, px: number, arrays: readonly Float32Array[]) {
    this.#arrays = arrays;
    this.#px = px;
    this.#at = new Int32Array(rows * 2).fill(-1);
    this.#values = new Float32Array(rows * 2 * arrays.length);
  }

  keep(row: number, ends: readonly [number, number]): void {
    for (const [i, pixel] of ends.entries()) {
      this.#at[row * 2 + i] = pixel;
      for (const [j, array] of this.#arrays.entries()) {
        if (pixel >= 0)
          this.#values[(row * 2 + i) * this.#arrays.length + j] = array[row * this.#px + pixel]!;
      }
    }
  }

  /** Gives back what was covered; returns the first pixel that changed, or Infinity. */
  restore(row: number): number {
    let first = Infinity;
    for (let i = row * 2; i < row * 2 + 2; i++) {
      const pixel = this.#at[i]!;
      if (pixel < 0) continue;
      for (const [j, array] of this.#arrays.entries())
        array[row * this.#px + pixel] = this.#values[i * this.#arrays.length + j]!;
      this.#at[i] = -1;
      first = Math.min(first, pixel);
    }
    return first;
  }

  forget(row: number): void {
    this.#at.fill(-1, row * 2, row * 2 + 2);
  }
}

const endsOf = (grid: Grid, { numbers }: MetricTable): readonly [number, number] => [
  pixelOf(grid, numbers[0]!),
  pixelOf(grid, numbers[1]!),
];

/** Last values, as the fan and the raster take them: `held` has at each pixel the value that holds at its end. */
export class LastSheet implements Sheet {
  readonly grid: Grid;
  readonly held: LastRows;
  readonly #own: LastRows;
  readonly #covered: Covered;
  /** First pixel of each row that changed since `settle`; `px`: none. */
  readonly #changed: Float64Array;

  /** @param grows false: it is settled once, and takes half the memory */
  constructor(rows: number, grid: Grid, grows = true) {
    this.grid = grid;
    this.#own = lastRows(rows, grid.px);
    this.held = grows ? lastRows(rows, grid.px) : this.#own;
    this.#covered = new Covered(rows, grid.px, [this.#own.last]);
    this.#changed = new Float64Array(rows).fill(grid.px);
  }

  fill(row: number, table: MetricTable): void {
    fillLast(this.#own, row, this.grid, table);
    if (table.rows > 1) this.#change(row, 0);
    else if (table.rows === 1) this.#changeAt(row, endsOf(this.grid, table));
  }

  lay(row: number, bucket: MetricTable): void {
    const ends = endsOf(this.grid, bucket);
    this.#covered.keep(row, ends);
    fillLast(this.#own, row, this.grid, bucket);
    this.#changeAt(row, ends);
  }

  lift(row: number): void {
    this.#change(row, this.#covered.restore(row));
  }

  clear(row: number): void {
    const { px, last } = this.#own;
    last.fill(Number.NaN, row * px, (row + 1) * px);
    this.#covered.forget(row);
    this.#change(row, 0);
  }

  get bytes(): number {
    return this.held.last.byteLength * (this.held === this.#own ? 1 : 2);
  }

  /** Brings `held` up to date; returns the first pixel that changed in any row, `px` when none did. */
  settle(): number {
    let first = this.grid.px;
    for (let row = 0; row < this.#changed.length; row++) {
      const from = this.#changed[row]!;
      if (from >= this.grid.px) continue;
      first = Math.min(first, hold(this.#own, this.held, row, from));
      this.#changed[row] = this.grid.px;
    }
    return first;
  }

  #changeAt(row: number, ends: readonly [number, number]): void {
    for (const pixel of ends) if (pixel >= 0) this.#change(row, pixel);
  }

  #change(row: number, pixel: number): void {
    if (pixel < this.#changed[row]!) this.#changed[row] = pixel;
  }
}

/** First, least, greatest and last value of each pixel, and where samples were no numbers, as lines take them. */
export class LineSheet implements Sheet {
  readonly grid: Grid;
  readonly pixels: PixelRows;
  readonly #covered: Covered;
  readonly #none: Set<number>[];
  readonly #noneOnTop: ReadonlySet<number>[];

  constructor(rows: number, grid: Grid) {
    this.grid = grid;
    this.pixels = pixelRows(rows, grid.px);
    const { first, min, max, last } = this.pixels;
    this.#covered = new Covered(rows, grid.px, [first, min, max, last]);
    this.#none = Array.from({ length: rows }, () => new Set());
    this.#noneOnTop = Array.from({ length: rows }, () => new Set());
  }

  fill(row: number, table: MetricTable): void {
    fillRow(this.pixels, row, this.grid, table);
    for (const pixel of noNumberPixels(table, this.grid)) this.#none[row]!.add(pixel);
  }

  lay(row: number, bucket: MetricTable): void {
    this.#covered.keep(row, endsOf(this.grid, bucket));
    fillRow(this.pixels, row, this.grid, bucket);
    this.#noneOnTop[row] = noNumberPixels(bucket, this.grid);
  }

  lift(row: number): void {
    this.#covered.restore(row);
    this.#noneOnTop[row] = new Set();
  }

  clear(row: number): void {
    const { px, first, min, max, last } = this.pixels;
    for (const array of [first, min, max, last]) array.fill(Number.NaN, row * px, (row + 1) * px);
    this.#covered.forget(row);
    this.#none[row]!.clear();
    this.#noneOnTop[row] = new Set();
  }

  /** Pixels in which samples of a row were no numbers, from left to right. */
  noNumbers(row: number): number[] {
    return [...new Set([...this.#none[row]!, ...this.#noneOnTop[row]!])].toSorted((a, b) => a - b);
  }
}
