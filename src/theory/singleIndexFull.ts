import { UsageError } from "../errors/index.ts";
import { dormandPrince, stiffOde } from "../math/index.ts";
import { type Key, stream } from "../random/index.ts";
import { checkSingleIndex, type SingleIndexModel } from "./singleIndex.ts";

/** A finite network: second-layer weights a `[m]` and unit directions u `[m, d]`; the target direction is the first axis. */
export interface CommitteeState {
  readonly dims: number;
  readonly a: Float64Array;
  readonly u: Float64Array;
}

/** a from given values, u uniform on the sphere. @param dims d ≥ 2 */
export function randomCommittee(key: Key, dims: number, a: ArrayLike<number>): CommitteeState {
  const m = a.length;
  const draws = stream(key, "committee directions");
  const u = Float64Array.from({ length: m * dims }, () => draws.normal());
  for (let i = 0; i < m; i++) project(u, i * dims, dims);
  return { dims, a: Float64Array.from(a), u };
}

function project(u: Float64Array, from: number, d: number): void {
  let square = 0;
  for (let k = 0; k < d; k++) square += u[from + k]! ** 2;
  const scale = 1 / Math.sqrt(square);
  for (let k = 0; k < d; k++) u[from + k]! *= scale;
}

/** Σ c_k x^k and its derivative. */
function polynomial(coefficients: readonly number[], x: number): readonly [value: number, slope: number] {
  let value = 0;
  let slope = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) {
    slope = slope * x + value;
    value = value * x + coefficients[k]!;
  }
  return [value, slope];
}

/** Population risk R = ½Σ_k[φ_k² − 2φ_kσ_k(1/m)Σa_i s_i^k + σ_k²(1/m²)Σ a_i a_j r_ij^k], exact at any d (T7.1). */
export function committeeRisk(model: SingleIndexModel, { dims: d, a, u }: CommitteeState): number {
  const m = a.length;
  const cross = model.target.map((value, k) => value * model.unit[k]!);
  const self = model.unit.map((value) => value * value);
  let risk = model.target.reduce((sum, value) => sum + value * value, 0);
  for (let i = 0; i < m; i++) {
    risk -= (2 * a[i]! * polynomial(cross, u[i * d]!)[0]) / m;
    for (let j = 0; j < m; j++) {
      let r = 0;
      for (let k = 0; k < d; k++) r += u[i * d + k]! * u[j * d + k]!;
      risk += (a[i]! * a[j]! * polynomial(self, i === j ? 1 : r)[0]) / (m * m);
    }
  }
  return risk / 2;
}

/**
 * The exact closed flow of (a, s, r) at any dimension and any number of neurons (T7.1), with U = Σφ_kσ_k sᵏ and
 * V = Σσ_k² rᵏ:
 *
 *     ε da_i/dt = U(s_i) − (1/m)Σ_j a_j V(r_ij)
 *     ds_i/dt = a_i[U′(s_i)(1 − s_i²) − (1/m)Σ_j a_j V′(r_ij)(s_j − r_ij s_i)]
 *     dr_ij/dt = G_ij + G_ji, G_ij = a_i[U′(s_i)(s_j − s_i r_ij) − (1/m)Σ_l a_l V′(r_il)(r_lj − r_il r_ij)]
 *
 * r is symmetric with r_ii = 1: its m(m − 1)/2 entries above the diagonal are integrated. a relaxes at rates up to Σσ_k²/ε; an
 * explicit method needs a step for every third of the shortest of these times, so beyond 3 000 of them the stiff solver takes
 * over, whose steps follow the solution alone.
 *
 * @param times increasing, > 0
 * @param options.solver `stiff` or `explicit` in place of that choice
 * @returns risk at each time, and the steps that it took
 * @throws UsageError for a model that `singleIndexFlow` would refuse
 */
export function committeeFlow(
  model: SingleIndexModel,
  start: CommitteeState,
  times: readonly number[],
  options: { readonly rtol?: number; readonly solver?: "stiff" | "explicit" } = {},
): CommitteePath {
  checkSingleIndex(model);
  const { dims: d } = start;
  const m = start.a.length;
  const cross = model.target.map((value, k) => value * model.unit[k]!);
  const self = model.unit.map((value) => value * value);
  const overlap = (i: number, j: number): number => {
    let r = 0;
    for (let k = 0; k < d; k++) r += start.u[i * d + k]! * start.u[j * d + k]!;
    return r;
  };
  const pairs = pairIndex(m);
  const y0 = new Float64Array(2 * m + (m * (m - 1)) / 2);
  y0.set(start.a);
  for (let i = 0; i < m; i++) {
    y0[m + i] = start.u[i * d]!;
    for (let j = i + 1; j < m; j++) y0[pairs[i * m + j]!] = overlap(i, j);
  }
  const r = new Float64Array(m * m);
  const pull = new Float64Array(m * m);
  const own = self.reduce((sum, value) => sum + value, 0);
  const unfold = (y: Float64Array): void => {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < m; j++) r[i * m + j] = i === j ? 1 : y[pairs[i * m + j]!]!;
    }
  };
  const derivative = (_: number, y: Float64Array, into: Float64Array): void => {
    unfold(y);
    for (let i = 0; i < m; i++) {
      const s = y[m + i]!;
      const [U, slope] = polynomial(cross, s);
      let da = U;
      let ds = slope * (1 - s * s);
      for (let j = 0; j < m; j++) {
        const [v, bend] = polynomial(self, r[i * m + j]!);
        pull[i * m + j] = (y[j]! * bend) / m;
        da -= (y[j]! * v) / m;
        ds -= pull[i * m + j]! * (y[m + j]! - r[i * m + j]! * s);
      }
      into[i] = da / model.eps;
      into[m + i] = y[i]! * ds;
    }
    // G_ij + G_ji for i < j.
    into.fill(0, 2 * m);
    for (let i = 0; i < m; i++) {
      const s = y[m + i]!;
      const slope = polynomial(cross, s)[1];
      let through = 0;
      for (let l = 0; l < m; l++) through += pull[i * m + l]! * r[i * m + l]!;
      for (let j = 0; j < m; j++) {
        if (i === j) continue;
        let g = slope * (y[m + j]! - s * r[i * m + j]!) + through * r[i * m + j]!;
        for (let l = 0; l < m; l++) g -= pull[i * m + l]! * r[l * m + j]!;
        into[pairs[i * m + j]!]! += y[i]! * g;
      }
    }
  };
  const explicitSteps = ((own / model.eps) * times.at(-1)!) / STABLE;
  const solver = options.solver ?? (explicitSteps > PATIENCE ? "stiff" : "explicit");
  const solve = solver === "stiff" ? stiffOde : dormandPrince;
  const { states, steps, rejected } = solve(derivative, y0, 0, times, {
    rtol: options.rtol ?? 1e-7,
    atol: 1e-9,
  });
  const risk = states.map((y) => {
    unfold(y);
    let total = model.target.reduce((sum, v) => sum + v * v, 0);
    for (let i = 0; i < m; i++) {
      total -= (2 * y[i]! * polynomial(cross, y[m + i]!)[0]) / m;
      for (let j = 0; j < m; j++) total += (y[i]! * y[j]! * polynomial(self, r[i * m + j]!)[0]) / (m * m);
    }
    return total / 2;
  });
  return { times, risk, solver, steps, rejected };
}

