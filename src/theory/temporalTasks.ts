import { UsageError } from "../errors/index.ts";
import { type Cell, dense, effectiveTimeConstants, unroll } from "../nets/index.ts";
import { adam, chain, clipByNorm } from "../optim/index.ts";
import type { Key } from "../random/index.ts";
import {
  concat,
  defineModel,
  type Executor,
  initialise,
  type LossContext,
  predict,
  scan,
  stack,
  type Tensor,
  trainingProgram,
} from "../tensor/index.ts";

/** Something to learn from white noise, of which each target needs a memory of its own (docs/theory, T8.2). */
export interface TemporalTask {
  /** White channels that the network hears. */
  readonly channels: number;
  readonly outputs: number;
  /** Targets of unit variance. @param x `[time, batch, channels]` @returns `[time, batch, outputs]` */
  targets(x: Tensor): Tensor;
}

/**
 * Exponential moving average y ← y + (1 − e^{−1/τ})(x − y) along time from 0, scaled to unit variance of its stationary law
 * for white x: times √((2 − r)/r), r = 1 − e^{−1/τ}.
 * @param x `[time, …]`
 * @param tau one number, or a tensor that broadcasts with one time
 */
export function movingAverage(x: Tensor, tau: Tensor): Tensor {
  const rate = tau.reciprocal().neg().exp().neg().add(1);
  const scale = rate.neg().add(2).div(rate).sqrt();
  const step = (y: Tensor, input: Tensor): { carry: Tensor; y: Tensor } => {
    const next = y.add(input.sub(y).mul(rate));
    return { carry: next, y: next.mul(scale) };
  };
  return scan(step, x.literal(0, x.shape.slice(1)), x).ys;
}

/** y_i = EMA(x_i, τ_i): the task of T8.2, one channel for each time constant. @param tau each > 0 */
export function averagesTask(tau: readonly number[]): TemporalTask {
  check("averagesTask", tau, (value) => value > 0 && value < Infinity, "time constants > 0");
  return {
    channels: tau.length,
    outputs: tau.length,
    targets: (x) =>
      stack(
        tau.map((value, i) => movingAverage(x.at(i, 2), x.literal(value))),
        2,
      ),
  };
}

/**
 * y = EMA(x₁, τ_a) · EMA(x₂, τ_b): nothing linear in the input predicts it. Of unit variance, for both factors are and they
 * are independent.
 */
export function productTask(tau: readonly [number, number]): TemporalTask {
  check("productTask", tau, (value) => value > 0 && value < Infinity, "time constants > 0");
  const averages = averagesTask(tau);
  return {
    channels: 2,
    outputs: 1,
    targets: (x) => {
      const both = averages.targets(x);
      return both.slice(0, 1, 2).mul(both.slice(1, 2, 2));
    },
  };
}

/** y_i(t) = x(t − lag_i), 0 before: delayed recall. @param lags integers ≥ 0, shorter than the sequence */
export function recallTask(lags: readonly number[] = [3, 30, 100]): TemporalTask {
  check("recallTask", lags, (value) => Number.isInteger(value) && value >= 0, "lags that are integers >= 0");
  return {
    channels: 1,
    outputs: lags.length,
    targets: (x) => {
      const [time, batch] = x.shape as [number, number];
      const delayed = lags.map((lag) =>
        lag === 0
          ? x
          : lag >= time
            ? x.literal(0, [time, batch, 1])
            : concat([x.literal(0, [lag, batch, 1]), x.slice(0, time - lag)]),
      );
      return concat(delayed, 2);
    },
  };
}

function check(
  place: string,
  values: readonly number[],
  holds: (value: number) => boolean,
  needs: string,
): void {
  if (values.length > 0 && values.every(holds)) return;
  throw new UsageError(`${place}: needs at least one of its ${needs}, got [${values.join(", ")}].`);
}

export interface TaskOptions {
  /** Sequences of this length. Default 120; the first third is not scored. */
  readonly time?: number;
  /** Sequences per step. Default 16. */
  readonly batch?: number;
  /** Steps of Adam. Default 400. */
  readonly steps?: number;
  /** Default 0.01. */
  readonly learningRate?: number;
}

export interface TaskLearned {
  /** Mean squared error over the last twentieth of the steps; predicting a constant has 1, less where a lag is not over yet. */
  readonly error: number;
  /** `[units]`: effective time constants on the task's inputs, in steps; NaN for cells that do not tell. */
  readonly tau: readonly number[];
}

/**
 * Trains a recurrent cell with a linear readout on a task.
 * @param cell with as many inputs as the task has channels
 * @see docs/theory, T8.1 and T8.2
 */
export async function learnTask<State>(
  executor: Executor,
  key: Key,
  task: TemporalTask,
  cell: Cell<State>,
  options: TaskOptions = {},
): Promise<TaskLearned> {
  const { time = 120, batch = 16, steps = 400, learningRate = 0.01 } = options;
  const { channels, outputs } = task;
  const readout = dense({ inputs: cell.units, outputs, name: "readout" });
  const from = Math.floor(time / 3);
  const model = defineModel({
    parameters: { ...cell.parameters, ...readout.parameters },
    loss(p, _, __, context: LossContext) {
      const x = context.normal([batch, time, channels]);
      const wanted = task
        .targets(x.transpose([1, 0, 2]))
        .slice(from)
        .transpose([1, 0, 2]);
      const y = readout.apply(p, unroll(cell, p, x, context).outputs.slice(from, time, 1), context);
      return y.sub(wanted.stopGradient()).square().mean();
    },
  });
  const training = trainingProgram(model, {
    optimizer: chain(clipByNorm({ norm: 1 }), adam({ learningRate })),
  });
  const session = await executor.compile({ train: training.program }, { members: 1, key });
  try {
    initialise(session, training, key, 0);
    const last = Math.max(1, Math.floor(steps / 20));
    await session.step("train", steps - last, 0);
    await session.step("train", last, steps - last);
    const error = session.metrics("train")["loss"]!.mean[0]!;
    if (cell.retention === undefined) return { error, tau: Array.from({ length: cell.units }, () => NaN) };
    const parameters = Object.fromEntries(
      Object.keys(model.parameters).map((name) => [name, Array.from(session.read(name, 0))]),
    );
    const { values } = await predict({
      model,
      parameters,
      executor,
      output: (p, _, __, context) =>
        effectiveTimeConstants(cell, p, context.normal([batch, time, channels]), context),
    });
    return { error, tau: Array.from(values) };
  } finally {
    await session.close();
  }
}
