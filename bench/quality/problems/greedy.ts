import { searchSpace, uniform } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

const STEP = 0.001;
const INTERVAL = 25;
const GENERATIONS = 40;
const TOTAL = INTERVAL * GENERATIONS;
/** What a lasting deviation of one interval costs in speed. */
const PENALTY = 0.2;

/**
 * The two toys of Chebykin, Alderliesten and Bosman (2025, section 5.2): θ begins at 0.9 and shrinks at speed 2 − h, every
 * member begins with h near 1. In the plain one the fastest way down with h is best. In the deceptive one every
 * deviation of h from the line 1 − t/T slows all that follows, so what pays now costs later.
 */
const toy = (name: string, about: string, penalty: number): Problem => ({
  name,
  clocks: "coupled",
  heldOut: true,
  about,
  space: searchSpace({ h: uniform(0, 1.1) }),
  members: 16,
  generations: GENERATIONS,
  interval: INTERVAL,
  product: "model",
  mergeable: false,
  create: () => ({
    founder: (draws) => ({ h: 0.9 + 0.2 * draws.uniform() }),
    // θ, and the deviation so far in intervals.
    init: () => Float64Array.of(0.9, 0),
    train(state, hyperparameters, steps, _, from) {
      const h = number(hyperparameters, "h");
      for (let i = 0; i < steps; i++) {
        state[1] = state[1]! + Math.abs(h - (1 - (from + i) / TOTAL)) / INTERVAL;
        const speed = Math.max(0, 2 - h - penalty * state[1]);
        state[0] = state[0]! * (1 - 2 * STEP * speed);
      }
    },
    evaluate: ([theta]) => theta! * theta!,
    truth: ([theta]) => theta! * theta!,
  }),
});

export const greedyPays = toy("greedy pays", "plain toy: the sooner h falls the better", 0);
export const greedyDeceives = toy("greedy deceives", "deceptive toy: h must fall slowly", PENALTY);
