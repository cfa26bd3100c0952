import type { ReadonlySignal } from "@preact/signals";
import type { Columns, ColumnValues } from "../../figures/index.ts";
import type { GenerationsMeta } from "../../server/index.ts";
import { runPath } from "./access.ts";
import { type Answer, useColumns } from "./query.ts";
import { atBoundaries, currentRun } from "./run.ts";

export type GenerationColumns = Columns<GenerationsMeta>;

/** One row per closed generation; shared by all panels that ask for it. */
export const useGenerations = (visible: ReadonlySignal<boolean>): Answer<GenerationColumns> =>
  useColumns<GenerationsMeta>(
    () => (currentRun.value === null ? null : runPath(currentRun.value, "/generations")),
    atBoundaries,
    visible,
  );

const empty = new Float64Array(0);

/** An array of a message by name; empty when it is not there. */
export const valuesOf = (from: Columns<unknown> | null, name: string): ColumnValues =>
  from?.arrays[name]?.values ?? empty;

/** The index of the row nearest to a step; −1 without rows. */
export function rowAtStep(from: GenerationColumns | null, step: number): number {
  const steps = valuesOf(from, "step");
  return nearestIndex(steps, step);
}

/** Index of the nearest entry of an increasing array; −1 when it is empty. */
export function nearestIndex(sorted: ArrayLike<number>, wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  if (high < 0) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle;
    else high = middle;
  }
  return Math.abs(sorted[low]! - wanted) <= Math.abs(sorted[high]! - wanted) ? low : high;
}

/** Linear interpolation on increasing `xs`, going on straight beyond the ends. */
export function interpolate(xs: ArrayLike<number>, ys: ArrayLike<number>, x: number): number {
  const n = xs.length;
  if (n === 0) return x;
  if (n === 1) return ys[0]!;
  let i = 1;
  let high = n - 1;
  while (i < high) {
    const middle = (i + high) >> 1;
    if (xs[middle]! < x) i = middle + 1;
    else high = middle;
  }
  const [x0, x1] = [xs[i - 1]!, xs[i]!];
  const share = x1 === x0 ? 0 : (x - x0) / (x1 - x0);
  return ys[i - 1]! + share * (ys[i]! - ys[i - 1]!);
}
