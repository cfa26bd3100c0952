import { describe, expect, it } from "vitest";
import { gru, leaky } from "../nets/index.ts";
import { key, stream } from "../random/index.ts";
import { defineModel, predict, reference } from "../tensor/index.ts";
import { averagesTask, learnTask, productTask, recallTask, type TemporalTask } from "./temporalTasks.ts";

const TIME = 7;
const BATCH = 3;
const draws = stream(key(1), "tasks");

/** Targets `[TIME][BATCH][outputs]` of a task on given noise, and the noise, `[TIME][BATCH][channels]`. */
async function targetsOf(task: TemporalTask): Promise<{ x: number[][][]; y: number[][][] }> {
  const x = Array.from({ length: TIME }, () =>
    Array.from({ length: BATCH }, () => Array.from({ length: task.channels }, () => draws.normal())),
  );
  const model = defineModel({
    parameters: {},
    data: { x: { shape: [BATCH, task.channels] } },
    loss: (_, batch) => batch.x.square().mean([1, 2]),
  });
  const { values, shape } = await predict({
    model,
    parameters: {},
    data: { x: x.flat(2) },
    output: (_, batch) => task.targets(batch.x),
  });
  expect(shape).toEqual([TIME, BATCH, task.outputs]);
  const y = x.map((rows, t) =>
    rows.map((_, b) =>
      Array.from({ length: task.outputs }, (_, k) => values[(t * BATCH + b) * task.outputs + k]!),
    ),
  );
  return { x, y };
}

/** EMA by hand, of unit variance. */
function ema(series: readonly number[], tau: number): number[] {
  const rate = 1 - Math.exp(-1 / tau);
  let y = 0;
  return series.map((value) => {
    y += rate * (value - y);
    return y * Math.sqrt((2 - rate) / rate);
  });
}

const along = (x: readonly number[][][], b: number, channel: number): number[] =>
  x.map((rows) => rows[b]![channel]!);

describe("temporal tasks", () => {
  it("are averages of the channels, each over its own time", async () => {
    const { x, y } = await targetsOf(averagesTask([2, 40]));
    for (let b = 0; b < BATCH; b++) {
      for (const [k, tau] of [2, 40].entries()) {
        const expected = ema(along(x, b, k), tau);
        along(y, b, k).forEach((value, t) => expect(Math.abs(value - expected[t]!)).toBeLessThan(1e-12));
      }
    }
  });

  it("are products of two averages", async () => {
    const { x, y } = await targetsOf(productTask([3, 11]));
    for (let b = 0; b < BATCH; b++) {
      const [slow, fast] = [ema(along(x, b, 0), 3), ema(along(x, b, 1), 11)];
      along(y, b, 0).forEach((value, t) => expect(Math.abs(value - slow[t]! * fast[t]!)).toBeLessThan(1e-12));
    }
  });

  it("are delayed recalls, zero before there is something to recall", async () => {
    const lags = [0, 2, 5, 30];
    const { x, y } = await targetsOf(recallTask(lags));
    for (let b = 0; b < BATCH; b++) {
      for (const [k, lag] of lags.entries()) {
        along(y, b, k).forEach((value, t) => expect(value).toBe(t < lag ? 0 : x[t - lag]![b]![0]!));
      }
    }
  });

  it("refuse times and lags that cannot be", () => {
    expect(() => averagesTask([])).toThrow(
      /averagesTask: needs at least one of its time constants > 0, got \[\]/,
    );
    expect(() => productTask([2, 0])).toThrow(/productTask/);
    expect(() => recallTask([1.5])).toThrow(/recallTask: .*integers >= 0, got \[1.5\]/);
  });
});

describe("a cell on a task", () => {
  const small = { time: 12, batch: 4, steps: 60 };

  it("learns a fast average, and tells its effective time constants", async () => {
    const { error, tau } = await learnTask(
      reference,
      key(2),
      averagesTask([2]),
      leaky({ inputs: 1, units: 4 }),
      small,
    );
    // Predicting a constant has 1.
    expect(error).toBeLessThan(0.7);
    expect(tau).toHaveLength(4);
    for (const own of tau) expect(own).toBeGreaterThan(0);
  });

  it("tells no time constants of a cell that does not say what it keeps", async () => {
    const silent = { ...gru({ inputs: 1, units: 2 }), retention: undefined };
    const { tau } = await learnTask(reference, key(2), recallTask([0]), silent, { ...small, steps: 2 });
    expect(tau).toEqual([NaN, NaN]);
  });
});
