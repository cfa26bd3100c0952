import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, permutation, stream } from "../random/index.ts";
import { type Hyperparameters, type Json, searchSpace, uniform } from "../space/index.ts";
import { everyLaw } from "../testing/index.ts";
import {
  applyDecisions,
  type Decision,
  type Evaluation,
  initialPopulation,
  keepOwn,
  type Population,
  type Rules,
  retireMembers,
  rulesFrom,
  slowStep,
} from "./index.ts";

/** Sums of a few hundred numbers of order 1 in double precision. */
const EXACT = 1e-12;
const space = everyLaw();

const selections: Json[] = [
  { kind: "truncation" },
  { kind: "binaryTournament" },
  { kind: "boltzmann", mutates: "all" },
  { kind: "fermi" },
  { kind: "wrightFisher", mutates: "all" },
  { kind: "welch", alpha: 0.5 },
];
const mutations: Json[] = [{ kind: "gaussian", sigma: 0.5 }, { kind: "pbtPerturb" }, { kind: "resample" }];
const fitnesses: Json[] = [{ kind: "instantaneous" }, { kind: "lineageEma" }, { kind: "improvementRate" }];

const anyRules = fc
  .record({
    selection: fc.constantFrom(...selections),
    mutation: fc.constantFrom(...mutations),
    fitness: fc.constantFrom(...fitnesses),
    sign: fc.constantFrom<1 | -1>(1, -1),
    control: fc.constantFrom<Rules["control"]>("none", "none", "random-search", "frozen"),
  })
  .map((spec) => rulesFrom(spec));

/** Results with ties, failures, missing values and missing checkpoints. */
function results(population: Population, seed: number): Evaluation[] {
  return population.members.map(({ id, step, status }): Evaluation => {
    const draws = stream(key(seed), "results", id, population.generation);
    const fate = draws.uniform();
    const failed = fate < 0.15;
    const until = status === "retired" ? step : step + 10;
    return {
      member: id,
      step: until,
      value: failed || fate < 0.2 ? null : draws.integer(6),
      reports: [1, 2, 3].map((i) => ({ step: until - 4 + i, value: draws.normal() })),
      status: failed ? "failed" : "ok",
      checkpoint:
        failed || fate > 0.95 ? null : { member: id, generation: population.generation, step: until },
    };
  });
}

const anyRun = fc.record({
  seed: fc.integer({ min: 0, max: 1e9 }),
  members: fc.integer({ min: 1, max: 24 }),
  rules: anyRules,
});

/** Every slow step of a short run. */
function* steps(seed: number, members: number, rules: Rules, generations = 4) {
  let population = initialPopulation(space, members, key(seed), rules);
  for (let generation = 0; generation < generations; generation++) {
    const evaluations = results(population, seed);
    const result = slowStep(population, evaluations, key(seed), rules, { space });
    yield { ...result, after: result.population, population, evaluations };
    population = result.population;
  }
}

