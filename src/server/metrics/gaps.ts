import type { MetricTable } from "../../store/index.ts";
import { type Grid, pixelOf } from "./pixels.ts";

/**
 * Pixels in which a sample or bucket begins, ends or wholly consists of what is no number. A NaN within a bucket of
 * numbers is not seen: look closer, and it is.
 */
export function noNumberPixels({ rows, numbers }: MetricTable, grid: Grid): ReadonlySet<number> {
  const found = new Set<number>();
  for (let i = 0; i < rows * 6; i += 6) {
    if (Number.isNaN(numbers[i + 2]!) || Number.isNaN(numbers[i + 4]!)) found.add(pixelOf(grid, numbers[i]!));
    if (Number.isNaN(numbers[i + 3]!)) found.add(pixelOf(grid, numbers[i + 1]!));
  }
  found.delete(-1);
  return found;
}

/** The step in the middle of a pixel. */
export const middleOf = ({ x0, x1, px }: Grid, pixel: number): number =>
  x0 + (pixel + 0.5) * ((x1 - x0) / px);

/** Steps at which a member's samples were no number: the middles of such pixels, from left to right. */
export const noNumbers = (table: MetricTable, grid: Grid): number[] =>
  [...noNumberPixels(table, grid)].toSorted((a, b) => a - b).map((pixel) => middleOf(grid, pixel));
