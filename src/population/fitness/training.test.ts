import { describe, expect, it } from "vitest";
import type { Evaluation, Member, Population } from "../index.ts";
import { noTraining, observeTraining, type Training, trainingGain } from "./training.ts";

const member = (id: number, generation: number): Member => ({
  id,
  founder: id,
  parent: id,
  hyperparameters: {},
  step: 0,
  generation,
  checkpoint: null,
  status: "active",
});
const population = (generations: readonly number[]): Population => ({
  generation: 1,
  members: generations.map((generation, id) => member(id, generation)),
  memory: null,
});
const evaluation = (id: number, ...values: readonly number[]): Evaluation => ({
  member: id,
  step: 10 * values.length,
  value: values.at(-1) ?? null,
  reports: values.map((value, i) => ({ step: 10 * (i + 1), value })),
  status: "ok",
  checkpoint: null,
});
const observe = (
  before: Training,
  evaluations: readonly Evaluation[],
  { sign = 1, ready = evaluations.map(({ member }) => member), generations = evaluations.map(() => 1) } = {},
  share = 1,
): Training =>
  observeTraining(before, evaluations, population(generations), new Set(ready), sign as 1 | -1, share);

describe("what training does within intervals", () => {
  it("is the mean sign of last minus first report, in 'higher is better'", () => {
    const given = [evaluation(0, 1, 5, 3), evaluation(1, 2, 1), evaluation(2, 0, 1), evaluation(3, 4, 4)];
    expect(observe(noTraining, given)).toEqual({ sum: 1, count: 4 });
    expect(observe(noTraining, given, { sign: -1 })).toEqual({ sum: -1, count: 4 });
    expect(trainingGain({ sum: 1, count: 4 })).toEqual({ gain: 0.25, error: 0.5 });
  });

  it("does not look at first intervals, at members that are not ready, at single or broken reports", () => {
    const given = [evaluation(0, 1, 2), evaluation(1, 1, 2), evaluation(2, 3), evaluation(3, Number.NaN, 2)];
    expect(observe(noTraining, given, { ready: [0, 2, 3], generations: [0, 1, 1, 1] })).toEqual(noTraining);
    expect(trainingGain(noTraining)).toBe(null);
  });

  it("forgets by the share of the population that was seen: two halves weigh as much as the whole", () => {
    const half = [evaluation(0, 1, 2)];
    const twice = observe(observe({ sum: 10, count: 20 }, half, {}, 0.5), [], {}, 0.5);
    expect(twice.count).toBeCloseTo(20 * 0.97 + 0.97 ** 0.5, 12);
    expect(twice.sum).toBeCloseTo(10 * 0.97 + 0.97 ** 0.5, 12);
  });
});
