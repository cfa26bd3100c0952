import { UsageError } from "../errors/index.ts";
import { type Key, stream } from "../random/index.ts";
import { checkRanges } from "./ranges.ts";

/**
 * The 1/f online prediction task (docs/theory, T6.5): p weights, each a sum of AR(1) parts with time constants τ and equal
 * stationary variance 1/n; y_t = x_t·w_t + noise. Log-spaced constants of equal variance give a spectrum near 1/f.
 */
export interface OnlineTask {
  readonly steps: number;
  readonly dims: number;
  /** γ_i = e^{−1/τ_i} `[n]` */
  readonly decays: Float64Array;
  /** Stationary variance of each part. */
  readonly partVariance: number;
  readonly noiseVariance: number;
  /** `[steps, dims]` */
  readonly inputs: Float64Array;
  /** `[steps]` */
  readonly targets: Float64Array;
  /** x_t·w_t without noise `[steps]`: what a prediction is scored against. */
  readonly clean: Float64Array;
}

/**
 * Draws one series.
 * @param options.inputs `constant`: x = 1; `normal`: x ~ N(0, I)
 */
export function onlineTask(
  key: Key,
  series: number,
  options: {
    readonly dims: number;
    readonly inputs: "constant" | "normal";
    readonly steps?: number;
    readonly timescales?: readonly number[];
    readonly noise?: number;
  },
): OnlineTask {
  const { dims, steps = 4000, timescales = [1, 4, 16, 64, 256, 1024], noise = 0.5 } = options;
  checkRanges("onlineTask", {
    dims: [dims, "count"],
    steps: [steps, "count"],
    noise: [noise, "notNegative"],
    "timescales.length": [timescales.length, "count"],
    ...Object.fromEntries(timescales.map((tau, i) => [`timescales[${i}]`, [tau, "positive"] as const])),
  });
  const n = timescales.length;
  const decays = Float64Array.from(timescales, (tau) => Math.exp(-1 / tau));
  const partVariance = 1 / n;
  const draws = stream(key, "online task", series);
  const parts = Float64Array.from({ length: dims * n }, () => Math.sqrt(partVariance) * draws.normal());
  const kick = decays.map((gamma) => Math.sqrt(partVariance * (1 - gamma * gamma)));
  const inputs = new Float64Array(steps * dims);
  const targets = new Float64Array(steps);
  const clean = new Float64Array(steps);
  for (let t = 0; t < steps; t++) {
    let signal = 0;
    for (let d = 0; d < dims; d++) {
      const x = options.inputs === "constant" ? 1 : draws.normal();
      inputs[t * dims + d] = x;
      let weight = 0;
      for (let i = 0; i < n; i++) {
        const at = d * n + i;
        if (t > 0) parts[at] = decays[i]! * parts[at]! + kick[i]! * draws.normal();
        weight += parts[at]!;
      }
      signal += x * weight;
    }
    clean[t] = signal;
    targets[t] = signal + noise * draws.normal();
  }
  return { steps, dims, decays, partVariance, noiseVariance: noise * noise, inputs, targets, clean };
}

/** Predicts y before seeing it, then learns from it. */
export interface OnlineLearner {
  predict(x: Float64Array): number;
  update(x: Float64Array, y: number): void;
}

/** Mean of (ŷ − x·w)² from step `burnIn` on. */
export function predictionError(task: OnlineTask, learner: OnlineLearner, burnIn = 1000): number {
  if (!(burnIn >= 0 && burnIn < task.steps))
    throw new UsageError(
      `predictionError.burnIn: needs a number from 0 to below the ${task.steps} steps of the task, got ${burnIn}.`,
    );
  let sum = 0;
  for (let t = 0; t < task.steps; t++) {
    const x = task.inputs.subarray(t * task.dims, (t + 1) * task.dims);
    const prediction = learner.predict(x);
    if (t >= burnIn) sum += (prediction - task.clean[t]!) ** 2;
    learner.update(x, task.targets[t]!);
  }
  return sum / (task.steps - burnIn);
}
