import { lu, luSolve } from "../lu.ts";
import { adaptive, type Attempt } from "./adaptive.ts";
import type { Derivative, OdeOptions, OdeSolution } from "./types.ts";

export interface StiffOptions extends OdeOptions {
  /** ∂fᵢ/∂yⱼ as `[n, n]` row-major. Finite differences when absent. */
  readonly jacobian?: (t: number, y: Float64Array) => ArrayLike<number>;
  /** Columns of the extrapolation, 2 … 8: the method's order. Default 6. */
  readonly columns?: number;
}

/** Forward differences with steps of √ε relative to y; ∂f/∂t in the last column. */
function differences(
  f: Derivative,
  t: number,
  y: Float64Array,
  slope: Float64Array,
  span: number,
): Float64Array {
  const n = y.length;
  const matrix = new Float64Array(n * (n + 1));
  const moved = y.slice();
  const changed = new Float64Array(n);
  const root = Math.sqrt(Number.EPSILON);
  for (let j = 0; j <= n; j++) {
    const at = j === n ? t : y[j]!;
    const wanted = root * Math.max(Math.abs(at), j === n ? Math.abs(span) : 1e-5);
    const step = at + wanted - at;
    if (j < n) moved[j] = at + step;
    f(j === n ? t + step : t, moved, changed);
    if (j < n) moved[j] = at;
    for (let i = 0; i < n; i++) matrix[i * (n + 1) + j] = (changed[i]! - slope[i]!) / step;
  }
  return matrix;
}

/**
 * Solves a stiff dy/dt = f(t, y) by extrapolation of the linearly implicit Euler method (Deuflhard's SEULEX scheme):
 * row j makes j + 1 substeps of (I − hJ) Δ = h (f + h ∂f/∂t), Aitken–Neville removes one power of h per column. Order =
 * columns; every row is L-stable enough to damp fast modes at any step length.
 * @param y0 `[n]` at time `from`, not changed; n up to a few hundred (dense elimination)
 * @param times where the state is wanted, in order from `from`
 * @throws RangeError when steps run out or become too small, times are out of order, or columns lies outside 2 … 8
 */
export function stiffOde(
  f: Derivative,
  y0: ArrayLike<number>,
  from: number,
  times: readonly number[],
  options: StiffOptions = {},
): OdeSolution {
  const { jacobian, columns = 6 } = options;
  if (!Number.isInteger(columns) || columns < 2 || columns > 8) {
    throw new RangeError(`stiffOde: needs columns from 2 to 8, got ${columns}`);
  }
  const n = y0.length;
  const slope = new Float64Array(n);
  // One Jacobian per accepted state: rejected steps use it again.
  let known: { readonly t: number; readonly matrix: Float64Array } | null = null;

  const jacobianAt = (t: number, y: Float64Array, h: number): Float64Array => {
    if (known !== null && known.t === t) return known.matrix;
    f(t, y, slope);
    let matrix: Float64Array;
    if (jacobian === undefined) matrix = differences(f, t, y, slope, h);
    else {
      const given = jacobian(t, y);
      matrix = new Float64Array(n * (n + 1));
      const later = new Float64Array(n);
      const step = t + Math.sqrt(Number.EPSILON) * Math.max(Math.abs(t), Math.abs(h)) - t;
      f(t + step, y, later);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) matrix[i * (n + 1) + j] = given[i * n + j]!;
        matrix[i * (n + 1) + n] = (later[i]! - slope[i]!) / step;
      }
    }
    known = { t, matrix };
    return matrix;
  };

  const substeps = (
    t: number,
    y: Float64Array,
    h: number,
    count: number,
    jac: Float64Array,
  ): Float64Array | null => {
    const part = h / count;
    const system = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) system[i * n + j] = (i === j ? 1 : 0) - part * jac[i * (n + 1) + j]!;
    }
    const factors = lu(system, n);
    if (factors === null) return null;
    const state = y.slice();
    const right = new Float64Array(n);
    for (let s = 0; s < count; s++) {
      f(t + s * part, state, right);
      // Time as one more component, dt/dt = 1: its column of the Jacobian moves to the right side.
      for (let i = 0; i < n; i++) right[i] = part * (right[i]! + part * jac[i * (n + 1) + n]!);
      const change = luSolve(factors, right);
      for (let i = 0; i < n; i++) state[i]! += change[i]!;
    }
    return state.every(Number.isFinite) ? state : null;
  };

  const attempt = (t: number, y: Float64Array, h: number): Attempt | null => {
    const jac = jacobianAt(t, y, h);
    let previous: Float64Array[] = [];
    for (let j = 0; j < columns; j++) {
      const first = substeps(t, y, h, j + 1, jac);
      if (first === null) return null;
      const row = [first];
      for (let k = 1; k <= j; k++) {
        // T(j, k) = T(j, k−1) + (T(j, k−1) − T(j−1, k−1))/(n_j/n_{j−k} − 1)
        const weight = 1 / ((j + 1) / (j - k + 1) - 1);
        const finer = row[k - 1]!;
        const coarser = previous[k - 1]!;
        row.push(finer.map((value, i) => value + weight * (value - coarser[i]!)));
      }
      previous = row;
    }
    const best = previous[columns - 1]!;
    const next = previous[columns - 2]!;
    return { y: best, error: best.map((value, i) => value - next[i]!) };
  };
  return adaptive({ name: "stiffOde", order: columns, attempt }, f, y0, from, times, options);
}
