import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { searchSpace, uniform } from "../space/index.ts";
import {
  type Curve,
  type Decision,
  type Evaluation,
  evaluationsAtEqualStep,
  extendCurve,
  extendCurves,
  initialPopulation,
  instantaneous,
  interpolate,
  type Population,
  retireMembers,
} from "./index.ts";

const line: Curve = [
  { step: 100, value: 2 },
  { step: 200, value: 1 },
  { step: 400, value: 0 },
];

const space = searchSpace({ x: uniform(0, 1) });

function population(steps: readonly number[]): Population {
  const drawn = initialPopulation(space, steps.length, key(1), { fitness: instantaneous() });
  return {
    ...drawn,
    members: drawn.members.map((member, id) => ({
      ...member,
      step: steps[id]!,
      checkpoint: { member: id, generation: 3, step: steps[id]! },
    })),
  };
}

function evaluation(member: number, step: number, value: number | null): Evaluation {
  const status = value === null ? "failed" : "ok";
  const reports =
    value === null
      ? []
      : [
          { step: step - 50, value: value + 1 },
          { step, value },
        ];
  return { member, step, value, reports, status, checkpoint: { member, generation: 0, step } };
}

describe("interpolate", () => {
  it("is linear between evaluations and exact at them", () => {
    expect([100, 150, 200, 250, 400].map((step) => interpolate(line, step))).toEqual([2, 1.5, 1, 0.75, 0]);
  });

  it("says nothing before the first and after the last evaluation", () => {
    expect(interpolate(line, 99)).toBeNull();
    expect(interpolate(line, 401)).toBeNull();
    expect(interpolate([], 5)).toBeNull();
  });
});

describe("extendCurve", () => {
  it("forgets points at or after a newer one: a lineage that was set back", () => {
    expect(extendCurve(line, { step: 200, value: 9 })).toEqual([line[0], { step: 200, value: 9 }]);
  });
});

describe("extendCurves", () => {
  const copy: Decision = {
    member: 0,
    action: "copy",
    donor: 1,
    checkpoint: { member: 1, generation: 2, step: 200 },
    hyperparameters: { x: 0.5 },
    score: 1,
    rank: 2,
    reason: "below the cut",
  };

  it("adds an evaluation to its member's curve; failures add nothing", () => {
    const once = extendCurves(new Map(), evaluation(0, 100, 3), null);
    expect(interpolate(once.get(0)!, 100)).toBe(3);
    expect(extendCurves(once, evaluation(0, 200, null), null)).toEqual(once);
  });

  it("gives a copy its donor's curve up to the copied state", () => {
    const curves = extendCurves(new Map([[1, line]]), evaluation(0, 300, 3), copy);
    expect(curves.get(0)).toEqual(line.slice(0, 2));
    expect(curves.get(1)).toEqual(line);
  });
});

describe("evaluationsAtEqualStep", () => {
  const curves = new Map<number, Curve>([
    [1, line],
    [2, [{ step: 100, value: 5 }]],
    [3, [{ step: 250, value: 7 }]],
  ]);

  it("compares the others at the ready member's step, and offers their newest checkpoints", () => {
    const ready = evaluation(0, 150, 4);
    const [own, second, third, fourth] = evaluationsAtEqualStep(
      ready,
      population([100, 400, 100, 250]),
      curves,
    );
    expect(own).toBe(ready);
    expect(second).toMatchObject({ member: 1, step: 150, value: 1.5, checkpoint: { step: 400 } });
    expect(third).toMatchObject({ member: 2, value: null });
    expect(fourth).toMatchObject({ member: 3, value: null });
  });

  it("hands over the others' reports up to that step, for tests of significance", () => {
    let lived = extendCurves(new Map(), evaluation(1, 100, 2), null);
    lived = extendCurves(lived, evaluation(1, 200, 1), null);
    lived = extendCurves(lived, evaluation(1, 300, 0), null);
    const [, other] = evaluationsAtEqualStep(evaluation(0, 250, 4), population([200, 300]), lived);
    expect(other!.reports).toEqual([
      { step: 150, value: 2 },
      { step: 200, value: 1 },
      { step: 250, value: 1 },
    ]);
  });

  it("lets a retired member keep its last value", () => {
    const retired = retireMembers(population([300, 400, 100, 250]), [2]);
    const [, , third] = evaluationsAtEqualStep(evaluation(0, 300, 4), retired, curves);
    expect(third).toMatchObject({ member: 2, step: 100, value: 5 });
  });

  it("compares donors for a failed member at the step that half of them have reached", () => {
    const given = evaluationsAtEqualStep(evaluation(0, 999, null), population([300, 400, 100, 250]), curves);
    expect(given.map(({ step }) => step)).toEqual([999, 250, 250, 250]);
    expect(given.map(({ value }) => value)).toEqual([null, 0.75, null, 7]);
  });
});
