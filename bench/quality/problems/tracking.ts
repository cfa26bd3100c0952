import { logUniform, searchSpace } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

const DRIFT = 0.01;
const NOISE = 1;

/** Excess of the stationary error E(θ − target)² of a tracker with step h over the best step's. */
function error(h: number): number {
  return (DRIFT + h * h * NOISE) / (h * (2 - h));
}

/** A drifting target seen through noise: too small a step lags, too large a one follows the noise. */
export const tracking: Problem = {
  name: "tracking",
  clocks: "separated",
  heldOut: true,
  about: "step size of a tracker of a drifting, noisy target; stationary error known",
  space: searchSpace({ step: logUniform(1e-3, 1) }),
  members: 16,
  generations: 30,
  interval: 40,
  product: "hyperparameters",
  mergeable: false,
  create() {
    let least = Infinity;
    for (let i = 0; i <= 3000; i++) least = Math.min(least, error(10 ** (-3 + i / 1000)));
    return {
      // Each member tracks a target of its own: state = [θ, target].
      init: () => Float64Array.of(0, 0),
      train(state, h, steps, draws) {
        for (let i = 0; i < steps; i++) {
          state[1] = state[1]! + Math.sqrt(DRIFT) * draws.normal();
          state[0] =
            state[0]! + number(h, "step") * (state[1]! + Math.sqrt(NOISE) * draws.normal() - state[0]!);
        }
      },
      evaluate(state, _, draws) {
        let total = 0;
        for (let i = 0; i < 4; i++) total += (state[1]! + Math.sqrt(NOISE) * draws.normal() - state[0]!) ** 2;
        return total / 4;
      },
      truth: (_, h) => 1e-4 + error(number(h, "step")) - least,
    };
  },
};