describe("slowStep", () => {
  it("satisfies Price's equation at every event, with mutation and clipping", () => {
    fc.assert(
      fc.property(anyRun, ({ seed, members, rules }) => {
        for (const { diagnostics } of steps(seed, members, rules)) {
          for (const [name, terms] of Object.entries(diagnostics.price)) {
            if (terms === null) {
              expect(["group.optimiser", "group.flag"]).toContain(name);
              continue;
            }
            expect(Math.abs(terms.change - terms.selection - terms.transmission)).toBeLessThan(EXACT);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("keeps the number of members, their ids, and every value inside its law", () => {
    fc.assert(
      fc.property(anyRun, ({ seed, members, rules }) => {
        for (const { after, population } of steps(seed, members, rules)) {
          expect(after.members.map(({ id }) => id)).toEqual(population.members.map(({ id }) => id));
          expect(after.generation).toBe(population.generation + 1);
          for (const { hyperparameters } of after.members) {
            for (const [i, name] of space.names.entries()) {
              expect(space.distributions[i]!.contains(hyperparameters[name]!)).toBe(true);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("gives the same result for members and evaluations in any order", () => {
    fc.assert(
      fc.property(anyRun, ({ seed, members, rules }) => {
        for (const { population, evaluations, decisions, after, diagnostics } of steps(
          seed,
          members,
          rules,
        )) {
          const order = permutation(stream(key(seed), "order"), members);
          const shuffled = slowStep(
            { ...population, members: order.map((i) => population.members[i]!) },
            order.toReversed().map((i) => evaluations[i]!),
            key(seed),
            rules,
            { space },
          );
          expect(shuffled).toEqual({ population: after, decisions, diagnostics });
        }
      }),
      { numRuns: 40 },
    );
  });

  it("copies only who scored, did not fail and left a checkpoint; a copy takes donor's state, step and founder", () => {
    fc.assert(
      fc.property(anyRun, ({ seed, members, rules }) => {
        for (const { population, evaluations, decisions, after } of steps(seed, members, rules)) {
          for (const decision of decisions) {
            const child = after.members[decision.member]!;
            expect(child.checkpoint).toEqual(decision.checkpoint);
            expect(child.hyperparameters).toEqual(decision.hyperparameters);
            if (decision.donor === null) continue;
            const donor = evaluations[decision.donor]!;
            expect(donor.status).toBe("ok");
            expect(donor.value).not.toBeNull();
            expect(donor.checkpoint).not.toBeNull();
            expect(child.checkpoint).toEqual(donor.checkpoint);
            expect(child.step).toBe(donor.step);
            expect(child.founder).toBe(population.members[decision.donor]!.founder);
            expect(child.parent).toBe(decision.donor);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("is rebuilt by folding its decisions", () => {
    fc.assert(
      fc.property(anyRun, ({ seed, members, rules }) => {
        for (const { population, decisions, after } of steps(seed, members, rules)) {
          const stored = JSON.parse(JSON.stringify(decisions)) as Decision[];
          expect(applyDecisions(population, stored, after.memory, after.record)).toEqual(after);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("copies nobody under random-search, and under frozen only what exists", () => {
    fc.assert(
      fc.property(anyRun, ({ seed, members, rules }) => {
        for (const { decisions } of steps(seed, members, { ...rules, control: "random-search" })) {
          expect(decisions.every(({ action }) => action === "keep")).toBe(true);
        }
        const frozenRules: Rules = { ...rules, control: "frozen" };
        for (const { population, decisions } of steps(seed, members, frozenRules)) {
          for (const { member, donor, hyperparameters } of decisions) {
            expect(hyperparameters).toEqual(population.members[donor ?? member]!.hyperparameters);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

const line = searchSpace({ x: uniform(0, 1) });
const plain = rulesFrom({
  selection: { kind: "truncation", fraction: 0.25 },
  mutation: { kind: "none" },
  fitness: { kind: "instantaneous" },
  sign: 1,
  control: "none",
});

function evaluation(member: number, value: number | null, extra: Partial<Evaluation> = {}): Evaluation {
  return {
    member,
    step: 10,
    value,
    reports: [],
    status: "ok",
    checkpoint: { member, generation: 0, step: 10 },
    ...extra,
  };
}

describe("slowStep's decisions", () => {
  const population = initialPopulation(line, 4, key(3), plain);

  it("carry score, rank, cut, draw and the donor's score and rank", () => {
    const { decisions } = slowStep(
      population,
      [4, 1, 3, 2].map((v, i) => evaluation(i, v)),
      key(3),
      plain,
      {
        space: line,
      },
    );
    expect(decisions.map(({ action, donor, score, rank }) => [action, donor, score, rank])).toEqual([
      ["keep", null, 4, 1],
      ["copy", 0, 1, 4],
      ["keep", null, 3, 2],
      ["keep", null, 2, 3],
    ]);
    expect(decisions[1]!.reason).toBe("below the cut");
    expect(decisions[1]!.detail).toEqual({
      count: 1,
      of: 4,
      draw: 0,
      donors: 1,
      donorScore: 4,
      donorRank: 1,
    });
    expect(decisions[0]!.detail).toEqual({ count: 1, of: 4 });
  });

  it("rank minimised metrics the other way", () => {
    const { decisions, diagnostics } = slowStep(
      population,
      [4, 1, 3, 2].map((v, i) => evaluation(i, v)),
      key(3),
      { ...plain, sign: -1 },
      { space: line },
    );
    expect(decisions.map(({ rank }) => rank)).toEqual([4, 1, 3, 2]);
    expect(decisions[0]!.donor).toBe(1);
    expect(diagnostics.best).toEqual({ member: 1, value: 1 });
  });

  it("show the random keys of tied scores, and only of those", () => {
    const { decisions } = slowStep(
      population,
      [1, 1, 3, 2].map((v, i) => evaluation(i, v)),
      key(3),
      plain,
      {
        space: line,
      },
    );
    expect(decisions.map(({ detail }) => typeof detail?.["tie"])).toEqual([
      "number",
      "number",
      "undefined",
      "undefined",
    ]);
    const [a, b] = decisions;
    const smaller = Number(a!.detail!["tie"]) < Number(b!.detail!["tie"]) ? a! : b!;
    expect(smaller.rank).toBe(3);
  });

  it("decide ties between first and last index equally often over seeds", () => {
    let first = 0;
    const runs = 2000;
    for (let seed = 0; seed < runs; seed++) {
      const { decisions } = slowStep(
        population,
        [0, 1, 2, 0].map((v, i) => evaluation(i, v)),
        key(seed),
        plain,
        {
          space: line,
        },
      );
      if (decisions[0]!.action === "copy") first++;
      expect(decisions[0]!.action === "copy").not.toBe(decisions[3]!.action === "copy");
    }
    expect(Math.abs(first - runs / 2)).toBeLessThan(3.5 * Math.sqrt(runs / 4));
  });

  it("replace all failed members, beyond the truncation count", () => {
    const failed = { status: "failed", cause: "nan", checkpoint: null } as const;
    const { decisions, population: next } = slowStep(
      population,
      [
        evaluation(0, 5),
        evaluation(1, null, failed),
        evaluation(2, null, failed),
        evaluation(3, 1, { checkpoint: null }),
      ],
      key(3),
      plain,
      { space: line },
    );
    expect(decisions.map(({ donor }) => donor)).toEqual([null, 0, 0, 0]);
    expect(decisions.map(({ reason }) => reason)).toEqual(["above the cut", "failed", "failed", "failed"]);
    expect(next.members.map(({ founder }) => founder)).toEqual([0, 0, 0, 0]);
  });

  it("let a failed member go on from its last good state when nobody can be copied", () => {
    const before = {
      ...population,
      members: population.members.map((member) => ({
        ...member,
        step: 5,
        checkpoint: { member: member.id, generation: 0, step: 5 },
      })),
    };
    const failed = { status: "failed", step: 7, checkpoint: null } as const;
    const {
      decisions,
      population: next,
      diagnostics,
    } = slowStep(
      before,
      [0, 1, 2, 3].map((id) => evaluation(id, null, failed)),
      key(3),
      plain,
      { space: line },
    );
    expect(decisions.map(({ action }) => action)).toEqual(["keep", "keep", "keep", "keep"]);
    expect(next.members.map(({ step }) => step)).toEqual([5, 5, 5, 5]);
    expect(next.members.map(({ checkpoint }) => checkpoint)).toEqual(before.members.map((m) => m.checkpoint));
    expect(diagnostics.failed).toBe(4);
    expect(diagnostics.best).toBeNull();
    expect(diagnostics.quantiles).toBeNull();
    expect(diagnostics.selectionDifferential).toBeNull();
  });

  it("treat NaN and infinite values of a trainer as no score", () => {
    const { decisions } = slowStep(
      population,
      [evaluation(0, Number.NaN), evaluation(1, Infinity), evaluation(2, 1), evaluation(3, 2)],
      key(3),
      plain,
      { space: line },
    );
    expect(decisions.map(({ score, donor }) => [score, donor])).toEqual([
      [null, 3],
      [null, 3],
      [1, null],
      [2, null],
    ]);
  });

  it("never replace a retired member, and may copy it", () => {
    const retired = retireMembers(population, [0, 1]);
    const { decisions, population: next } = slowStep(
      retired,
      [evaluation(0, 9), evaluation(1, 0), evaluation(2, 5), evaluation(3, 1)],
      key(3),
      rulesFrom({ ...spec(plain), selection: { kind: "truncation", fraction: 0.5 } }),
      { space: line },
    );
    expect(decisions.map(({ member }) => member)).toEqual([2, 3]);
    expect([0, 2]).toContain(decisions[1]!.donor);
    expect(next.members.slice(0, 2)).toEqual(retired.members.slice(0, 2));
  });

  it("change only the ready member in asynchronous mode", () => {
    const { decisions, population: next } = slowStep(
      population,
      [evaluation(0, 9), evaluation(1, 0), evaluation(2, 5), evaluation(3, 1)],
      key(3),
      plain,
      { space: line, ready: [1] },
    );
    expect(decisions.map(({ member, donor }) => [member, donor])).toEqual([[1, 0]]);
    expect(next.members.filter(({ id }) => id !== 1)).toEqual(
      population.members.filter(({ id }) => id !== 1),
    );
    expect(next.members[1]!.generation).toBe(1);
    expect(next.generation).toBe(1);
  });

  it("refuse evaluations that do not fit, all at once", () => {
    expect(() =>
      slowStep(
        population,
        [evaluation(0, 1), evaluation(0, 1), evaluation(7, 1), evaluation(1, 1), evaluation(2, 1)],
        key(3),
        plain,
        {
          space: line,
        },
      ),
    ).toThrow(
      "slowStep: member 0 has two evaluations\nslowStep: evaluation of member 7, who does not exist\nslowStep: member 3 is ready but has no evaluation",
    );
  });
});

function spec(rules: Rules) {
  const { selection, mutation, fitness, sign, control } = rules;
  return { selection: selection.spec, mutation: mutation.spec, fitness: fitness.spec, sign, control };
}

/** theory.md T5.6: the toy of the PBT paper, two members, 200 gradient steps, an event every 4. */
function toy(seed: number, rules: Rules, steps = 200): number {
  const plane = searchSpace({ h0: uniform(0, 1), h1: uniform(0, 1) });
  const drawn = initialPopulation(plane, 2, key(seed), rules);
  const starts: Hyperparameters[] = [
    { h0: 1, h1: 0 },
    { h0: 0, h1: 1 },
  ];
  let population: Population = {
    ...drawn,
    members: drawn.members.map((member, i) => ({ ...member, hyperparameters: starts[i]! })),
  };
  let weights = [
    [0.9, 0.9],
    [0.9, 0.9],
  ];
  const quality = ([a, b]: readonly number[]): number => 1.2 - a! * a! - b! * b!;
  for (let step = 4; step <= steps; step += 4) {
    weights = population.members.map(({ id, hyperparameters }) => {
      const [a, b] = weights[id]!;
      const decay = (h: unknown): number => (1 - 2 * 0.02 * Number(h)) ** 4;
      return [a! * decay(hyperparameters["h0"]), b! * decay(hyperparameters["h1"])];
    });
    const evaluations = weights.map((w, member) =>
      evaluation(member, quality(w), {
        step,
        checkpoint: { member, generation: population.generation, step },
      }),
    );
    const result = slowStep(population, evaluations, key(seed), rules, { space: plane });
    const before = weights;
    weights = result.decisions.map(({ member, donor }) => before[donor ?? member]!);
    population = result.population;
  }
  return Math.max(...weights.map(quality));
}

describe("the toy of the PBT paper", () => {
  const rules = rulesFrom({ ...spec(plain), mutation: { kind: "gaussian", sigma: 0.1, step: 0, switch: 0 } });
  const seeds = Array.from({ length: 50 }, (_, seed) => seed);
  const mean = (runRules: Rules, steps?: number): number =>
    seeds.reduce((sum, seed) => sum + toy(seed, runRules, steps) / seeds.length, 0);

  it("reaches 1.1999 with mutation, from an exact tie at the start", () => {
    expect(mean(rules)).toBeGreaterThan(1.1999);
  });

  it("is ahead of copying parameters alone at 100 steps", () => {
    const exploitOnly = mean({ ...rules, mutation: keepOwn() }, 100);
    expect(exploitOnly).toBeGreaterThan(1.17);
    expect(mean(rules, 100)).toBeGreaterThan(exploitOnly);
  });

  it("stays at 0.39 in both controls: without copies, and with copies of what exists", () => {
    for (const control of ["random-search", "frozen"] as const) {
      const reached = mean({ ...rules, control });
      expect(reached).toBeLessThan(1.2 - 0.81);
      expect(reached).toBeGreaterThan(0.389);
    }
  });
});
