import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { type Json, searchSpace, uniform } from "../../space/index.ts";
import {
  type Evaluation,
  type Fitness,
  improvementRate,
  initialPopulation,
  instantaneous,
  intervalAverage,
  lineageEma,
} from "../index.ts";

const space = searchSpace({ x: uniform(0, 1) });

function evaluation(
  member: number,
  step: number,
  value: number | null,
  reports: readonly number[] = [],
): Evaluation {
  return {
    member,
    step,
    value,
    reports: reports.map((report, i) => ({ step: step - reports.length + i + 1, value: report })),
    status: value === null ? "failed" : "ok",
    checkpoint: { member, generation: 0, step },
  };
}

function score(
  fitness: Fitness,
  memory: Json,
  evaluations: readonly Evaluation[],
  ready = evaluations.map(({ member }) => member),
  sign: 1 | -1 = 1,
) {
  const population = initialPopulation(space, 3, key(1), { fitness });
  const result = fitness.score(memory, { population, evaluations, sign, space, key: key(1), ready });
  return { memory: result.memory, scores: result.scores.map((entry) => entry.score) };
}

describe("instantaneous", () => {
  it("is the last value in higher-is-better sign", () => {
    expect(
      score(instantaneous(), null, [evaluation(0, 5, 3), evaluation(1, 5, null)], [0, 1], -1).scores,
    ).toEqual([-3, null]);
  });
});

describe("intervalAverage", () => {
  it("is the mean of the interval's finite reports, or the last value without them", () => {
    const evaluations = [
      evaluation(0, 5, 3, [1, 2, 6]),
      evaluation(1, 5, 4),
      evaluation(2, 5, 1, [Number.NaN, 5]),
    ];
    expect(score(intervalAverage(), {}, evaluations).scores).toEqual([3, 4, 5]);
  });

  it("compares at equal step: who is not ready is interpolated along its own averages", () => {
    const rule = intervalAverage();
    const first = score(rule, rule.initial, [evaluation(1, 100, 0, [10])]);
    const second = score(rule, first.memory, [evaluation(1, 200, 0, [20])]);
    const later = score(rule, second.memory, [evaluation(0, 150, 0, [1]), evaluation(1, 150, 0)], [0]);
    expect(later.scores).toEqual([1, 15]);
    const before = score(rule, second.memory, [evaluation(0, 150, 0, [1]), evaluation(1, 150, null)], [0]);
    expect(before.scores).toEqual([1, null]);
  });
});

describe("lineageEma", () => {
  it("is s ← (1−a) s + a mean(reports), starting with the first mean", () => {
    const rule = lineageEma({ weight: 0.25 });
    const first = score(rule, rule.initial, [evaluation(0, 10, 0, [8])]);
    const second = score(rule, first.memory, [evaluation(0, 20, 0, [4, 4])]);
    const third = score(rule, second.memory, [evaluation(0, 30, -1)]);
    expect([first.scores, second.scores, third.scores]).toEqual([[8], [7], [5]]);
  });

  it("is inherited with the copy, from the donor as it was before the step", () => {
    const rule = lineageEma();
    const { memory } = score(rule, rule.initial, [
      evaluation(0, 10, 0),
      evaluation(1, 10, 8),
      evaluation(2, 10, 4),
    ]);
    const inherited = rule.inherit!(memory, [
      { member: 0, donor: 1 },
      { member: 1, donor: 2 },
    ]);
    const next = score(rule, inherited, [evaluation(0, 20, 0), evaluation(1, 20, 0), evaluation(2, 20, 0)]);
    expect(next.scores).toEqual([4, 2, 2]);
  });

  it("keeps its state over a failed segment", () => {
    const rule = lineageEma();
    const first = score(rule, rule.initial, [evaluation(0, 10, 8)]);
    const failed = score(rule, first.memory, [evaluation(0, 20, null)]);
    expect(failed.scores).toEqual([null]);
    expect(score(rule, failed.memory, [evaluation(0, 20, 4)]).scores).toEqual([6]);
  });

  it("remembers no more of a synchronous run than one point per member", () => {
    const rule = lineageEma();
    let memory = rule.initial;
    const sizes: number[] = [];
    for (let generation = 1; generation <= 20; generation++) {
      const step = 10 * generation;
      memory = score(rule, memory, [
        evaluation(0, step, 1),
        evaluation(1, step, 1),
        evaluation(2, step, 1),
      ]).memory;
      sizes.push((memory as unknown as Record<string, [Json, unknown[]]>)["1"]![1].length);
    }
    expect(Math.max(...sizes)).toBe(1);
  });
});

describe("improvementRate", () => {
  it("is the gain per step since the lineage's evaluation before", () => {
    const rule = improvementRate();
    const first = score(rule, rule.initial, [evaluation(0, 10, 8), evaluation(1, 10, 6)], [0, 1], -1);
    const second = score(rule, first.memory, [evaluation(0, 30, 2), evaluation(1, 30, 5)], [0, 1], -1);
    expect(first.scores).toEqual([null, null]);
    expect(second.scores).toEqual([0.3, 0.05]);
  });

  it("measures the first interval from its first report", () => {
    expect(score(improvementRate(), {}, [evaluation(0, 10, 8, [2, 3, 7])]).scores).toEqual([3]);
  });
});
