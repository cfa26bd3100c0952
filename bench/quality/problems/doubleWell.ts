import { searchSpace, uniform } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

const T = 0.25;

/** F(h) = E (θ − 1)²/2 under exp(−L/T), L = (θ² − 1)²/4 − hθ, by the trapezoid rule. */
function expected(h: number): number {
  let mass = 0;
  let loss = 0;
  for (let i = 0; i <= 600; i++) {
    const theta = -3 + i / 100;
    const weight = Math.exp(-((theta * theta - 1) ** 2 / 4 - h * theta) / T);
    mass += weight;
    loss += (weight * (theta - 1) ** 2) / 2;
  }
  return loss / mass;
}

/** Tilted double well: F is far from quadratic, relaxation takes about five units of time (theory T4.5). */
export const doubleWell: Problem = {
  name: "double well",
  clocks: "separated",
  heldOut: true,
  about: "tilt of a double well at temperature 0.25, four relaxation times",
  space: searchSpace({ h: uniform(-1, 2) }),
  members: 24,
  generations: 40,
  interval: 100,
  sigma: 1 / 30,
  product: "hyperparameters",
  mergeable: false,
  create() {
    let least = Infinity;
    for (let i = 0; i <= 300; i++) least = Math.min(least, expected(-1 + i / 100));
    return {
      init: (_, draws) => Float64Array.of(draws.normal()),
      train(state, h, steps, draws) {
        for (let i = 0; i < steps; i++) {
          const theta = state[0]!;
          const slope = theta * (theta * theta - 1) - number(h, "h");
          state[0] =
            theta - (0.2 * slope) / (1 + 0.2 * Math.abs(slope)) + Math.sqrt(0.4 * T) * draws.normal();
        }
      },
      evaluate: ([theta]) => (theta! - 1) ** 2 / 2,
      truth: (_, h) => 1e-4 + expected(number(h, "h")) - least,
    };
  },
};
