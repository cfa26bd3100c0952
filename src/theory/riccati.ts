import { checkRanges } from "./ranges.ts";

/**
 * The exact Gaussian solution of the full (θ, h) equation (docs/theory, T2.3): L = k(θ − bh)²/2, constant T, replicator
 * selection with φ = −(z − z₀)ᵀG(z − z₀)/2 and diffusion D in h. A Gaussian stays Gaussian and
 *
 *     dm/dt = A m − C G (m − z₀),   dC/dt = A C + C Aᵀ + S − C G C,
 *     A = [[−k/ε, kb/ε], [0, 0]],   S = diag(2T/ε, 2D).
 */
export interface RiccatiModel {
  readonly eps: number;
  readonly stiffness?: number;
  readonly slope?: number;
  readonly temperature?: number;
  readonly diffusion?: number;
  /** diag(G) = [G_θθ, G_hh]. */
  readonly selection?: readonly [number, number];
  readonly target?: readonly [number, number];
}

/** Mean (θ, h) and covariance (θθ, θh, hh). */
export interface RiccatiState {
  readonly mean: readonly [number, number];
  readonly covariance: readonly [number, number, number];
}

/** The start of the reference numbers: θ in equilibrium given h, h ~ N(−1, 0.1). */
export const riccatiStart: RiccatiState = { mean: [-1, -1], covariance: [0.3, 0.1, 0.1] };

/**
 * Integrates the Riccati system by the classical fourth-order Runge–Kutta method.
 * @param time slow time ≥ 0
 * @throws UsageError when ε or k is not positive, T, D or the time is negative, or a number is not finite
 * @param options.step largest step; the default resolves the fast clock: min(ε/20, 0.01)
 */
export function riccati(
  model: RiccatiModel,
  from: RiccatiState,
  time: number,
  options: { readonly step?: number } = {},
): RiccatiState {
  const {
    eps,
    stiffness: k = 1,
    slope: b = 1,
    temperature: T = 0.2,
    diffusion: D = 0.05,
    selection: [g, gh] = [1, 0.5],
    target: [theta0, h0] = [1, 0.5],
  } = model;
  const step = options.step ?? Math.min(eps / 20, 0.01);
  checkRanges("riccati", {
    eps: [eps, "positive"],
    stiffness: [k, "positive"],
    slope: [b, "finite"],
    temperature: [T, "notNegative"],
    diffusion: [D, "notNegative"],
    "selection[0]": [g, "finite"],
    "selection[1]": [gh, "finite"],
    time: [time, "notNegative"],
    step: [step, "positive"],
  });
  const fast = k / eps;
  const rate = ([x, y, p, q, r]: readonly number[]): number[] => {
    const dx = g * (x! - theta0);
    const dy = gh * (y! - h0);
    return [
      -fast * x! + fast * b * y! - (p! * dx + q! * dy),
      -(q! * dx + r! * dy),
      2 * (-fast * p! + fast * b * q!) + (2 * T) / eps - (g * p! * p! + gh * q! * q!),
      -fast * q! + fast * b * r! - (g * p! * q! + gh * q! * r!),
      2 * D - (g * q! * q! + gh * r! * r!),
    ];
  };
  const steps = Math.max(1, Math.ceil(time / step));
  const dt = time / steps;
  let state: number[] = [...from.mean, ...from.covariance];
  const shifted = (by: readonly number[], factor: number): number[] =>
    state.map((v, i) => v + factor * by[i]!);
  for (let n = 0; n < steps; n++) {
    const k1 = rate(state);
    const k2 = rate(shifted(k1, dt / 2));
    const k3 = rate(shifted(k2, dt / 2));
    const k4 = rate(shifted(k3, dt));
    state = state.map((v, i) => v + (dt / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  }
  return { mean: [state[0]!, state[1]!], covariance: [state[2]!, state[3]!, state[4]!] };
}
