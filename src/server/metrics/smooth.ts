import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemberId } from "../../population/index.ts";
import type { MetricTable, RunReader } from "../../store/index.ts";
import { type Grid, pixelOf } from "./pixels.ts";

/** Takes samples, oldest first, and steps at which the line begins anew, increasing. */
export type Smoother = (samples: MetricTable, breaks?: readonly number[]) => void;

/**
 * Exponential smoothing in steps, debiased: s = Σ wᵢ vᵢ / Σ wᵢ with wᵢ = 2^(−(t − tᵢ)/half). Over every sample, and only then
 * put into pixels (each has the value at its last sample): neither the sampling nor the zoom changes the curve. What is
 * given in pieces, one after the other, is one line.
 * @param half half-life in steps, > 0
 * @param row `[px]`, filled; pixels without samples stay as they are
 */
export function smoother(row: Float32Array, grid: Grid, half: number): Smoother {
  let sum = 0;
  let weight = 0;
  let before = Number.NEGATIVE_INFINITY;
  return ({ rows, numbers }, breaks = []) => {
    let next = 0;
    for (let i = 0; i < rows * 6; i += 6) {
      const [step, value] = [numbers[i]!, numbers[i + 3]!];
      if (!Number.isFinite(value)) continue;
      let fresh = weight === 0;
      while (next < breaks.length && step > breaks[next]!) {
        fresh = true;
        next += 1;
      }
      const decay = fresh ? 0 : 2 ** (-Math.max(0, step - before) / half);
      sum = sum * decay + value;
      weight = weight * decay + 1;
      before = step;
      const pixel = pixelOf(grid, step);
      if (pixel >= 0) row[pixel] = sum / weight;
    }
  };
}

/**
 * A member's samples as one smoothed line. A copy is another line, so it begins anew.
 * @param samples oldest first
 * @param breaks steps at which the member became a copy, increasing
 */
export function smoothInto(
  row: Float32Array,
  grid: Grid,
  samples: MetricTable,
  half: number,
  breaks: readonly number[],
): void {
  smoother(row, grid, half)(samples, breaks);
}

/** The smoothed curves of members, `[members, px]`; NaN: no sample in the pixel. Reads every sample from the start on. */
export async function smoothedCurves(
  reader: RunReader,
  metric: string,
  members: readonly MemberId[],
  grid: Grid,
  half: number,
  breaksOf: (member: MemberId) => readonly number[],
): Promise<Float32Array> {
  const all = new Float32Array(members.length * grid.px).fill(Number.NaN);
  for (const [i, member] of members.entries()) {
    const [samples] = reader.metricTables(metric, [member], -1, { until: grid.x1 });
    smoothInto(all.subarray(i * grid.px, (i + 1) * grid.px), grid, samples!, half, breaksOf(member));
    await nextTurn();
  }
  return all;
}
