import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  kalmanLearner,
  multiscaleLearner,
  sgdLearner,
  variationalLearner,
  windowLearner,
  zeroLearner,
} from "./onlineLearners.ts";
import { onlineTask, type OnlineLearner, type OnlineTask, predictionError } from "./onlineTask.ts";

const timescales = [1, 4, 16, 64, 256, 1024];
const rates = (c: number, e: number) => timescales.map((tau) => c * tau ** -e);

const scores = (
  tasks: readonly OnlineTask[],
  learner: (task: OnlineTask) => OnlineLearner,
): { mean: number; se: number } => {
  const values = tasks.map((task) => predictionError(task, learner(task)));
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, se: Math.sqrt(variance / values.length) };
};

describe("online prediction of a 1/f world", () => {
  const gauss = Array.from({ length: 12 }, (_, s) => onlineTask(key(11), s, { dims: 5, inputs: "normal" }));
  const decays = gauss[0]!.decays;

  it("orders the learners Kalman ≤ variational < multiscale < SGD < window for random inputs", () => {
    const kalman = scores(gauss, kalmanLearner);
    const variational = scores(gauss, variationalLearner);
    const multiscale = scores(gauss, () => multiscaleLearner(5, decays, rates(0.04, 0.25)));
    const sgd = scores(gauss, () => sgdLearner(5, 0.05));
    const window = scores(gauss, () => windowLearner(5, 10, 3));
    const zero = scores(gauss, zeroLearner);
    expect(kalman.mean).toBeLessThan(variational.mean);
    expect(variational.mean).toBeLessThan(multiscale.mean);
    expect(multiscale.mean).toBeLessThan(sgd.mean);
    expect(sgd.mean).toBeLessThan(window.mean);
    expect(window.mean).toBeLessThan(zero.mean);
    // Reference values over other series: within three joint standard errors.
    for (const [mine, reference, se] of [
      [kalman, 2.310114903677888, 0.034],
      [variational, 2.367983629714604, 0.0355],
      [multiscale, 2.5249572841007963, 0.04],
      [sgd, 2.7611054041979393, 0.042],
      [window, 2.8289142288230855, 0.053],
    ] as const) {
      expect(Math.abs(mine.mean - reference)).toBeLessThan(3 * Math.hypot(mine.se, se));
    }
  });

  it("for one constant input the steady Kalman gain is a multiscale learner with α = γK", () => {
    const task = onlineTask(key(10), 0, { dims: 1, inputs: "constant" });
    const kalman = kalmanLearner(task);
    const x = Float64Array.of(1);
    for (let t = 0; t < task.steps; t++) kalman.update(x, task.targets[t]!);
    const expected = [0.2411675, 0.1549036, 0.0859036, 0.0455642, 0.0249157, 0.0154138];
    expected.forEach((K, i) => expect(kalman.gain[i]).toBeCloseTo(K, 5));
    const again = kalmanLearner(task);
    const fixed = multiscaleLearner(
      1,
      task.decays,
      Array.from(task.decays, (gamma, i) => gamma * kalman.gain[i]!),
    );
    let largest = 0;
    for (let t = 0; t < task.steps; t++) {
      if (t >= task.steps - 500) largest = Math.max(largest, Math.abs(again.predict(x) - fixed.predict(x)));
      again.update(x, task.targets[t]!);
      fixed.update(x, task.targets[t]!);
    }
    // Reference 1.8e-5: what is left of the slowest transient, e^{−4000/1024}, in the gains.
    expect(largest).toBeLessThan(1e-4);
  });

  it("shows staleness: the window's error falls and then rises with its length", () => {
    const error = (window: number) => scores(gauss.slice(0, 6), () => windowLearner(5, window, 3)).mean;
    expect(error(5)).toBeGreaterThan(error(10));
    expect(error(80)).toBeGreaterThan(error(10));
    expect(error(320)).toBeGreaterThan(error(80));
  });

  it("diverges when Σα|x|² exceeds 2", () => {
    const task = onlineTask(key(10), 1, { dims: 1, inputs: "constant", steps: 1500 });
    expect(predictionError(task, multiscaleLearner(1, [1, 0.9], [1.5, 0.8]), 1000)).toBeGreaterThan(1e6);
  });
});
