import { refuse } from "../errors/index.ts";
import { checkRanges } from "./ranges.ts";

/** F(h) = −κ(h − h*)²/2 with diffusion D, from a Gaussian start: `curvature` κ > 0, `diffusion` D ≥ 0. */
export interface QuadraticReduced {
  readonly curvature: number;
  readonly optimum: number;
  readonly diffusion: number;
  readonly from: { readonly mean: number; readonly variance: number };
}

export interface GaussianLaw {
  readonly mean: number;
  readonly variance: number;
}

/**
 * The exact law of the reduced equation ∂ₜρ = ρ(F − ⟨F⟩) + D ρ_hh for quadratic F (docs/theory, T4.1):
 *
 *     V(t) = V∞ (r₀ + tanh at)/(1 + r₀ tanh at),   m(t) = h* + (m₀ − h*)/(cosh at + r₀ sinh at),
 *     V∞ = √(2D/κ),  a = √(2Dκ),  r₀ = V₀/V∞;   D = 0: both fall like 1/(1 + κV₀t).
 *
 * @param time t ≥ 0, slow time
 * @throws UsageError when κ ≤ 0, D < 0, V₀ ≤ 0 or t < 0
 */
export function quadraticReduced(model: QuadraticReduced, time: number): GaussianLaw {
  const { curvature: kappa, optimum, diffusion: D, from } = model;
  const problems: string[] = [];
  if (!(kappa > 0)) problems.push(`quadraticReduced.curvature: needs a number > 0, got ${kappa}`);
  if (!(D >= 0)) problems.push(`quadraticReduced.diffusion: needs a number >= 0, got ${D}`);
  if (!(from.variance > 0))
    problems.push(`quadraticReduced.from.variance: needs a number > 0, got ${from.variance}`);
  if (!(time >= 0)) problems.push(`quadraticReduced time: needs a number >= 0, got ${time}`);
  refuse(problems);
  if (D === 0) {
    const shrink = 1 + kappa * from.variance * time;
    return { mean: optimum + (from.mean - optimum) / shrink, variance: from.variance / shrink };
  }
  const limit = Math.sqrt((2 * D) / kappa);
  const a = Math.sqrt(2 * D * kappa);
  const r0 = from.variance / limit;
  const tanh = Math.tanh(a * time);
  const mean = optimum + (from.mean - optimum) / (Math.cosh(a * time) + r0 * Math.sinh(a * time));
  return { mean, variance: (limit * (r0 + tanh)) / (1 + r0 * tanh) };
}

function checkPair(place: string, model: { readonly curvature: number; readonly diffusion: number }): void {
  checkRanges(place, {
    curvature: [model.curvature, "positive"],
    diffusion: [model.diffusion, "notNegative"],
  });
}

/** max F − ⟨F⟩ at the stationary law: the price of mutation, √(κD/2). */
export function mutationLoad(model: { readonly curvature: number; readonly diffusion: number }): number {
  checkPair("mutationLoad", model);
  return Math.sqrt((model.curvature * model.diffusion) / 2);
}

/** The rate a = √(2Dκ) at which the mean approaches the fittest h. */
export function adaptationRate(model: { readonly curvature: number; readonly diffusion: number }): number {
  checkPair("adaptationRate", model);
  return Math.sqrt(2 * model.diffusion * model.curvature);
}

/**
 * Stationary variance at finite population size, dV/dt = 2D − κV² − V/Nₑ (T4.7):
 * V∞ = (−1/Nₑ + √(1/Nₑ² + 8Dκ))/(2κ), with Nₑ in units of slow time.
 */
export function finiteVariance(model: {
  readonly curvature: number;
  readonly diffusion: number;
  readonly effectiveSize: number;
}): number {
  checkPair("finiteVariance", model);
  checkRanges("finiteVariance", { effectiveSize: [model.effectiveSize, "positive"] });
  const drift = 1 / model.effectiveSize;
  return (-drift + Math.sqrt(drift * drift + 8 * model.diffusion * model.curvature)) / (2 * model.curvature);
}

/** An optimum that moves with speed v: lag of the mean, total loss, and the diffusion that makes the loss least (T4.7). */
export function trackingLoss(model: {
  readonly curvature: number;
  readonly diffusion: number;
  readonly speed: number;
}): { readonly lag: number; readonly loss: number; readonly bestDiffusion: number } {
  const { curvature: kappa, diffusion: D, speed: v } = model;
  checkRanges("trackingLoss", {
    curvature: [kappa, "positive"],
    diffusion: [D, "positive"],
    speed: [v, "finite"],
  });
  return {
    lag: v / Math.sqrt(2 * D * kappa),
    loss: (v * v) / (4 * D) + Math.sqrt((kappa * D) / 2),
    bestDiffusion: Math.cbrt(v ** 4 / (2 * kappa)),
  };
}

/**
 * Expected loss of gradient descent with noise on L = kθ²/2 after n steps of rate η (T4.7):
 * E L_n = (k/2)[q θ₀² + v(1 − q)], q = (1 − ηk)^{2n}, v = ηc/(k(2 − ηk)), c = variance of the gradient noise.
 */
export function shortHorizonLoss(
  rate: number,
  model: {
    readonly steps: number;
    readonly curvature: number;
    readonly noise: number;
    readonly start: number;
  },
): number {
  const { steps, curvature: k, noise: c, start } = model;
  const q = (1 - rate * k) ** (2 * steps);
  const v = (rate * c) / (k * (2 - rate * k));
  return (k / 2) * (q * start * start + v * (1 - q));
}
