import { median } from "../../math/index.ts";
import { signOf } from "../data/facts.ts";
import type { RunFold } from "../data/fold.ts";

/** Evaluations of the newest generations, ready for regression. */
export interface Observations {
  /** Fitness (higher is better) minus the mean of its generation `[n]`. */
  readonly fitness: Float64Array;
  /** Which of the generations used `[n]`: 0 … blocks − 1. */
  readonly block: Uint32Array;
  readonly blocks: number;
  /** Encoded hyperparameter k of observation i: `coordinates[i * K + k]`. */
  readonly coordinates: Float32Array;
  readonly dimensions: number;
}

/** Values further from the middle of their generation than this many median deviations are moved there: a diverged member says "bad", not how bad. */
const farthest = 8;

/**
 * Evaluations of the last `window` closed generations (0: all), each centred on its generation so that the progress of
 * training does not pass for an effect of hyperparameters.
 */
export function observationsOf(fold: RunFold, window: number): Observations {
  const { segments } = fold;
  const table = fold.generations!;
  const dimensions = segments.dimensions;
  const sign = signOf(fold.facts!);
  const first = window === 0 ? 0 : Math.max(0, table.count - window);
  const fitness: number[] = [];
  const block: number[] = [];
  const coordinates: number[] = [];
  let blocks = 0;
  for (let g = first; g < table.count; g++) {
    const end = g + 1 < table.count ? table.firstRow.at(g + 1) : segments.count;
    const rows: number[] = [];
    for (let row = table.firstRow.at(g); row < end; row++) {
      if (!Number.isNaN(segments.value.at(row))) rows.push(row);
    }
    if (rows.length < 2) continue;
    const values = tamed(rows.map((row) => sign * segments.value.at(row)));
    const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [i, row] of rows.entries()) {
      fitness.push(values[i]! - centre);
      block.push(blocks);
      for (let k = 0; k < dimensions; k++) coordinates.push(segments.coordinate(row, k));
    }
    blocks++;
  }
  return {
    fitness: Float64Array.from(fitness),
    block: Uint32Array.from(block),
    blocks,
    coordinates: Float32Array.from(coordinates),
    dimensions,
  };
}

function tamed(values: readonly number[]): number[] {
  const middle = median(values);
  const deviation = median(values.map((value) => Math.abs(value - middle)));
  if (!(deviation > 0)) return [...values];
  const [low, high] = [middle - farthest * deviation, middle + farthest * deviation];
  return values.map((value) => Math.min(high, Math.max(low, value)));
}
