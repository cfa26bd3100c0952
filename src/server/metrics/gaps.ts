import type { MetricTable } from "../../store/index.ts";
import { type Grid, pixelOf } from "./pixels.ts";

/**
 * Steps at which a member's samples were no number: the middle of each pixel in which a sample or bucket begins, ends or
 * wholly consists so. A NaN within a bucket of numbers is not seen: look closer, and it is.
 */
export function noNumbers({ rows, numbers }: MetricTable, grid: Grid): number[] {
  const found = new Set<number>();
  for (let i = 0; i < rows * 6; i += 6) {
    if (Number.isNaN(numbers[i + 2]!) || Number.isNaN(numbers[i + 4]!)) found.add(pixelOf(grid, numbers[i]!));
    if (Number.isNaN(numbers[i + 3]!)) found.add(pixelOf(grid, numbers[i + 1]!));
  }
  found.delete(-1);
  const width = (grid.x1 - grid.x0) / grid.px;
  return [...found].toSorted((a, b) => a - b).map((pixel) => grid.x0 + (pixel + 0.5) * width);
}
