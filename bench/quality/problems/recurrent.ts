import { logUniform, searchSpace, uniform } from "../../../src/space/index.ts";
import type { Stream } from "../../../src/random/index.ts";
import { stream, key } from "../../../src/random/index.ts";
import { number, type Problem } from "../problem.ts";

const UNITS = 6;
const LENGTH = 60;
/** The first steps of a sequence do not count: no unit can know what came before it. */
const START = 20;
const TARGETS = [2, 40] as const;
const BATCH = 2;

// Parameters: recurrent weights, inputs, thresholds, log time constants, outputs; their velocities behind them.
const INPUTS = UNITS * UNITS;
const THRESHOLDS = INPUTS + 2 * UNITS;
const CLOCKS = THRESHOLDS + UNITS;
const OUTPUTS = CLOCKS + UNITS;
const SIZE = OUTPUTS + 2 * UNITS;

interface Sequence {
  /** `[t][2]` white noise, and its two averages with unit variance. */
  readonly x: Float64Array;
  readonly y: Float64Array;
}

function sequence(draws: Stream): Sequence {
  const x = Float64Array.from({ length: 2 * LENGTH }, () => draws.normal());
  const y = new Float64Array(2 * LENGTH);
  for (const [c, tau] of TARGETS.entries()) {
    const share = 1 - Math.exp(-1 / tau);
    const unit = Math.sqrt((2 - share) / share);
    let mean = 0;
    for (let t = 0; t < LENGTH; t++) {
      mean += share * (x[2 * t + c]! - mean);
      y[2 * t + c] = unit * mean;
    }
  }
  return { x, y };
}

const share = (l: number): number => 1 - Math.exp(-Math.exp(-l));

/** Mean squared error of one sequence; with `gradient`, that of the error is added to it (back-propagation through time). */
function walk(w: Float64Array, { x, y }: Sequence, gradient: Float64Array | null): number {
  const alpha = Float64Array.from({ length: UNITS }, (_, i) => share(w[CLOCKS + i]!));
  const h = new Float64Array((LENGTH + 1) * UNITS);
  const active = new Float64Array(LENGTH * UNITS);
  const gaps = new Float64Array(2 * LENGTH);
  const weight = 1 / (2 * (LENGTH - START));
  let error = 0;
  for (let t = 0; t < LENGTH; t++) {
    const before = t * UNITS;
    for (let i = 0; i < UNITS; i++) {
      let sum = w[THRESHOLDS + i]! + w[INPUTS + 2 * i]! * x[2 * t]! + w[INPUTS + 2 * i + 1]! * x[2 * t + 1]!;
      for (let j = 0; j < UNITS; j++) sum += w[i * UNITS + j]! * h[before + j]!;
      const a = Math.tanh(sum);
      active[before + i] = a;
      h[before + UNITS + i] = h[before + i]! + alpha[i]! * (a - h[before + i]!);
    }
    if (t < START) continue;
    for (let o = 0; o < 2; o++) {
      let out = -y[2 * t + o]!;
      for (let i = 0; i < UNITS; i++) out += w[OUTPUTS + o * UNITS + i]! * h[before + UNITS + i]!;
      gaps[2 * t + o] = out;
      error += weight * out * out;
    }
  }
  if (gradient !== null) back(w, x, { alpha, h, active, gaps, weight }, gradient);
  return error;
}

interface Trace {
  readonly alpha: Float64Array;
  readonly h: Float64Array;
  readonly active: Float64Array;
  readonly gaps: Float64Array;
  readonly weight: number;
}

function back(w: Float64Array, x: Float64Array, trace: Trace, gradient: Float64Array): void {
  const { alpha, h, active, gaps, weight } = trace;
  let later = new Float64Array(UNITS);
  for (let t = LENGTH - 1; t >= 0; t--) {
    const before = t * UNITS;
    for (let o = 0; t >= START && o < 2; o++) {
      const slope = 2 * weight * gaps[2 * t + o]!;
      for (let i = 0; i < UNITS; i++) {
        gradient[OUTPUTS + o * UNITS + i]! += slope * h[before + UNITS + i]!;
        later[i]! += slope * w[OUTPUTS + o * UNITS + i]!;
      }
    }
    const earlier = new Float64Array(UNITS);
    for (let i = 0; i < UNITS; i++) {
      const a = active[before + i]!;
      const inner = later[i]! * alpha[i]! * (1 - a * a);
      const l = w[CLOCKS + i]!;
      gradient[CLOCKS + i]! -= later[i]! * (a - h[before + i]!) * (1 - alpha[i]!) * Math.exp(-l);
      gradient[THRESHOLDS + i]! += inner;
      gradient[INPUTS + 2 * i]! += inner * x[2 * t]!;
      gradient[INPUTS + 2 * i + 1]! += inner * x[2 * t + 1]!;
      earlier[i]! += later[i]! * (1 - alpha[i]!);
      for (let j = 0; j < UNITS; j++) {
        gradient[i * UNITS + j]! += inner * h[before + j]!;
        earlier[j]! += inner * w[i * UNITS + j]!;
      }
    }
    later = earlier;
  }
}

const clampLog = (l: number): number => Math.max(0, Math.min(Math.log(LENGTH), l));

/** Leaky tanh units with trainable time constants, trained through time on averages over 2 and 40 steps (T8.1, T8.2). */
export const recurrent: Problem = {
  name: "recurrent",
  clocks: "coupled",
  heldOut: true,
  about:
    "6 leaky tanh units, time constants trained through time; targets of 2 and 40 steps; learning rate, momentum",
  space: searchSpace({ rate: logUniform(1e-3, 3), momentum: uniform(0, 0.95) }),
  members: 16,
  generations: 20,
  interval: 10,
  product: "model",
  mergeable: true,
  create(data) {
    const root = key(data.integer(2 ** 30));
    const test = Array.from({ length: 30 }, (_, i) => sequence(stream(root, "test", i)));
    const sample = (draws: Stream): Sequence[] => Array.from({ length: BATCH }, () => sequence(draws));
    const mean = (w: Float64Array, sequences: readonly Sequence[]): number =>
      sequences.reduce((sum, one) => sum + walk(w, one, null) / sequences.length, 0);
    return {
      init(_, draws) {
        const state = new Float64Array(2 * SIZE);
        for (let k = 0; k < SIZE; k++) {
          const z = draws.normal();
          state[k] = k >= CLOCKS && k < OUTPUTS ? clampLog(1.5 + 0.3 * z) : k < THRESHOLDS ? 0.3 * z : 0;
        }
        for (let k = OUTPUTS; k < SIZE; k++) state[k] = 0.3 * draws.normal();
        return state;
      },
      train(state, h, steps, draws) {
        const gradient = new Float64Array(SIZE);
        for (let s = 0; s < steps; s++) {
          gradient.fill(0);
          for (const one of sample(draws)) walk(state, one, gradient);
          let norm = 0;
          for (const slope of gradient) norm += (slope / BATCH) ** 2;
          const factor = (number(h, "rate") / BATCH) * Math.min(1, 1 / Math.sqrt(norm));
          for (let k = 0; k < SIZE; k++) {
            const velocity = number(h, "momentum") * state[SIZE + k]! - factor * gradient[k]!;
            state[SIZE + k] = velocity;
            const moved = Math.max(-20, Math.min(20, state[k]! + velocity));
            state[k] = k >= CLOCKS && k < OUTPUTS ? clampLog(moved) : moved;
          }
        }
      },
      evaluate: (state, _, draws) => mean(state, sample(draws)),
      truth: (state) => mean(state, test),
    };
  },
};
