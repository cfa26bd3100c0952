import { normalCdf, normalQuantile, standardDeviation } from "../../math/index.ts";
import type { Hyperparameters, SearchSpace } from "../../space/index.ts";
import { featuresOf } from "../fitness/features.ts";
import type { Estimated, QuadraticFit } from "./balance.ts";

/** What the additive quadratic fit of recent evaluations, F̂ = a + Σ_d (b_d x_d + c_d x_d²), says of one hyperparameter. */
export interface Ridge {
  /** Position in the space. */
  readonly dimension: number;
  /**
   * ⟨F̂′⟩ over the members in standard errors; of an unordered hyperparameter that value's effect which lies furthest from
   * the mean of all, in standard errors.
   */
  readonly slope: number;
  /** −∂²F̂/∂x² where it is clearly above zero; null: not, or the hyperparameter is unordered. */
  readonly curvature: number | null;
  /** Mean of the members, encoded. */
  readonly mean: number;
  /**
   * Where F̂ is greatest within the values that were observed: the vertex where its curvature is clear, the end that a clear
   * slope points to where it is not; null where neither is, or the vertex is not known to a quarter of the range. Of an unordered one: the middle of
   * the best value's cell, where that value's effect is clear.
   */
  readonly optimum: number | null;
  /** max F̂_d − ⟨F̂_d⟩ over the members, in spreads of the metric, and its standard error; null as above. */
  readonly gain: Estimated | null;
  /** Variance of F̂_d over the members, in squared spreads of the metric. */
  readonly variance: number;
}

/** The fit, and the members on it. */
export interface Surface {
  readonly ridges: readonly Ridge[];
  /** F̂ at each member, in spreads of the metric. */
  readonly heights: { readonly [member: string]: number };
}

export const noSurface: Surface = { ridges: [], heights: {} };

/** Standard errors from which one slope counts. */
const CLEAR_SLOPE = 3;

/** The same of the greatest of several slopes: as rare by chance as one beyond three standard errors. */
export const clearSlope = (hyperparameters: number): number =>
  -normalQuantile(normalCdf(-CLEAR_SLOPE) / Math.max(1, hyperparameters));
/** Standard errors from which a curvature counts. */
const CLEAR_BEND = 2;
/** Twice the standard error of an optimum, as a share of the range, up to which it is one. */
const KNOWN = 0.25;

/**
 * Where the members stand on F̂: slopes, optima and what is left to gain, for each hyperparameter.
 * @see docs/theory, T9.7, T9.8 and T9.10
 */
export function surfaceOf(
  fit: QuadraticFit,
  members: readonly { readonly id: number; readonly hyperparameters: Hyperparameters }[],
  space: SearchSpace<unknown>,
): Surface {
  const rows = members.map(({ hyperparameters }) => featuresOf(space, hyperparameters));
  const n = rows.length;
  const ridges: Ridge[] = [];
  let column = 0;
  for (const [dimension, { topology, cardinality, fixed }] of space.distributions.entries()) {
    if (fixed || topology === "fixed" || cardinality <= 1) continue;
    if (topology === "unordered") {
      ridges.push(category(fit, rows, column, cardinality, dimension));
      column += cardinality === 2 ? 1 : cardinality;
      continue;
    }
    const at = column++;
    const [low, high] = fit.ranges[at]!;
    const mean = rows.reduce((sum, row) => sum + row[at]! / n, 0);
    const { value, error } = fit.slope(at, mean);
    const slope = inErrors(value, error);
    const { value: bend, error: doubt } = fit.curvature[at]!;
    const curved = bend > CLEAR_BEND * doubt && bend > 0;
    const parts = rows.map((row) => fit.part(at, row[at]!));
    const optimum = curved
      ? vertex(fit, at, mean + value / bend, bend)
      : Math.abs(slope) > CLEAR_SLOPE
        ? value > 0
          ? high
          : low
        : null;
    const gain =
      optimum === null
        ? null
        : fit.rise(
            at,
            optimum,
            rows.map((row) => row[at]!),
          );
    ridges.push({
      dimension,
      slope,
      curvature: curved ? bend : null,
      mean,
      optimum,
      gain: gain === null ? null : { ...gain, value: Math.max(0, gain.value) },
      variance: standardDeviation(parts, 0) ** 2,
    });
  }
  return { ridges, heights: Object.fromEntries(members.map(({ id }, i) => [`${id}`, fit.at(rows[i]!)])) };
}

/** The vertex, drawn in to what was observed; its error is that of the slope there over the curvature. */
function vertex(fit: QuadraticFit, at: number, x: number, bend: number): number | null {
  const [low, high] = fit.ranges[at]!;
  const inside = Math.min(high, Math.max(low, x));
  return 2 * fit.slope(at, inside).error <= KNOWN * bend ? inside : null;
}

/** Of the values of an unordered hyperparameter, the effect that stands out most. */
function category(
  fit: QuadraticFit,
  rows: readonly (readonly number[])[],
  column: number,
  values: number,
  dimension: number,
): Ridge {
  // Two values have one column, 0 and 1; otherwise each value has a column of its own.
  const width = values === 2 ? 1 : values;
  const columns = Array.from({ length: width }, (_, k) => column + k);
  let slope = 0;
  let best = { cell: 0, effect: -Infinity };
  for (let cell = 0; cell < values; cell++) {
    const features: number[] = [];
    for (const [i, at] of columns.entries()) features[at] = i === cell - (values - width) ? 1 : 0;
    const { value, error } = fit.contrast(features, columns);
    const effect = inErrors(value, error);
    if (Math.abs(effect) > Math.abs(slope)) slope = effect;
    if (effect > best.effect) best = { cell, effect };
  }
  const parts = rows.map((row) => columns.reduce((sum, at) => sum + fit.part(at, row[at]!), 0));
  const variance = standardDeviation(parts, 0) ** 2;
  const optimum = best.effect > CLEAR_SLOPE ? (best.cell + 0.5) / values : null;
  return { dimension, slope, curvature: null, mean: 0, optimum, gain: null, variance };
}

/** Beyond this many standard errors nobody counts; without noise there would be no end. */
const MOST = 999;

function inErrors(value: number, error: number): number {
  if (value === 0) return 0;
  return error > 0 ? Math.min(MOST, Math.max(-MOST, value / error)) : MOST * Math.sign(value);
}
