import type { AgentsOptions } from "../theory/index.ts";

/**
 * The quadratic problem that several figures share: L = (θ − h)²/2, T = 0.2, φ = −(θ−1)²/2 − (h−½)²/4, D = 0.05, started
 * with h ~ N(−1, 0.1) and θ in equilibrium. Its full law is Gaussian and known exactly (theory T2.3), its reduced law too
 * (T4.1).
 */
export const temperature = 0.2;
export const diffusion = 0.05;
export const fitness = (theta: number, h: number): number => -((theta - 1) ** 2) / 2 - (h - 0.5) ** 2 / 4;
export const reduced = { curvature: 1.5, optimum: 5 / 6, diffusion, from: { mean: -1, variance: 0.1 } };

export const model: Omit<AgentsOptions, "eps" | "members"> = {
  loss: (theta, h) => (theta - h) ** 2 / 2,
  gradient: (theta, h) => theta - h,
  fitness,
  temperature: () => temperature,
  support: [-12, 12],
  diffusion,
  domain: [-8, 8],
  quadratic: { stiffness: 1, centre: (h) => h },
};

/** Maps two standard normals to an agent of the initial law. */
export function start(noise: { theta: number; h: number }): { theta: number; h: number } {
  const h = -1 + Math.sqrt(0.1) * noise.h;
  return { h, theta: h + Math.sqrt(temperature) * noise.theta };
}
