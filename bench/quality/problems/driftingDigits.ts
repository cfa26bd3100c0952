import { logUniform, searchSpace } from "../../../src/space/index.ts";
import type { Stream } from "../../../src/random/index.ts";
import { number, type Problem } from "../problem.ts";
import { CLASSES, type Digit, digitSamples, PIXELS } from "./digits.ts";

const ROW = PIXELS + 1;
const WEIGHTS = ROW * CLASSES;
/** Chance per step that two kinds of digits exchange their labels. */
const EXCHANGE = 0.01;
const WRONG = 0.3;

function probabilities(w: Float64Array, { pixels }: Digit, out: Float64Array): void {
  let top = -Infinity;
  for (let k = 0; k < CLASSES; k++) {
    let sum = w[k * ROW + PIXELS]!;
    for (let i = 0; i < PIXELS; i++) sum += w[k * ROW + i]! * pixels[i]!;
    out[k] = sum;
    top = Math.max(top, sum);
  }
  let total = 0;
  for (let k = 0; k < CLASSES; k++) {
    out[k] = Math.exp(out[k]! - top);
    total += out[k]!;
  }
  for (let k = 0; k < CLASSES; k++) out[k] = out[k]! / total;
}

/**
 * Learning that never ends: a linear classifier of real digits sees one at a time, three labels in ten are wrong, and what
 * kinds are called changes. Within an interval weights forget where they began; the best learning rate and weight decay
 * do not change.
 */
export const driftingDigits: Problem = {
  name: "drifting digits",
  clocks: "separated",
  heldOut: true,
  about:
    "online softmax regression on digits, 30 % of labels wrong, labels drift; learning rate and weight decay",
  space: searchSpace({ rate: logUniform(1e-3, 2), decay: logUniform(1e-5, 1) }),
  members: 16,
  generations: 20,
  interval: 300,
  product: "hyperparameters",
  mergeable: false,
  create(data) {
    const order = digitSamples
      .map((digit) => ({ digit, at: data.uniform() }))
      .toSorted((a, b) => a.at - b.at);
    const training = order.slice(0, 450).map(({ digit }) => digit);
    const test = order.slice(450).map(({ digit }) => digit);
    const p = new Float64Array(CLASSES);
    // Weights, then what each kind is called now.
    const called = (state: Float64Array, label: number): number => state[WEIGHTS + label]!;
    const seen = (state: Float64Array, label: number, draws: Stream): number =>
      draws.uniform() < WRONG ? draws.integer(CLASSES) : called(state, label);
    const surprise = (state: Float64Array, digit: Digit, label: number): number => {
      probabilities(state, digit, p);
      return -Math.log(Math.max(1e-6, p[label]!));
    };
    return {
      init: () => Float64Array.from({ length: WEIGHTS + CLASSES }, (_, k) => (k < WEIGHTS ? 0 : k - WEIGHTS)),
      train(state, h, steps, draws) {
        const rate = number(h, "rate");
        const kept = 1 - Math.min(1, rate * number(h, "decay"));
        for (let s = 0; s < steps; s++) {
          if (draws.uniform() < EXCHANGE) {
            const a = WEIGHTS + draws.integer(CLASSES);
            const b = WEIGHTS + draws.integer(CLASSES);
            [state[a], state[b]] = [state[b]!, state[a]!];
          }
          const digit = training[draws.integer(training.length)]!;
          const label = seen(state, digit.label, draws);
          probabilities(state, digit, p);
          for (let k = 0; k < CLASSES; k++) {
            const slope = rate * (p[k]! - (k === label ? 1 : 0));
            const from = k * ROW;
            for (let i = 0; i < PIXELS; i++) {
              state[from + i] = kept * state[from + i]! - slope * digit.pixels[i]!;
            }
            state[from + PIXELS] = kept * state[from + PIXELS]! - slope;
          }
        }
      },
      evaluate(state, _, draws) {
        let total = 0;
        for (let i = 0; i < 20; i++) {
          const digit = training[draws.integer(training.length)]!;
          total += surprise(state, digit, seen(state, digit.label, draws));
        }
        return total / 20;
      },
      // What the population has, free of wrong labels: no closed form is known.
      truth: (state) =>
        test.reduce(
          (sum, digit) => sum + surprise(state, digit, called(state, digit.label)) / test.length,
          0,
        ),
    };
  },
};
