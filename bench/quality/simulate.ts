import {
  type Evaluation,
  initialPopulation,
  type Population,
  type Report,
  type Rules,
  slowStep,
} from "../../src/population/index.ts";
import { key, stream, subkey } from "../../src/random/index.ts";
import type { Instance, Problem } from "./problem.ts";

/** Reports of the metric in each interval; the last of them is the evaluation. */
const REPORTS = 4;
/** The winner is chosen among so many finalists by so many evaluations of each. */
const FINALISTS = 4;
const AGAIN = 8;

export interface Outcome {
  /** What the run was for: see `Problem.product`. */
  readonly truth: number;
  /** What the fitness rule said of itself, each generation. */
  readonly notes: readonly string[];
}

/** One run: the same seed gives every method the same data, founders and fast-clock draws of generation 0. */
export function simulate(problem: Problem, rules: Rules, seed: number): Outcome {
  const root = key(seed);
  const instance = problem.create(stream(root, "data"));
  let population = begin(problem, instance, rules, seed);
  let states = population.members.map(({ id, hyperparameters }) =>
    instance.init(hyperparameters, stream(root, "init", id)),
  );
  const notes: string[] = [];
  const late: number[] = [];
  for (let generation = 0; ; generation++) {
    const evaluations = population.members.map(({ id, hyperparameters }, i): Evaluation => {
      const draws = stream(root, "fast clock", id, generation);
      const reports: Report[] = [];
      for (let r = 1; r <= REPORTS; r++) {
        const from = Math.round((problem.interval * (r - 1)) / REPORTS);
        const until = Math.round((problem.interval * r) / REPORTS);
        const step = generation * problem.interval + until;
        instance.train(states[i]!, hyperparameters, until - from, draws, step - (until - from));
        reports.push({ step, value: instance.evaluate(states[i]!, hyperparameters, draws) });
      }
      const last = reports.at(-1)!;
      return {
        member: id,
        step: last.step,
        value: last.value,
        reports,
        status: Number.isFinite(last.value) ? "ok" : "failed",
        checkpoint: { member: id, generation, step: last.step },
      };
    });
    if (problem.product === "hyperparameters" && generation >= 0.75 * problem.generations) {
      late.push(
        population.members.reduce(
          (sum, { hyperparameters }, i) => sum + instance.truth(states[i]!, hyperparameters),
          0,
        ) / problem.members,
      );
    }
    const before = population;
    const step = slowStep(population, evaluations, subkey(root, "slow clock"), rules, {
      space: problem.space,
    });
    notes.push(step.diagnostics.note ?? "");
    if (generation + 1 === problem.generations) {
      const truth =
        problem.product === "hyperparameters"
          ? late.reduce((sum, value) => sum + value / late.length, 0)
          : winner(problem, instance, before, states, step.decisions, seed);
      return { truth, notes };
    }
    population = step.population;
    states = step.decisions.map(({ member, donor }) => states[donor ?? member]!.slice());
  }
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

/** The finalists by score are evaluated again with fresh draws; the truth of the best of them. */
function winner(
  problem: Problem,
  instance: Instance,
  population: Population,
  states: readonly Float64Array[],
  decisions: readonly { readonly member: number; readonly rank: number | null }[],
  seed: number,
): number {
  const finalists = decisions
    .filter(({ rank }) => rank !== null)
    .toSorted((a, b) => a.rank! - b.rank!)
    .slice(0, Math.min(FINALISTS, problem.members));
  let best = { loss: Infinity, truth: Infinity };
  for (const { member } of finalists) {
    const h = population.members[member]!.hyperparameters;
    let loss = 0;
    for (let i = 0; i < AGAIN; i++) {
      loss += instance.evaluate(states[member]!, h, stream(key(seed), "again", member, i)) / AGAIN;
    }
    if (loss < best.loss) best = { loss, truth: instance.truth(states[member]!, h) };
  }
  return best.truth;
}
