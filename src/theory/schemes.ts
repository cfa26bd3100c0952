import { UsageError } from "../errors/index.ts";
import { checkRanges } from "./ranges.ts";

/**
 * One step of the fast clock over the fast time x = dt/ε, for a scalar θ (docs/theory, T1.1). `noise` are standard
 * normals; `nextNoise` is used by Leimkuhler–Matthews only (the next step's noise).
 */
export type Scheme = (
  theta: number,
  x: number,
  temperature: number,
  gradient: (theta: number) => number,
  noise: number,
  nextNoise: number,
) => number;

/** Euler–Maruyama. Weak order 1; on L = kθ²/2 its invariant variance is exactly (T/k)/(1 − kx/2). */
export const eulerMaruyama: Scheme = (theta, x, T, gradient, noise) =>
  theta - x * gradient(theta) + Math.sqrt(2 * T * x) * noise;

/**
 * Leimkuhler–Matthews: the mean of this and the next noise. Invariant variance on quadratics exactly T/k, second order
 * for the invariant law in general. A copied agent must redraw its noise.
 */
export const leimkuhlerMatthews: Scheme = (theta, x, T, gradient, noise, nextNoise) =>
  theta - x * gradient(theta) + (Math.sqrt(2 * T * x) * (noise + nextNoise)) / 2;

/** Euler–Maruyama with the gradient divided by 1 + x|∇L|: stable where gradients grow faster than linearly. */
export const tamed: Scheme = (theta, x, T, gradient, noise) => {
  const slope = gradient(theta);
  return theta - (x * slope) / (1 + x * Math.abs(slope)) + Math.sqrt(2 * T * x) * noise;
};

/** The exact step of L = k(θ − c)²/2: θ ← c + e^{−kx}(θ − c) + √(T/k (1 − e^{−2kx})) ξ. No error at any x. */
export function exactOrnsteinUhlenbeck(
  theta: number,
  x: number,
  T: number,
  stiffness: number,
  centre: number,
  noise: number,
): number {
  const decay = Math.exp(-stiffness * x);
  return (
    centre + decay * (theta - centre) + Math.sqrt((T / stiffness) * -Math.expm1(-2 * stiffness * x)) * noise
  );
}

/**
 * Exponential Euler: θ − x f(xJ)∇L + N(0, (T/J)(1 − e^{−2Jx})), f(z) = (1 − e^{−z})/z. Stable at every x where J is at least
 * half of the curvature, and the exact step where L is a parabola of curvature J.
 * @param stiffness J > 0: an upper estimate of the curvature
 * @throws UsageError unless J > 0
 */
export const exponentialEuler = (stiffness: number): Scheme => {
  checkRanges("exponentialEuler", { stiffness: [stiffness, "positive"] });
  return (theta, x, T, gradient, noise) =>
    theta +
    (Math.expm1(-stiffness * x) / stiffness) * gradient(theta) +
    Math.sqrt((T / stiffness) * -Math.expm1(-2 * stiffness * x)) * noise;
};

/**
 * One step of stochastic gradient descent, θ − η(∇L + √c ξ): what training does. On L = kθ²/2 its stationary variance is
 * ηc/(k(2 − ηk)); as a Langevin step it has T = ηc/2.
 * @param noiseVariance c ≥ 0 of one gradient
 */
export function stochasticGradient(
  theta: number,
  rate: number,
  noiseVariance: number,
  gradient: (theta: number) => number,
  noise: number,
): number {
  return theta - rate * (gradient(theta) + Math.sqrt(noiseVariance) * noise);
}

/**
 * Metropolis-adjusted Langevin: the Euler–Maruyama proposal, accepted so that exp(−L/T) is exactly invariant.
 * @param uniform in [0, 1)
 */
export function mala(
  theta: number,
  x: number,
  T: number,
  loss: (theta: number) => number,
  gradient: (theta: number) => number,
  noise: number,
  uniform: number,
): number {
  const proposal = theta - x * gradient(theta) + Math.sqrt(2 * T * x) * noise;
  const back = theta - proposal + x * gradient(proposal);
  const forth = proposal - theta + x * gradient(theta);
  const log = -(loss(proposal) - loss(theta)) / T - (back * back - forth * forth) / (4 * T * x);
  return Math.log(uniform) < log ? proposal : theta;
}

/** Substeps so that one substep has x·Lmax ≤ 0.2 (T1.1's rule). */
export function substeps(x: number, largestCurvature: number): number {
  if (!(x > 0) || !(largestCurvature >= 0)) {
    throw new UsageError(
      `substeps: needs x > 0 and curvature >= 0, got x=${x}, curvature=${largestCurvature}`,
    );
  }
  return Math.max(1, Math.ceil((x * largestCurvature) / 0.2));
}
