import { refuse, UsageError } from "../errors/index.ts";
import { stiffOde } from "../math/index.ts";

/**
 * Two-layer network on a single-index target (docs/theory, T7; Berthier, Montanari, Zhou 2023): f(x) = (1/m) Σ a_i σ(⟨u_i, x⟩),
 * y = φ(⟨u*, x⟩), Hermite coefficients σ_k of the unit and φ_k of the target. ε = first-layer rate / second-layer rate:
 * small ε is a fast second layer.
 */
export interface SingleIndexModel {
  readonly eps: number;
  /** σ_k `[degrees]`, k = 0, 1, … */
  readonly unit: readonly number[];
  /** φ_k `[degrees]` */
  readonly target: readonly number[];
}

export interface SingleIndexState {
  /** Second-layer weights a_i `[m]`. */
  readonly a: ArrayLike<number>;
  /** Overlaps s_i = ⟨u_i, u*⟩ `[m]`. */
  readonly s: ArrayLike<number>;
}

export interface SingleIndexPath {
  readonly times: readonly number[];
  /** R = ½ Σ e_k² at each time. */
  readonly risk: readonly number[];
  /** e_k at each time `[times][degrees]`. */
  readonly residuals: readonly (readonly number[])[];
  readonly a: readonly Float64Array[];
  readonly s: readonly Float64Array[];
}

/** @throws UsageError unless ε > 0 and there are as many coefficients of the unit as of the target */
export function checkSingleIndex(model: SingleIndexModel): void {
  const problems: string[] = [];
  if (!(model.eps > 0))
    problems.push(`singleIndex.eps: needs a number > 0 (at 0 the flow is singular), got ${model.eps}`);
  if (model.unit.length !== model.target.length) {
    problems.push(
      `singleIndex: unit and target need as many coefficients each, got ${model.unit.length} and ${model.target.length}`,
    );
  }
  refuse(problems);
}

/**
 * The limit d → ∞, then m → ∞, from random directions (r_ij = s_i s_j):
 *
 *     e_k = φ_k − σ_k (1/m) Σ_j a_j s_j^k,   ε da_i/dt = Σ_k σ_k s_i^k e_k,
 *     ds_i/dt = a_i (1 − s_i²) Σ_k k σ_k s_i^{k−1} e_k.
 *
 * Integrated by the stiff solver with the analytic Jacobian.
 * @param times increasing, from 0
 */
