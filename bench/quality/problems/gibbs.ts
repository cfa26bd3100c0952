import { choice, searchSpace, uniform } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

/** θ ← exact Ornstein–Uhlenbeck step of L = (θ − c)²/2 at temperature T. */
function relax(theta: number, centre: number, T: number, time: number, z: number): number {
  const kept = Math.exp(-time);
  return centre + kept * (theta - centre) + Math.sqrt(T * (1 - kept * kept)) * z;
}

/** Excess losses end at this: two runs that both found the optimum are equal. */
const FLOOR = 1e-4;

/** θ relaxes to N(h, T), the loss is (θ − 1)²/2; interval of three relaxation times (theory T5.3). */
export const gibbsWell: Problem = {
  name: "Gibbs well",
  clocks: "separated",
  heldOut: false,
  about: "θ ~ N(h, 0.1) after three relaxation times, loss (θ − 1)²/2",
  space: searchSpace({ h: uniform(-3, 3) }),
  members: 24,
  generations: 40,
  interval: 12,
  sigma: 1 / 60,
  product: "hyperparameters",
  mergeable: false,
  create: () => ({
    founder: (draws) => ({ h: -2 + 2 * draws.uniform() }),
    init: (h, draws) => Float64Array.of(number(h, "h") + Math.sqrt(0.1) * draws.normal()),
    train(state, h, steps, draws) {
      for (let i = 0; i < steps; i++) state[0] = relax(state[0]!, number(h, "h"), 0.1, 0.25, draws.normal());
    },
    evaluate: ([theta]) => (theta! - 1) ** 2 / 2,
    truth: (_, h) => FLOOR + (number(h, "h") - 1) ** 2 / 2,
  }),
};

/** The same with strong noise and three hyperparameters, one of them a category; its own problem. */
export const noisyMixture: Problem = {
  name: "noisy mixture",
  clocks: "separated",
  heldOut: true,
  about: "two continuous hyperparameters and a category, temperature 1, four relaxation times",
  space: searchSpace({ a: uniform(-2, 2), b: uniform(-2, 2), kind: choice(["x", "y", "z"]) }),
  members: 24,
  generations: 40,
  interval: 16,
  sigma: 0.05,
  product: "hyperparameters",
  mergeable: false,
  create(draws) {
    const best = [1.6 * draws.uniform() - 0.8, 1.6 * draws.uniform() - 0.8] as const;
    const offset = { x: 0, y: 0.25, z: 0.6 };
    const kinds = (h: string): number => offset[h as "x" | "y" | "z"];
    const centre = (value: number, target: number): number => value - target;
    return {
      init: (_, own) => Float64Array.of(own.normal(), own.normal()),
      train(state, h, steps, own) {
        for (let i = 0; i < steps; i++) {
          state[0] = relax(state[0]!, centre(number(h, "a"), best[0]), 1, 0.25, own.normal());
          state[1] = relax(state[1]!, centre(number(h, "b"), best[1]), 1, 0.25, own.normal());
        }
      },
      evaluate: ([u, v], h) => (u! * u! + v! * v!) / 2 + kinds(String(h["kind"])),
      truth: (_, h) =>
        FLOOR +
        (centre(number(h, "a"), best[0]) ** 2 + centre(number(h, "b"), best[1]) ** 2) / 2 +
        kinds(String(h["kind"])),
    };
  },
};
