import { UsageError } from "../errors/index.ts";
import type { Grid } from "./diffusion.ts";

/** B(z) = z/(eᶻ − 1), with its series near 0. */
function bernoulli(z: number): number {
  return Math.abs(z) < 1e-6 ? 1 - z / 2 + (z * z) / 12 : z / Math.expm1(z);
}

/** A tridiagonal operator on cell averages: diagonals `[n]`, `lower[i]` = entry (i, i−1), `upper[i]` = entry (i, i+1). */
export interface Tridiagonal {
  readonly lower: Float64Array;
  readonly diagonal: Float64Array;
  readonly upper: Float64Array;
}

/**
 * Scharfetter–Gummel operator of ∂ₜf = (1/ε)∂_θ(f L_θ + T f_θ) without flux at the ends (docs/theory, T2.2). With
 * z = (U_{i+1} − U_i)/T the rates are (T/εdx²)B(z) to the right and (T/εdx²)B(−z) to the left: columns sum to zero
 * (mass exact), off-diagonals are ≥ 0 (backward Euler is positive for every step), exp(−U_i/T) is an exact discrete
 * steady state, and the error is second order in dx.
 * @param potential U at the cell centres `[n]`
 * @throws UsageError unless T > 0 and ε > 0
 */
export function scharfetterGummel(
  grid: Grid,
  potential: Float64Array,
  temperature: number,
  eps: number,
): Tridiagonal {
  if (!(temperature > 0) || !(eps > 0)) {
    throw new UsageError(
      `scharfetterGummel: needs temperature > 0 and eps > 0, got T=${temperature}, eps=${eps}`,
    );
  }
  const n = grid.size;
  const scale = temperature / (eps * grid.spacing ** 2);
  const lower = new Float64Array(n);
  const diagonal = new Float64Array(n);
  const upper = new Float64Array(n);
  for (let i = 0; i + 1 < n; i++) {
    const z = (potential[i + 1]! - potential[i]!) / temperature;
    const right = scale * bernoulli(z);
    const left = scale * bernoulli(-z);
    diagonal[i]! -= right;
    lower[i + 1]! += right;
    diagonal[i + 1]! -= left;
    upper[i]! += left;
  }
  return { lower, diagonal, upper };
}

/** y = A x. */
export function multiply(a: Tridiagonal, x: Float64Array, y: Float64Array): void {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    y[i] =
      a.diagonal[i]! * x[i]! +
      (i > 0 ? a.lower[i]! * x[i - 1]! : 0) +
      (i + 1 < n ? a.upper[i]! * x[i + 1]! : 0);
  }
}

/** Solves (I − τA) x = rhs in place by Thomas' algorithm; `scratch` `[n]`. */
export function solveShifted(a: Tridiagonal, tau: number, rhs: Float64Array, scratch: Float64Array): void {
  const n = rhs.length;
  let pivot = 1 - tau * a.diagonal[0]!;
  scratch[0] = (-tau * a.upper[0]!) / pivot;
  rhs[0]! /= pivot;
  for (let i = 1; i < n; i++) {
    const low = -tau * a.lower[i]!;
    pivot = 1 - tau * a.diagonal[i]! - low * scratch[i - 1]!;
    scratch[i] = (-tau * a.upper[i]!) / pivot;
    rhs[i] = (rhs[i]! - low * rhs[i - 1]!) / pivot;
  }
  for (let i = n - 2; i >= 0; i--) rhs[i]! -= scratch[i]! * rhs[i + 1]!;
}

const GAMMA = 1 - 1 / Math.SQRT2;

/**
 * Advances one column by `tau`. `be`: backward Euler, positive always, first order. `sdirk2`: two stages with
 * γ = 1 − 1/√2, L-stable, second order; where it would give a value below −1e-14 of the maximum, backward Euler.
 */
export function advanceColumn(
  a: Tridiagonal,
  tau: number,
  column: Float64Array,
  method: "be" | "sdirk2",
  work: { readonly stage: Float64Array; readonly second: Float64Array; readonly scratch: Float64Array },
): void {
  const n = column.length;
  if (method === "be") {
    solveShifted(a, tau, column, work.scratch);
    return;
  }
  // k1 = A(x + γτ k1), k2 = A(x + (1−γ)τ k1 + γτ k2), x' = x + τ((1−γ)k1 + γ k2): the second stage value is x'.
  const { stage, second, scratch } = work;
  stage.set(column);
  solveShifted(a, GAMMA * tau, stage, scratch);
  for (let i = 0; i < n; i++) {
    const slope = (stage[i]! - column[i]!) / (GAMMA * tau);
    second[i] = column[i]! + (1 - GAMMA) * tau * slope;
  }
  solveShifted(a, GAMMA * tau, second, scratch);
  let least = Infinity;
  let most = -Infinity;
  for (const value of second) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least < -1e-14 * most) solveShifted(a, tau, column, scratch);
  else column.set(second);
}
