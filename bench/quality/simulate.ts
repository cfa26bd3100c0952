import {
  type Evaluation,
  initialPopulation,
  type Population,
  type Rules,
  slowStep,
  type SlowStepResult,
} from "../../src/population/index.ts";
import { key, stream, subkey } from "../../src/random/index.ts";
import { type Contender, type Finals, judge } from "./finals.ts";
import type { Method } from "./methods.ts";
import { paceOf } from "./pace.ts";
import type { Instance, Problem } from "./problem.ts";
import { segment } from "./segment.ts";

/** Part of the budget at whose end hyperparameters are judged. */
const LATE = 1 / 4;

export interface Outcome {
  /** What the run was for: see `Problem.product`. */
  readonly truth: number;
  /** Other ways to choose the model; null where the product is none. */
  readonly finals: Finals | null;
  /** What the fitness rule said of itself, each generation. */
  readonly notes: readonly string[];
}

/** One run: the same seed gives every method the same data, founders and fast-clock draws of generation 0. */
export function simulate(problem: Problem, method: Method, seed: number): Outcome {
  const root = key(seed);
  const rules = method.rules(problem);
  const instance = problem.create(stream(root, "data"));
  const pace = paceOf(problem, method);
  let population = begin(problem, instance, rules, seed);
  let states = population.members.map(({ id, hyperparameters }) =>
    instance.init(hyperparameters, stream(root, "init", id)),
  );
  let origins = states.map((_, id) => `${id}`);
  let best: Contender | null = null;
  const notes: string[] = [];
  let late = 0;
  for (let generation = 0; ; generation++) {
    const steps = pace.next();
    const evaluations = population.members.map(({ id, hyperparameters }, i) =>
      segment(instance, states[i]!, { id, hyperparameters, generation, from: pace.covered, steps }, root),
    );
    const step = slowStep(population, evaluations, subkey(root, "slow clock"), rules, {
      space: problem.space,
    });
    notes.push(step.diagnostics.note ?? "");
    pace.passed(step, evaluations, population);
    if (problem.product === "hyperparameters") {
      if (pace.covered > (1 - LATE) * pace.total) {
        const mean = population.members.reduce(
          (sum, { hyperparameters }, i) =>
            sum + instance.truth(states[i]!, hyperparameters) / problem.members,
          0,
        );
        const since = Math.max(pace.covered - steps, (1 - LATE) * pace.total);
        late += (mean * (pace.covered - since)) / (LATE * pace.total);
      }
      if (pace.covered >= pace.total) return { truth: late, finals: null, notes };
    } else {
      const now = contenders(population, evaluations, states, origins, step, generation);
      for (const one of now) {
        if (best === null || one.value < best.value) best = one;
      }
      if (best === null) throw new Error(`${problem.name}: no member has a value`);
      if (pace.covered >= pace.total) {
        // Who would go on from here, and the best value ever.
        const kept = new Set(step.decisions.map(({ member, donor }) => donor ?? member));
        const on = now.filter(({ checkpoint }) => kept.has(checkpoint.member));
        const first = best;
        const all = on.some(({ checkpoint }) => sameCheckpoint(checkpoint, first.checkpoint))
          ? on
          : [first, ...on];
        const finals = judge(problem, instance, now, all, seed);
        return { truth: finals.truth, finals, notes };
      }
    }
    population = step.population;
    states = step.decisions.map(({ member, donor }) => states[donor ?? member]!.slice());
    origins = step.decisions.map(({ member, donor }) => `${donor ?? member} ${generation}`);
  }
}

const sameCheckpoint = (a: Contender["checkpoint"], b: Contender["checkpoint"]): boolean =>
  a.member === b.member && a.generation === b.generation;

/** Everybody at this boundary who has a value. */
function contenders(
  population: Population,
  evaluations: readonly Evaluation[],
  states: readonly Float64Array[],
  origins: readonly string[],
  { decisions }: SlowStepResult,
  generation: number,
): Contender[] {
  return evaluations.flatMap(({ member, value, status, checkpoint }, i): Contender[] =>
    status !== "ok" || value === null || checkpoint === null
      ? []
      : [
          {
            checkpoint: { ...checkpoint, generation },
            value,
            score: decisions[i]!.score,
            origin: origins[i]!,
            state: states[i]!,
            hyperparameters: population.members[member]!.hyperparameters,
          },
        ],
  );
}

function begin(problem: Problem, instance: Instance, rules: Rules, seed: number): Population {
  const population = initialPopulation(problem.space, problem.members, subkey(key(seed), "founders"), rules);
  if (instance.founder === undefined) return population;
  return {
    ...population,
    members: population.members.map((member) => ({
      ...member,
      hyperparameters: instance.founder!(stream(key(seed), "founder", member.id)),
    })),
  };
}
