import type { Columns } from "../../figures/index.ts";
import type { CurvesMeta, RangeMeta } from "../../server/index.ts";

/** Four places per pixel, so that a line through first, min, max and last draws what all samples would. */
export const places = 4;

type Values = (number | null | undefined)[];

/** Middle of each place, in steps. */
export function gridSteps(meta: RangeMeta, pixels: number): number[] {
  const steps: number[] = [];
  for (let p = 0; p < pixels; p++) {
    for (let k = 0; k < places; k++) steps.push(meta.x0 + (p + (k + 0.5) / places) * meta.pixelSteps);
  }
  return steps;
}

const known = (value: number | undefined): number | undefined =>
  value === undefined || Number.isNaN(value) ? undefined : value;

/** One row of `[rows, P]` on the grid; pixels without a value are skipped over. */
export function rowOnGrid(values: ArrayLike<number>, row: number, pixels: number): Values {
  const line: Values = Array.from({ length: pixels * places });
  for (let p = 0; p < pixels; p++) line[p * places + 2] = known(values[row * pixels + p]);
  return line;
}

/** A member's samples on the grid, broken where it became a copy of another. */
export function memberOnGrid(curves: Columns<CurvesMeta>, row: number, pixels: number): Values {
  const [first, min, max, last] = ["first", "min", "max", "last"].map((name) => curves.arrays[name]?.values);
  const line: Values = Array.from({ length: pixels * places });
  for (let p = 0; p < pixels; p++) {
    const at = row * pixels + p;
    const [a, low, high, z] = [known(first?.[at]), known(min?.[at]), known(max?.[at]), known(last?.[at])];
    if (low === undefined || high === undefined) continue;
    if ((a === undefined || a === z) && low === high) {
      line[p * places + 2] = low;
      continue;
    }
    const rising = a === undefined || z === undefined || a <= z;
    line[p * places] = a;
    line[p * places + 1] = rising ? low : high;
    line[p * places + 2] = rising ? high : low;
    line[p * places + 3] = z;
  }
  const member = curves.meta.members[row];
  breakAtNaN(curves, member, line);
  const { values: breakAt } = curves.arrays["breakAt"] ?? { values: [] };
  const { values: breakMember } = curves.arrays["breakMember"] ?? { values: [] };
  for (let b = 0; b < breakAt.length; b++) {
    if (breakMember[b] !== member) continue;
    const p = Math.min(pixels - 1, Math.floor((breakAt[b]! - curves.meta.x0) / curves.meta.pixelSteps));
    if (p < 0) continue;
    // The sample at the boundary belongs to what was there before. In a pixel that holds both, the extremes give way.
    const both = line[p * places] !== undefined && line[p * places + 3] !== undefined;
    if (both) line[p * places + 2] = undefined;
    let gap = p * places + (both ? 1 : 3);
    line[gap] = null;
    // Nothing joins the two lines: the gap reaches to the first value of the new one.
    for (gap += 1; gap < line.length && line[gap] === undefined; gap++) line[gap] = null;
  }
  return line;
}

/** Nothing is drawn through a pixel whose samples were no numbers: the line ends before it. */
function breakAtNaN(curves: Columns<CurvesMeta>, member: number | undefined, line: Values): void {
  const at = curves.arrays["nanAt"]?.values ?? [];
  const whose = curves.arrays["nanMember"]?.values ?? [];
  for (let i = 0; i < at.length; i++) {
    if (whose[i] !== member) continue;
    const p = Math.floor((at[i]! - curves.meta.x0) / curves.meta.pixelSteps);
    // Where a pixel holds numbers too, the gap is beside them.
    const free = [0, 3, 1, 2].map((k) => p * places + k).find((place) => line[place] === undefined);
    if (free !== undefined) line[free] = null;
  }
}

/** A row that the server has smoothed over every sample; broken where the member's own line is. */
export function smoothOnGrid(curves: Columns<CurvesMeta>, row: number, line: Values): Values | null {
  const values = curves.arrays["smooth"]?.values;
  if (values === undefined) return null;
  const pixels = line.length / places;
  const smooth: Values = line.map((value) => (value === null ? null : undefined));
  for (let p = 0; p < pixels; p++) {
    const at = known(values[row * pixels + p]);
    if (at === undefined) continue;
    let place = p * places + places - 1;
    if (smooth[place] === null) place -= 1;
    smooth[place] = at;
  }
  return smooth;
}

/**
 * Exponential smoothing in steps with a half-life, debiased, over what the grid shows: s = Σ w v / Σ w with
 * w = 2^(−Δ/half). Breaks begin anew.
 */
export function smoothed(line: Values, steps: readonly number[], half: number): Values {
  if (half <= 0) return line;
  let sum = 0;
  let weight = 0;
  let before = Number.NaN;
  return line.map((value, i) => {
    if (value === null) {
      sum = 0;
      weight = 0;
      before = Number.NaN;
      return null;
    }
    if (value === undefined) return undefined;
    const decay = Number.isNaN(before) ? 0 : 2 ** (-(steps[i]! - before) / half);
    sum = sum * decay + value;
    weight = weight * decay + 1;
    before = steps[i]!;
    return sum / weight;
  });
}
