import type { Evaluation, Fitness, Member, MemberId, Population, Score } from "../population/index.ts";
import { key, permutation, type Stream, stream } from "../random/index.ts";
import { type Json, logUniform, type SearchSpace, searchSpace, uniform } from "../space/index.ts";
import { type Demand, demandFor, frozen, isPlainJson, text, throughJson } from "./expectations.ts";

export interface FitnessContractOptions {
  /** Generations to score. Default 6. */
  readonly generations?: number;
  /** Seed. Default 0. */
  readonly seed?: number;
}

const MEMBERS = 9;
const INTERVAL = 20;

/**
 * What every fitness rule must keep, as a function that any test framework can call: one score per evaluation, finite
 * or null; failed members and missing values have none; maximising x scores as minimising −x does; the order of
 * evaluations does not matter; arguments stay as they are; memory is plain JSON, and a run that stores it goes on as
 * one that does not; evaluations of members that are not ready teach it nothing; a copy with its donor's next results
 * has its donor's next score.
 * @throws Error that says which clause failed
 * @example
 * it("keeps the contract", () => fitnessContract(lineageEma()));
 */
export function fitnessContract(fitness: Fitness, options: FitnessContractOptions = {}): void {
  const { generations = 6, seed = 0 } = options;
  const demand = demandFor(text(fitness.spec));
  demand(isPlainJson(fitness.spec), "needs a spec of plain JSON");
  demand(isPlainJson(fitness.initial), "needs an initial memory of plain JSON");
  const space = searchSpace({ rate: logUniform(1e-4, 1), dropout: uniform(0, 0.9) });
  const draws = stream(key(seed), "fitness-contract");
  let population = founders(space, draws);
  let memory: Json = fitness.initial;
  let mirrored: Json = fitness.initial;
  for (let generation = 0; generation < generations; generation++) {
    population = { ...population, generation };
    const evaluations = frozen(population.members.map((member) => evaluationOf(member, generation, draws)));
    const ask = (given: readonly Evaluation[], from: Json, sign: 1 | -1, ready: readonly MemberId[]) =>
      fitness.score(frozen(from), {
        population: frozen(population),
        evaluations: given,
        sign,
        space,
        key: key(seed),
        ready,
      });
    const everyone = population.members.map(({ id }) => id);
    const result = ask(evaluations, memory, 1, everyone);
    checkScores(result.scores, evaluations, demand);
    demand(isPlainJson(result.memory), "needs a memory of plain JSON");

    const shuffled = permutation(draws, MEMBERS).map((i) => evaluations[i]!);
    const other = ask(shuffled, memory, 1, everyone);
    demand(
      text(bySelf(other.scores)) === text(bySelf(result.scores)),
      "scores depend on the order of evaluations",
    );

    const stored = ask(evaluations, throughJson(memory), 1, everyone);
    demand(text(stored) === text(result), "goes on differently from a stored memory");

    const mirror = ask(evaluations.map(negated), mirrored, -1, everyone);
    demand(
      text(mirror.scores.map(({ member, score }) => [member, score])) ===
        text(result.scores.map(({ member, score }) => [member, score])),
      "scores minimised −x unlike maximised x",
    );

    const idle = ask(evaluations, result.memory, 1, []);
    demand(text(idle.memory) === text(result.memory), "learns from members that are not ready");

    const copies = [
      { member: 1, donor: 4 },
      { member: 4, donor: 6 },
    ];
    memory = fitness.inherit?.(frozen(result.memory), copies) ?? result.memory;
    mirrored = fitness.inherit?.(frozen(mirror.memory), copies) ?? mirror.memory;
    population = copied(population, copies);
    inheritsScore(fitness, memory, population, space, generation, draws, demand);
  }
}

/** Member 4 copied member 6: with equal next results they have equal next scores. */
function inheritsScore(
  fitness: Fitness,
  memory: Json,
  population: Population,
  space: SearchSpace<unknown>,
  generation: number,
  draws: Stream,
  demand: Demand,
): void {
  const next = population.members.map((member) => evaluationOf(member, generation + 1, draws, false));
  const twins = next.map((evaluation) => (evaluation.member === 4 ? { ...next[6]!, member: 4 } : evaluation));
  const { scores } = fitness.score(memory, {
    population: { ...population, generation: generation + 1 },
    evaluations: twins,
    sign: 1,
    space,
    key: key(1),
    ready: population.members.map(({ id }) => id),
  });
  const scoreOf = new Map(scores.map(({ member, score }) => [member, score]));
  demand(
    scoreOf.get(4) === scoreOf.get(6),
    `scores a copy ${scoreOf.get(4)} and its donor ${scoreOf.get(6)} on equal results`,
  );
}

function checkScores(scores: readonly Score[], evaluations: readonly Evaluation[], demand: Demand): void {
  const ids = scores.map(({ member }) => member).toSorted((a, b) => a - b);
  demand(text(ids) === text(evaluations.map(({ member }) => member)), "needs one score per evaluation");
  for (const { member, score, detail } of scores) {
    const { status, value } = evaluations[member]!;
    demand(score === null || Number.isFinite(score), `gives member ${member} the score ${score}`);
    demand(
      (status === "ok" && value !== null) || score === null,
      `scores member ${member}, which failed or has no value`,
    );
    demand(detail === undefined || isPlainJson(detail), "gives details that are not plain JSON");
  }
}

function bySelf(scores: readonly Score[]): Score[] {
  return scores.toSorted((a, b) => a.member - b.member);
}

function founders(space: SearchSpace<unknown>, draws: Stream): Population {
  const members = Array.from(
    { length: MEMBERS },
    (_, id): Member => ({
      id,
      founder: id,
      parent: id,
      hyperparameters: space.sample(draws),
      step: 0,
      generation: 0,
      checkpoint: null,
      status: "active",
    }),
  );
  return { generation: 0, members, memory: null };
}

/** Member 2 fails in odd generations, member 3 has no value in the second one; others have up to three reports. */
function evaluationOf(member: Member, generation: number, draws: Stream, faults = true): Evaluation {
  const { id } = member;
  const step = (generation + 1) * INTERVAL;
  const level = draws.normal();
  const reports = Array.from({ length: draws.integer(4) }, (_, i) => ({
    step: step - INTERVAL + 5 * (i + 1),
    value: level + 0.1 * draws.normal(),
  }));
  const failed = faults && id === 2 && generation % 2 === 1;
  const missing = faults && id === 3 && generation === 1;
  return {
    member: id,
    step,
    value: failed || missing ? null : level,
    reports,
    status: failed ? "failed" : "ok",
    checkpoint: failed ? null : { member: id, generation, step },
  };
}

function negated(evaluation: Evaluation): Evaluation {
  return {
    ...evaluation,
    value: evaluation.value === null ? null : -evaluation.value,
    reports: evaluation.reports.map(({ step, value }) => ({ step, value: -value })),
  };
}

function copied(
  population: Population,
  copies: readonly { readonly member: MemberId; readonly donor: MemberId }[],
): Population {
  const donorOf = new Map(copies.map(({ member, donor }) => [member, donor]));
  return {
    ...population,
    members: population.members.map((member) => {
      const donor = donorOf.get(member.id) ?? member.id;
      const { founder, hyperparameters } = population.members[donor]!;
      return { ...member, parent: donor, founder, hyperparameters, generation: member.generation + 1 };
    }),
  };
}
