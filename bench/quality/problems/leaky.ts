import { logUniform, searchSpace, uniform } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

const TARGETS = [2, 40] as const;
const LENGTH = 80;

/** E (EMA_a x − EMA_b x)² of white noise x, in closed form, relative to the target's own power. */
function mismatch(a: number, b: number): number {
  const power = b / (2 - b);
  return (a / (2 - a) + power - (2 * a * b) / (a + b - a * b)) / power;
}

/** Two leaky units learn time constants of 2 and 40 steps by forward sensitivities: a recurrent net with two clocks. */
export const leaky: Problem = {
  name: "leaky units",
  clocks: "coupled",
  heldOut: false,
  about: "recurrent: learning rate and momentum of two units that must find time constants 2 and 40",
  space: searchSpace({ rate: logUniform(1e-3, 3), momentum: uniform(0, 0.95) }),
  members: 16,
  // With 25 generations every method reached the floor: nothing to compare.
  generations: 8,
  interval: 3,
  product: "model",
  create() {
    const share = (l: number): number => 1 - Math.exp(-Math.exp(-l));
    const clampLog = (l: number): number => Math.max(-1, Math.min(5, l));
    const walk = (state: Float64Array, normal: () => number): { slope: [number, number]; error: number } => {
      const slope: [number, number] = [0, 0];
      let error = 0;
      for (const [u, tau] of TARGETS.entries()) {
        const a = share(state[u]!);
        const b = 1 - Math.exp(-1 / tau);
        const power = b / (2 - b);
        // da/dl
        const da = -(1 - a) * Math.exp(-state[u]!);
        let own = 0;
        let target = 0;
        let sensitivity = 0;
        for (let t = 0; t < LENGTH; t++) {
          const x = normal();
          sensitivity = (1 - a) * sensitivity + (x - own);
          own += a * (x - own);
          target += b * (x - target);
          const gap = (own - target) / power;
          error += (gap * (own - target)) / (2 * LENGTH);
          slope[u] += (2 * gap * sensitivity * da) / LENGTH;
        }
      }
      return { slope, error };
    };
    return {
      init: (_, draws) => Float64Array.of(2 + 0.1 * draws.normal(), 2 + 0.1 * draws.normal(), 0, 0),
      train(state, h, steps, draws) {
        for (let i = 0; i < steps; i++) {
          const { slope } = walk(state, () => draws.normal());
          for (let u = 0; u < 2; u++) {
            state[2 + u] = number(h, "momentum") * state[2 + u]! - number(h, "rate") * slope[u]!;
            state[u] = clampLog(state[u]! + state[2 + u]!);
          }
        }
      },
      evaluate: (state, _, draws) => walk(state, () => draws.normal()).error,
      truth: (state) =>
        1e-4 +
        TARGETS.reduce((sum, tau, u) => sum + mismatch(share(state[u]!), 1 - Math.exp(-1 / tau)) / 2, 0),
    };
  },
};
