import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../random/index.ts";
import { logUniform, searchSpace } from "../space/index.ts";
import {
  type Curves,
  type Decision,
  type Evaluation,
  evaluationsAtEqualStep,
  extendCurves,
  initialPopulation,
  type Population,
  type Rules,
  rulesFrom,
  slowStep,
} from "./index.ts";

const space = searchSpace({ rate: logUniform(1e-4, 1) });
const INTERVAL = 10;

interface Entry {
  readonly evaluation: Evaluation;
  readonly decision: Decision;
}

const boundary = (
  population: Population,
  curves: Curves,
  evaluation: Evaluation,
  seed: number,
  rules: Rules,
) =>
  slowStep(population, evaluationsAtEqualStep(evaluation, population, curves), key(seed), rules, {
    space,
    ready: [evaluation.member],
  });

/** Members reach their boundaries in a random order, some much faster than others; the log is what happened. */
function run(seed: number, members: number, rules: Rules, boundaries: number) {
  let population = initialPopulation(space, members, key(seed), rules);
  let curves: Curves = new Map();
  const log: Entry[] = [];
  const clock = stream(key(seed), "clock");
  for (let i = 0; i < boundaries; i++) {
    const id = Math.min(clock.integer(members), clock.integer(members));
    const { step, generation, hyperparameters } = population.members[id]!;
    const until = step + INTERVAL;
    const failed = clock.uniform() < 0.1;
    const evaluation: Evaluation = {
      member: id,
      step: until,
      value: failed
        ? null
        : -Math.abs(Math.log10(Number(hyperparameters["rate"])) + 2) / until + 0.01 * clock.normal(),
      reports: [{ step: until, value: clock.normal() }],
      status: failed ? "failed" : "ok",
      checkpoint: failed ? null : { member: id, generation, step: until },
    };
    const result = boundary(population, curves, evaluation, seed, rules);
    expect(result.decisions).toHaveLength(1);
    log.push({ evaluation, decision: result.decisions[0]! });
    curves = extendCurves(curves, evaluation, result.decisions[0]!);
    population = result.population;
  }
  return { log, population };
}

const anyRules = fc
  .record({
    selection: fc.constantFrom<object>(
      { kind: "truncation", fraction: 0.3 },
      { kind: "fermi" },
      { kind: "wrightFisher" },
    ),
    fitness: fc.constantFrom(
      "instantaneous",
      "intervalAverage",
      "lineageEma",
      "improvementRate",
      "fire",
      "transition",
      "auto",
    ),
  })
  .map(({ selection, fitness }) =>
    rulesFrom({
      selection: JSON.parse(JSON.stringify(selection)) as { kind: string },
      mutation: { kind: "gaussian" },
      fitness: { kind: fitness },
      sign: 1,
      control: "none",
    }),
  );

describe("an asynchronous run", () => {
  it("is derived again from its log, in the order that happened", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 8 }),
        anyRules,
        (seed, members, rules) => {
          const { log, population: end } = run(seed, members, rules, 60);
          const stored = JSON.parse(JSON.stringify(log)) as Entry[];
          let population = initialPopulation(space, members, key(seed), rules);
          let curves: Curves = new Map();
          for (const { evaluation, decision } of stored) {
            const again = boundary(population, curves, evaluation, seed, rules);
            expect(again.decisions).toEqual([decision]);
            curves = extendCurves(curves, evaluation, decision);
            population = again.population;
          }
          expect(population).toEqual(end);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("sets a copy to the step of the donor's newest state, never behind the boundary it was compared at", () => {
    const rules = rulesFrom({
      selection: { kind: "truncation", fraction: 0.3 },
      mutation: { kind: "gaussian" },
      fitness: { kind: "instantaneous" },
      sign: 1,
      control: "none",
    });
    let copies = 0;
    for (let seed = 0; seed < 20; seed++) {
      for (const { evaluation, decision } of run(seed, 8, rules, 80).log) {
        if (decision.action !== "copy" || evaluation.status === "failed") continue;
        copies++;
        expect(decision.checkpoint!.step).toBeGreaterThanOrEqual(evaluation.step);
      }
    }
    expect(copies).toBeGreaterThan(100);
  });
});
