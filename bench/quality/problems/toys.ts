import { logUniform, searchSpace, uniform } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

/** The PBT paper's toy: two members, Q = 1.2 − θ₀² − θ₁² trained through a surrogate that h weighs. */
export const pbtToy: Problem = {
  name: "PBT toy",
  clocks: "coupled",
  heldOut: false,
  about: "surrogate with two weights, two members, 25 slow steps of 4 (Jaderberg et al. 2017)",
  space: searchSpace({ a: uniform(0, 1), b: uniform(0, 1) }),
  members: 2,
  generations: 25,
  interval: 4,
  product: "model",
  mergeable: true,
  create() {
    let founders = 0;
    return {
      founder: () => (founders++ % 2 === 0 ? { a: 1, b: 0 } : { a: 0, b: 1 }),
      init: () => Float64Array.of(0.9, 0.9),
      train(state, h, steps) {
        for (let i = 0; i < steps; i++) {
          state[0] = state[0]! * (1 - 0.04 * number(h, "a"));
          state[1] = state[1]! * (1 - 0.04 * number(h, "b"));
        }
      },
      evaluate: ([u, v]) => u! * u! + v! * v!,
      truth: ([u, v]) => u! * u! + v! * v!,
    };
  },
};

/** Ray's toy: accuracy grows fastest at a learning rate that rises, then falls with accuracy. */
export const triangle: Problem = {
  name: "triangle",
  clocks: "coupled",
  heldOut: false,
  about: "best learning rate is a triangle wave of the accuracy (Ray Tune's example)",
  space: searchSpace({ rate: logUniform(1e-4, 2e-2) }),
  members: 8,
  generations: 40,
  interval: 4,
  product: "model",
  mergeable: false,
  create: () => ({
    init: () => Float64Array.of(0),
    train(state, h, steps, draws) {
      const rate = number(h, "rate");
      for (let i = 0; i < steps; i++) {
        const accuracy = state[0]!;
        const wave = accuracy < 100 ? accuracy / 100 : 2 - accuracy / 100;
        const best = Math.min(0.01, Math.max(0.001, 0.01 * wave));
        const off = Math.max(rate, best) / Math.min(rate, best);
        const gain = off < 3 ? draws.uniform() / off : rate > best ? -(off - 3) * draws.uniform() : 0;
        state[0] = Math.max(0, accuracy + gain + 2 * draws.normal() * 0.5);
      }
    },
    evaluate: ([accuracy]) => -accuracy!,
    truth: ([accuracy]) => 1 / (1 + accuracy!),
  }),
};

/** Deceptive: pushing hard pays at once and exhausts what pushes; begins at 0.9, steps of 0.001. */
export const exhaustion: Problem = {
  name: "exhaustion",
  clocks: "coupled",
  heldOut: true,
  about: "deceptive: a large rate pays at once and wears out the learner",
  space: searchSpace({ rate: logUniform(0.05, 20) }),
  members: 16,
  generations: 30,
  interval: 20,
  product: "model",
  mergeable: false,
  create: () => ({
    // [θ, vigour]
    init: () => Float64Array.of(0.9, 1),
    train(state, h, steps) {
      const rate = number(h, "rate");
      for (let i = 0; i < steps; i++) {
        state[0] = state[0]! * (1 - 0.001 * rate * state[1]!);
        state[1] = state[1]! * (1 - 0.0004 * rate * rate);
      }
    },
    evaluate: ([theta], _, draws) => theta! * theta! * Math.exp(0.02 * draws.normal()),
    truth: ([theta]) => theta! * theta!,
  }),
};
