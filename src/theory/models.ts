import type { TwoScaleModel } from "./effectiveFitness.ts";

/** L = k(θ − c(h))²/2, φ = −(θ − target)²/2 (docs/theory, T2.3 and experiment A of T5.3). */
export function quadraticWell(options: {
  readonly centre?: (h: number) => number;
  readonly stiffness?: number;
  readonly temperature?: number;
  readonly target?: number;
  readonly support?: readonly [number, number];
}): TwoScaleModel {
  const {
    centre = (h: number) => h,
    stiffness: k = 1,
    temperature = 0.2,
    target = 1,
    support = [-12, 12],
  } = options;
  return {
    loss: (theta, h) => (k * (theta - centre(h)) ** 2) / 2,
    gradient: (theta, h) => k * (theta - centre(h)),
    fitness: (theta) => -((theta - target) ** 2) / 2,
    temperature: () => temperature,
    support,
  };
}

/** L = (θ² − 1)²/4 − hθ, φ = −(θ − 1)²/2 (T4.5): the fittest h depends on the temperature. */
export function doubleWell(options: { readonly temperature: number }): TwoScaleModel {
  return {
    loss: (theta, h) => (theta * theta - 1) ** 2 / 4 - h * theta,
    gradient: (theta, h) => theta * (theta * theta - 1) - h,
    gradientH: (theta) => -theta,
    fitness: (theta) => -((theta - 1) ** 2) / 2,
    temperature: () => options.temperature,
    support: [-6, 6],
  };
}

/** θ ~ N(0, T) with h = log T, φ = −(θ − δ)²/2 (T4.6): instantaneous Boltzmann selection buys noise. */
export function noiseSeeking(options: { readonly offset: number }): TwoScaleModel {
  return {
    loss: (theta) => (theta * theta) / 2,
    gradient: (theta) => theta,
    fitness: (theta) => -((theta - options.offset) ** 2) / 2,
    temperature: (h) => Math.exp(h),
    support: [-40, 40],
  };
}
