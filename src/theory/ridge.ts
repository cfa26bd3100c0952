import { cholesky, choleskySolve, lu, luDeterminant, luSolve } from "../math/index.ts";
import { checkRanges } from "./ranges.ts";

/** Training and validation data of a linear model: X `[n, p]`, y `[n]`. */
export interface RidgeData {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly Xv: readonly (readonly number[])[];
  readonly yv: readonly number[];
}

/** Ridge regression at weight decay e^h and temperature T, in closed form. */
export interface RidgeAt {
  /** w_h = A⁻¹Xᵀy/n `[p]`: the mean of the Gibbs law N(w_h, T A⁻¹). */
  readonly mean: Float64Array;
  /** F = −|y_v − X_v w_h|²/(2n_v) − (T/2) tr(S_v A⁻¹). */
  readonly fitness: number;
  /** Var φ = T gᵀA⁻¹g + (T²/2) tr((S_v A⁻¹)²). */
  readonly variance: number;
  /** F_β = φ(w_h) − (1/2β) log det(I + βT S_v A⁻¹) + (β/2) gᵀ(A/T + βS_v)⁻¹g. */
  certaintyEquivalent(beta: number): number;
  /** −|y_v − X_v w|²/(2n_v) */
  readonly phi: (w: ArrayLike<number>) => number;
  /** A = XᵀX/n + e^h I `[p, p]` */
  readonly A: Float64Array;
}

/**
 * The bilevel ridge problem (docs/theory, T5.6): L = |y − Xw|²/(2n) + (e^h/2)|w|², φ = −|y_v − X_v w|²/(2n_v).
 * @param temperature T ≥ 0
 * @throws UsageError for T < 0, h that is not finite and β that is not positive
 */
export function ridge(data: RidgeData, temperature: number): (h: number) => RidgeAt {
  checkRanges("ridge", { temperature: [temperature, "notNegative"] });
  const p = data.X[0]!.length;
  const S = gram(data.X);
  const Sv = gram(data.Xv);
  const b = moment(data.X, data.y);
  const bv = moment(data.Xv, data.yv);
  const phi = (w: ArrayLike<number>): number => {
    let sum = 0;
    data.Xv.forEach((row, i) => {
      let predicted = 0;
      for (let j = 0; j < p; j++) predicted += row[j]! * w[j]!;
      sum += (data.yv[i]! - predicted) ** 2;
    });
    return -sum / (2 * data.yv.length);
  };
  return (h) => {
    checkRanges("ridge", { h: [h, "finite"] });
    const T = temperature;
    const A = S.slice();
    for (let i = 0; i < p; i++) A[i * p + i]! += Math.exp(h);
    const factors = cholesky(A, p, 0)!;
    const mean = choleskySolve(factors, b);
    const g = Float64Array.from({ length: p }, (_, i) => {
      let sum = -bv[i]!;
      for (let j = 0; j < p; j++) sum += Sv[i * p + j]! * mean[j]!;
      return sum;
    });
    // M = A⁻¹S_v, column by column.
    const M = new Float64Array(p * p);
    for (let j = 0; j < p; j++) {
      const column = choleskySolve(
        factors,
        Float64Array.from({ length: p }, (_, i) => Sv[i * p + j]!),
      );
      for (let i = 0; i < p; i++) M[i * p + j] = column[i]!;
    }
    let trace = 0;
    let square = 0;
    for (let i = 0; i < p; i++) {
      trace += M[i * p + i]!;
      for (let j = 0; j < p; j++) square += M[i * p + j]! * M[j * p + i]!;
    }
    const solved = choleskySolve(factors, g);
    let quadratic = 0;
    for (let i = 0; i < p; i++) quadratic += g[i]! * solved[i]!;
    return {
      mean,
      A,
      phi,
      fitness: phi(mean) - (T / 2) * trace,
      variance: T * quadratic + (T * T * square) / 2,
      certaintyEquivalent: (beta) => {
        checkRanges("ridge.certaintyEquivalent", { beta: [beta, "positive"] });
        if (T === 0) return phi(mean);
        const identity = M.map((value, k) => beta * T * value + (k % (p + 1) === 0 ? 1 : 0));
        const logDet = Math.log(luDeterminant(lu(identity, p)!));
        const joint = A.map((value, k) => value / T + beta * Sv[k]!);
        const x = luSolve(lu(joint, p)!, g);
        let gain = 0;
        for (let i = 0; i < p; i++) gain += g[i]! * x[i]!;
        return phi(mean) - logDet / (2 * beta) + (beta / 2) * gain;
      },
    };
  };
}

function gram(X: readonly (readonly number[])[]): Float64Array {
  const p = X[0]!.length;
  const out = new Float64Array(p * p);
  for (const row of X) {
    for (let i = 0; i < p; i++) for (let j = 0; j < p; j++) out[i * p + j]! += (row[i]! * row[j]!) / X.length;
  }
  return out;
}

function moment(X: readonly (readonly number[])[], y: readonly number[]): Float64Array {
  const out = new Float64Array(X[0]!.length);
  X.forEach((row, i) => {
    for (let j = 0; j < row.length; j++) out[j]! += (row[j]! * y[i]!) / X.length;
  });
  return out;
}