export interface CommitteePath {
  readonly times: readonly number[];
  readonly risk: readonly number[];
  readonly solver: "stiff" | "explicit";
  /** Steps accepted, and tried again. */
  readonly steps: number;
  readonly rejected: number;
}

/** Dormand and Prince's method is stable up to rate · step = 3.3 on the negative axis. */
const STABLE = 3.3;
/** Explicit steps from which the stiff solver is the cheaper one. */
const PATIENCE = 3000;

/** Where r_ij lies in the state, the same for r_ji `[m, m]`. */
function pairIndex(m: number): Int32Array {
  const index = new Int32Array(m * m);
  let next = 2 * m;
  for (let i = 0; i < m; i++) {
    for (let j = i + 1; j < m; j++) {
      index[i * m + j] = next;
      index[j * m + i] = next++;
    }
  }
  return index;
}

/** Normalised Hermite polynomials h₀ … h₃. */
const hermite: readonly ((z: number) => readonly [value: number, slope: number])[] = [
  () => [1, 0],
  (z) => [z, 1],
  (z) => [(z * z - 1) / Math.SQRT2, Math.SQRT2 * z],
  (z) => [(z ** 3 - 3 * z) / Math.sqrt(6), (3 * z * z - 3) / Math.sqrt(6)],
];

/**
 * Online SGD on fresh samples: u_i ← normalise(u_i + η a_i σ′(z_i)(y − f)x), a_i ← a_i + (η/ε)σ(z_i)(y − f), time t = η · steps.
 * @param run.times at which the population risk is wanted, multiples of the rate
 */
export function committeeSgd(
  model: SingleIndexModel,
  start: CommitteeState,
  key: Key,
  run: { readonly rate: number; readonly batch: number; readonly times: readonly number[] },
): { readonly times: readonly number[]; readonly risk: readonly number[] } {
  if (model.unit.length > hermite.length) {
    throw new UsageError(`committeeSgd: knows Hermite degrees up to 3, got ${model.unit.length - 1}`);
  }
  const { dims: d } = start;
  const m = start.a.length;
  const state = { dims: d, a: start.a.slice(), u: start.u.slice() };
  const { a, u } = state;
  const x = new Float64Array(d);
  const sigma = new Float64Array(m);
  const slopes = new Float64Array(m);
  const moveU = new Float64Array(m * d);
  const moveA = new Float64Array(m);
  const draws = stream(key, "committee samples");
  const combine = (coefficients: readonly number[], z: number): readonly [number, number] => {
    let value = 0;
    let slope = 0;
    coefficients.forEach((c, k) => {
      const [h, dh] = hermite[k]!(z);
      value += c * h;
      slope += c * dh;
    });
    return [value, slope];
  };
  const risk: number[] = [];
  let steps = 0;
  for (const time of run.times) {
    for (; steps < Math.round(time / run.rate); steps++) {
      moveU.fill(0);
      moveA.fill(0);
      for (let b = 0; b < run.batch; b++) {
        for (let k = 0; k < d; k++) x[k] = draws.normal();
        let f = 0;
        for (let i = 0; i < m; i++) {
          let z = 0;
          for (let k = 0; k < d; k++) z += u[i * d + k]! * x[k]!;
          const [value, slope] = combine(model.unit, z);
          sigma[i] = value;
          slopes[i] = slope;
          f += (a[i]! * value) / m;
        }
        const error = (combine(model.target, x[0]!)[0] - f) / run.batch;
        for (let i = 0; i < m; i++) {
          moveA[i]! += error * sigma[i]!;
          const push = error * a[i]! * slopes[i]!;
          for (let k = 0; k < d; k++) moveU[i * d + k]! += push * x[k]!;
        }
      }
      for (let i = 0; i < m; i++) {
        a[i]! += (run.rate / model.eps) * moveA[i]!;
        for (let k = 0; k < d; k++) u[i * d + k]! += run.rate * moveU[i * d + k]!;
        project(u, i * d, d);
      }
    }
    risk.push(committeeRisk(model, state));
  }
  return { times: run.times, risk };
}