export function singleIndexFlow(
  model: SingleIndexModel,
  start: SingleIndexState,
  times: readonly number[],
  options: { readonly rtol?: number } = {},
): SingleIndexPath {
  checkSingleIndex(model);
  if (start.a.length === 0 || start.a.length !== start.s.length)
    throw new UsageError(
      `singleIndexFlow.start: needs as many overlaps s as weights a, at least one, got ${start.s.length} and ${start.a.length}.`,
    );
  const m = start.a.length;
  const { eps, unit, target } = model;
  const degrees = unit.length;
  const residual = new Float64Array(degrees);

  const residuals = (y: Float64Array): Float64Array => {
    residual.fill(0);
    for (let j = 0; j < m; j++) {
      let power = y[j]! / m;
      for (let k = 0; k < degrees; k++) {
        residual[k]! += power;
        power *= y[m + j]!;
      }
    }
    for (let k = 0; k < degrees; k++) residual[k] = target[k]! - unit[k]! * residual[k]!;
    return residual;
  };

  const flow = (_: number, y: Float64Array, into: Float64Array): void => {
    const e = residuals(y);
    for (let i = 0; i < m; i++) {
      const s = y[m + i]!;
      let da = 0;
      let ds = 0;
      let power = 1;
      let before = 0;
      for (let k = 0; k < degrees; k++) {
        da += unit[k]! * power * e[k]!;
        if (k > 0) ds += k * unit[k]! * before * e[k]!;
        before = power;
        power *= s;
      }
      into[i] = da / eps;
      into[m + i] = y[i]! * (1 - s * s) * ds;
    }
  };

  const jacobian = (_: number, y: Float64Array): Float64Array => {
    const e = residuals(y);
    const n = 2 * m;
    const J = new Float64Array(n * n);
    // ∂e_k/∂a_j = −σ_k s_j^k/m, ∂e_k/∂s_j = −σ_k a_j k s_j^{k−1}/m.
    const powers = Array.from({ length: m }, (_unused, j) => {
      const p = new Float64Array(degrees + 1);
      p[0] = 1;
      for (let k = 1; k <= degrees; k++) p[k] = p[k - 1]! * y[m + j]!;
      return p;
    });
    const lower = (p: Float64Array, k: number, by: number): number => (k >= by ? p[k - by]! : 0);
    for (let i = 0; i < m; i++) {
      const s = y[m + i]!;
      const a = y[i]!;
      let dads = 0;
      let ds = 0;
      let dds = 0;
      for (let k = 0; k < degrees; k++) {
        dads += k * unit[k]! * lower(powers[i]!, k, 1) * e[k]!;
        ds += k * unit[k]! * lower(powers[i]!, k, 1) * e[k]!;
        dds += k * (k - 1) * unit[k]! * lower(powers[i]!, k, 2) * e[k]!;
      }
      J[i * n + m + i]! += dads / eps;
      J[(m + i) * n + i]! += (1 - s * s) * ds;
      J[(m + i) * n + m + i]! += a * ((1 - s * s) * dds - 2 * s * ds);
      for (let j = 0; j < m; j++) {
        let throughA = 0;
        let throughS = 0;
        let slopeA = 0;
        let slopeS = 0;
        for (let k = 0; k < degrees; k++) {
          const dea = (-unit[k]! * powers[j]![k]!) / m;
          const des = (-unit[k]! * y[j]! * k * lower(powers[j]!, k, 1)) / m;
          throughA += unit[k]! * powers[i]![k]! * dea;
          throughS += unit[k]! * powers[i]![k]! * des;
          slopeA += k * unit[k]! * lower(powers[i]!, k, 1) * dea;
          slopeS += k * unit[k]! * lower(powers[i]!, k, 1) * des;
        }
        J[i * n + j]! += throughA / eps;
        J[i * n + m + j]! += throughS / eps;
        J[(m + i) * n + j]! += a * (1 - s * s) * slopeA;
        J[(m + i) * n + m + j]! += a * (1 - s * s) * slopeS;
      }
    }
    return J;
  };

  const y0 = Float64Array.from({ length: 2 * m }, (_, i) => (i < m ? start.a[i]! : start.s[i - m]!));
  const { states } = stiffOde(flow, y0, 0, times, { rtol: options.rtol ?? 1e-8, atol: 1e-11, jacobian });
  const all = states.map((y) => Array.from(residuals(y)));
  return {
    times,
    residuals: all,
    risk: all.map((e) => e.reduce((sum, value) => sum + (value * value) / 2, 0)),
    a: states.map((y) => y.slice(0, m)),
    s: states.map((y) => y.slice(m)),
  };
}

/**
 * First time at which |e_k| falls below `level`, by interpolation in log t; null when it does not within the path.
 */
export function learningTime(path: SingleIndexPath, degree: number, level = 0.5): number | null {
  for (let i = 0; i < path.times.length; i++) {
    const now = Math.abs(path.residuals[i]![degree]!);
    if (now >= level) continue;
    if (i === 0) return path.times[0]!;
    const before = Math.abs(path.residuals[i - 1]![degree]!);
    const share = (before - level) / (before - now);
    const [t0, t1] = [path.times[i - 1]!, path.times[i]!];
    return t0 > 0 ? t0 * (t1 / t0) ** share : t0 + share * (t1 - t0);
  }
  return null;
}

/** Times on a logarithmic grid. @param perDecade points per factor of ten */
export function logTimes(from: number, until: number, perDecade = 100): number[] {
  if (!(from > 0 && until > from && until < Infinity))
    throw new UsageError(`logTimes: needs 0 < from < until, got ${from} and ${until}.`);
  const n = Math.max(1, Math.round(Math.log10(until / from) * perDecade));
  return Array.from({ length: n + 1 }, (_, i) => from * (until / from) ** (i / n));
}
