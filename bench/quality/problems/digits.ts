import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { key, stream } from "../../../src/random/index.ts";
import { logUniform, searchSpace } from "../../../src/space/index.ts";
import { number, type Problem } from "../problem.ts";

const SIDE = 7;
export const PIXELS = SIDE * SIDE;
const INPUTS = PIXELS;
const HIDDEN = 12;
export const CLASSES = 10;
const WEIGHTS = (INPUTS + 1) * HIDDEN + (HIDDEN + 1) * CLASSES;
const BATCH = 16;

export interface Digit {
  readonly pixels: Float64Array;
  readonly label: number;
}

/** 60 digits of each kind, 28 × 28 averaged to 7 × 7. */
function readDigits(): Digit[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve("mnist")), "digits");
  return Array.from({ length: CLASSES }, (_, label) => {
    const { data } = JSON.parse(readFileSync(join(folder, `${label}.json`), "utf8")) as { data: number[] };
    return Array.from({ length: 60 }, (_, i): Digit => {
      const pixels = new Float64Array(INPUTS);
      for (let k = 0; k < 784; k++) {
        const cell = SIDE * Math.floor(Math.floor(k / 28) / 4) + Math.floor((k % 28) / 4);
        pixels[cell]! += data[784 * i + k]! / 16;
      }
      return { pixels, label };
    });
  }).flat();
}

export const digitSamples: readonly Digit[] = readDigits();

/** Probabilities of the classes; hidden activities are written into `hidden`. */
function forward(w: Float64Array, x: Float64Array, hidden: Float64Array): Float64Array {
  for (let j = 0; j < HIDDEN; j++) {
    let sum = w[j * (INPUTS + 1) + INPUTS]!;
    for (let i = 0; i < INPUTS; i++) sum += w[j * (INPUTS + 1) + i]! * x[i]!;
    hidden[j] = Math.max(0, sum);
  }
  const offset = (INPUTS + 1) * HIDDEN;
  const out = new Float64Array(CLASSES);
  let top = -Infinity;
  for (let k = 0; k < CLASSES; k++) {
    let sum = w[offset + k * (HIDDEN + 1) + HIDDEN]!;
    for (let j = 0; j < HIDDEN; j++) sum += w[offset + k * (HIDDEN + 1) + j]! * hidden[j]!;
    out[k] = sum;
    top = Math.max(top, sum);
  }
  let total = 0;
  for (let k = 0; k < CLASSES; k++) {
    out[k] = Math.exp(out[k]! - top);
    total += out[k]!;
  }
  for (let k = 0; k < CLASSES; k++) out[k] = out[k]! / total;
  return out;
}

function digits(name: string, wrong: number, heldOut: boolean): Problem {
  return {
    name,
    clocks: "coupled",
    heldOut,
    about: `network 49–12–10 on 240 real digits, ${100 * wrong} % of labels wrong; learning rate and weight decay`,
    space: searchSpace({ rate: logUniform(1e-3, 2), decay: logUniform(1e-6, 1e-1) }),
    members: 16,
    generations: 20,
    interval: 12,
    product: "model",
    mergeable: true,
    create(data) {
      const order = digitSamples
        .map((digit) => ({ digit, at: data.uniform() }))
        .toSorted((a, b) => a.at - b.at);
      const noisy = order.map(({ digit }) =>
        data.uniform() < wrong ? { ...digit, label: data.integer(CLASSES) } : digit,
      );
      const training = noisy.slice(0, 240);
      const validation = noisy.slice(240, 360);
      const test = order.slice(360).map(({ digit }) => digit);
      const hidden = new Float64Array(HIDDEN);
      const crossEntropy = (w: Float64Array, sample: readonly Digit[]): number => {
        let total = 0;
        for (const { pixels, label } of sample) {
          total -= Math.log(Math.max(1e-9, forward(w, pixels, hidden)[label]!));
        }
        return total / sample.length;
      };
      return {
        init(_, draws) {
          const begin = stream(key(draws.integer(2 ** 30)), "weights");
          return Float64Array.from({ length: WEIGHTS }, (_, i) =>
            i < (INPUTS + 1) * HIDDEN ? 0.2 * begin.normal() : 0.3 * begin.normal(),
          );
        },
        train(w, h, steps, draws) {
          const rate = number(h, "rate");
          const kept = 1 - rate * number(h, "decay");
          const offset = (INPUTS + 1) * HIDDEN;
          const gradient = new Float64Array(WEIGHTS);
          for (let s = 0; s < steps; s++) {
            gradient.fill(0);
            for (let b = 0; b < BATCH; b++) {
              const { pixels, label } = training[draws.integer(training.length)]!;
              const delta = forward(w, pixels, hidden);
              delta[label]! -= 1;
              for (let j = 0; j < HIDDEN; j++) {
                let back = 0;
                for (let k = 0; k < CLASSES; k++) {
                  const at = offset + k * (HIDDEN + 1) + j;
                  gradient[at]! += delta[k]! * hidden[j]!;
                  back += delta[k]! * w[at]!;
                }
                if (hidden[j]! <= 0) continue;
                for (let i = 0; i < INPUTS; i++) gradient[j * (INPUTS + 1) + i]! += back * pixels[i]!;
                gradient[j * (INPUTS + 1) + INPUTS]! += back;
              }
              for (let k = 0; k < CLASSES; k++) gradient[offset + k * (HIDDEN + 1) + HIDDEN]! += delta[k]!;
            }
            for (let i = 0; i < WEIGHTS; i++) {
              w[i] = Math.max(-100, Math.min(100, kept * w[i]! - (rate * gradient[i]!) / BATCH));
            }
          }
        },
        evaluate(w, _, draws) {
          const sample = Array.from({ length: 40 }, () => validation[draws.integer(validation.length)]!);
          return crossEntropy(w, sample);
        },
        truth: (w) => crossEntropy(w, test),
      };
    },
  };
}

export const digitsFewWrong = digits("digits 5 % wrong", 0.05, false);
export const digitsManyWrong = digits("digits 45 % wrong", 0.45, true);
