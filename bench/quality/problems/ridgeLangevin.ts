import { symmetricEigen } from "../../../src/math/index.ts";
import { searchSpace, uniform } from "../../../src/space/index.ts";
import { ridge, ridgeProblem } from "../../../src/theory/index.ts";
import { number, type Problem } from "../problem.ts";

const T = 0.05;
const { X, y } = ridgeProblem;
const p = X[0]!.length;

/** Weight decay of ridge regression; weights are Langevin samples, the fittest decay is known in closed form (T5.6). */
export const ridgeLangevin: Problem = {
  name: "ridge",
  clocks: "separated",
  heldOut: false,
  about: "weight decay e^h of ridge regression sampled at temperature 0.05; closed-form F",
  space: searchSpace({ h: uniform(-8, 3) }),
  members: 24,
  generations: 30,
  interval: 8,
  sigma: 0.05,
  product: "hyperparameters",
  mergeable: false,
  create() {
    const at = ridge(ridgeProblem, T);
    let best = -Infinity;
    for (let i = 0; i <= 1100; i++) best = Math.max(best, at(-8 + i / 100).fitness);
    const gram = Float64Array.from({ length: p * p }, (_, k) =>
      X.reduce((sum, row) => sum + (row[Math.floor(k / p)]! * row[k % p]!) / X.length, 0),
    );
    const { values, vectors } = symmetricEigen(gram, p);
    // Component i of eigenvector j.
    const column = (i: number, j: number): number => vectors[j * p + i]!;
    const moment = Array.from({ length: p }, (_, j) =>
      X.reduce((sum, row, n) => sum + (row[j]! * y[n]!) / X.length, 0),
    );
    // Coordinates along the eigenvectors, which do not depend on h.
    const drive = Array.from({ length: p }, (_, j) =>
      moment.reduce((sum, value, i) => sum + column(i, j) * value, 0),
    );
    const phi = at(0).phi;
    const truths = new Map<number, number>();
    const weights = (state: Float64Array): Float64Array =>
      Float64Array.from({ length: p }, (_, i) =>
        state.reduce((sum, value, j) => sum + column(i, j) * value, 0),
      );
    return {
      init: (_, draws) => Float64Array.from({ length: p }, () => draws.normal()),
      train(state, h, steps, draws) {
        for (let i = 0; i < steps; i++) {
          for (let j = 0; j < p; j++) {
            const stiffness = values[j]! + Math.exp(number(h, "h"));
            const kept = Math.exp(-stiffness * 0.6);
            const centre = drive[j]! / stiffness;
            state[j] =
              centre +
              kept * (state[j]! - centre) +
              Math.sqrt((T / stiffness) * (1 - kept * kept)) * draws.normal();
          }
        }
      },
      evaluate: (state) => -phi(weights(state)),
      truth(_, h) {
        const value = number(h, "h");
        const known = truths.get(value) ?? 1e-4 + best - at(value).fitness;
        truths.set(value, known);
        return known;
      },
    };
  },
};
