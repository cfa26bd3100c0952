import { logUniform, searchSpace, uniform } from "../../../src/space/index.ts";
import type { Stream } from "../../../src/random/index.ts";
import { number, type Problem } from "../problem.ts";

function loss(state: Float64Array, curvature: readonly number[]): number {
  let total = 0;
  for (const [i, k] of curvature.entries()) total += (k * state[i]! * state[i]!) / 2;
  return total;
}

/** Gradient descent with momentum and gradient noise; velocities behind the parameters. */
function descend(
  state: Float64Array,
  curvature: readonly number[],
  noise: readonly number[],
  rate: number,
  momentum: number,
  steps: number,
  draws: Stream,
): void {
  const d = curvature.length;
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < d; i++) {
      const slope = curvature[i]! * state[i]! + noise[i]! * draws.normal();
      const velocity = momentum * state[d + i]! - rate * slope;
      state[d + i] = Math.max(-1e6, Math.min(1e6, velocity));
      state[i] = Math.max(-1e6, Math.min(1e6, state[i]! + velocity));
    }
  }
}

const curvature = Array.from({ length: 10 }, (_, i) => 10 ** (-3 + i / 3));
const gradientNoise = curvature.map((k) => 0.02 * Math.sqrt(k));

/** The best learning rate falls as training goes on, and each evaluation is off by a factor exp(0.3 z) (T5.7). */
export const illConditioned: Problem = {
  name: "ill-conditioned",
  clocks: "coupled",
  heldOut: false,
  about: "curvatures 10⁻³ … 1, gradient noise, evaluations off by a factor exp(0.3 z)",
  space: searchSpace({ rate: logUniform(1e-3, 2), momentum: uniform(0, 0.95) }),
  members: 16,
  generations: 30,
  interval: 20,
  product: "model",
  mergeable: true,
  create: () => ({
    init: () => Float64Array.from({ length: 20 }, (_, i) => (i < 10 ? 1 : 0)),
    train: (state, h, steps, draws) =>
      descend(state, curvature, gradientNoise, number(h, "rate"), number(h, "momentum"), steps, draws),
    evaluate: (state, _, draws) => loss(state, curvature) * Math.exp(0.3 * draws.normal()),
    truth: (state) => loss(state, curvature) + 1e-6,
  }),
};

/**
 * Deceptive: a stiff, noisy direction dominates what can be seen, so a small learning rate looks best at once; the flat
 * directions need a large one (the short-horizon bias of T4.7). Begins at 0.9.
 */
export const shortHorizon: Problem = {
  name: "short horizon",
  clocks: "coupled",
  heldOut: false,
  about: "deceptive: a small learning rate looks best at once, a large one wins",
  space: searchSpace({ rate: logUniform(1e-3, 1.5) }),
  members: 16,
  generations: 30,
  interval: 5,
  product: "model",
  mergeable: true,
  create: () => ({
    init: () => Float64Array.from({ length: 8 }, (_, i) => (i < 4 ? 0.9 : 0)),
    train: (state, h, steps, draws) =>
      descend(state, [1, 0.02, 0.01, 0.005], [0.5, 0, 0, 0], number(h, "rate"), 0, steps, draws),
    evaluate: (state, _, draws) => loss(state, [1, 0.02, 0.01, 0.005]) * Math.exp(0.02 * draws.normal()),
    // What is left once the noise of the stiff direction is annealed away.
    truth: (state) => loss(state, [0, 0.02, 0.01, 0.005]) + 1e-4,
  }),
};
