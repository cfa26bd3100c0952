/** A run module in TypeScript with a trainer of its own. */
export const typescriptModule = `// Polytempo: a population of members trains; the best are copied, and their hyperparameters mutate.
//   polytempo run polytempo.config.ts      train; flags override this file
import { defineTrainer, logUniform, searchSpace, stream, uniform } from "polytempo";

/** Two noisy clouds in the plane, the same for every member. */
const draws = stream({ low: 1, high: 0 }, "data");
const data = Array.from({ length: 400 }, (_, index) => {
  const side = index % 2 === 0 ? 1 : -1;
  return { x: [side + 1.5 * draws.normal(), -side + 1.5 * draws.normal(), 1], y: side > 0 ? 1 : 0 };
});
const training = data.slice(0, 300);
const validation = data.slice(300);

interface Hyperparameters {
  readonly lr: number;
  readonly momentum: number;
}

/** Plain data: a copy of it is a copy of the member. */
interface State {
  readonly weights: number[];
  readonly velocity: number[];
}

const probability = (weights: readonly number[], x: readonly number[]): number =>
  1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * weights[i]!, 0)));

const trainer = defineTrainer<Hyperparameters, State>({
  init: () => ({ weights: [0, 0, 0], velocity: [0, 0, 0] }),

  train(state, h, steps, { key }) {
    const draws = stream(key, "minibatch");
    for (let step = 0; step < steps; step++) {
      const { x, y } = training[draws.integer(training.length)]!;
      const error = probability(state.weights, x) - y;
      for (let i = 0; i < 3; i++) {
        state.velocity[i] = h.momentum * state.velocity[i]! - h.lr * error * x[i]!;
        state.weights[i]! += state.velocity[i]!;
      }
    }
  },

  evaluate({ weights }) {
    const losses = validation.map(({ x, y }) => {
      const p = probability(weights, x);
      return -Math.log(Math.max(1e-9, y === 1 ? p : 1 - p));
    });
    return { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length };
  },
});

export default {
  name: "first",
  trainer,
  space: searchSpace({ lr: logUniform(1e-4, 1), momentum: uniform(0, 0.99) }),
  metric: "loss:min",
  members: 8,
  seed: 7,
  slow: { interval: 50 },
  stop: { steps: 500 },
};
`;
