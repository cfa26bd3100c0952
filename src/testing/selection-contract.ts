import type { Choice, Contestant, MemberId, Selection } from "../population/index.ts";
import { key, permutation, type Stream, stream } from "../random/index.ts";
import { type Demand, demandFor, frozen, isPlainJson, text } from "./expectations.ts";

export interface SelectionContractOptions {
  /** Whether the rule selects at all. False only for "no selection". Default true. */
  readonly selects?: boolean;
  /** Whether equal scores give everybody one expected offspring. False only for rules that treat members by place. Default true. */
  readonly neutral?: boolean;
  /** Seed of the populations. Default 0. */
  readonly seed?: number;
  /** Random populations of each size. Default 20. */
  readonly populations?: number;
  /** Generations of the neutral test. Default 2000. */
  readonly generations?: number;
}

const SIZES = [1, 2, 3, 5, 8, 20, 41];
/** Members of the neutral and of the ordered population. */
const MEMBERS = 8;
/** Standard errors that a mean may be off: among some hundred means of right rules none is. */
const STANDARD_ERRORS = 5;

/**
 * What every selection rule must keep, as a function that any test framework can call: one choice per replaceable
 * member, sorted; donors exist and may be copied; failed members are replaced when somebody can be copied, nobody
 * copies when nobody can; the order of contestants does not matter; the rule is pure and its reasons plain JSON;
 * equal scores give everybody one expected offspring; the best has more than the worst; extreme scores do no harm.
 * @throws Error that says which clause failed
 * @example
 * it("keeps the contract", () => selectionContract(truncation()));
 */
export function selectionContract(selection: Selection, options: SelectionContractOptions = {}): void {
  const { selects = true, neutral = true, seed = 0, populations = 20, generations = 2000 } = options;
  const demand = demandFor(text(selection.spec));
  demand(isPlainJson(selection.spec), "needs a spec of plain JSON");
  const draws = stream(key(seed), "selection-contract");
  for (const size of SIZES) {
    for (let i = 0; i < populations; i++) {
      const contestants = randomContestants(draws, size);
      keepsTheRules(selection, contestants, i, selects, draws, demand);
    }
    const lost = randomContestants(draws, size).map(
      (contestant): Contestant => ({ ...contestant, score: null, eligible: false }),
    );
    demand(
      selection.select(lost, key(seed), 0).every(({ donor }) => donor === null),
      "needs nobody to copy when nobody can be copied",
    );
  }
  if (neutral) isNeutral(selection, seed, generations, draws, demand);
  if (selects) prefersTheBest(selection, seed, draws, demand);
}

function keepsTheRules(
  selection: Selection,
  contestants: readonly Contestant[],
  generation: number,
  selects: boolean,
  draws: Stream,
  demand: Demand,
): void {
  const root = key(generation);
  const choices = selection.select(frozen(contestants), root, generation);
  const replaceable = contestants.filter((contestant) => contestant.replaceable).map(({ id }) => id);
  demand(
    text(choices.map(({ member }) => member)) === text(replaceable.toSorted((a, b) => a - b)),
    "needs one choice per replaceable member, sorted by member",
  );
  const byId = new Map(contestants.map((contestant) => [contestant.id, contestant]));
  const anyParent = contestants.some(({ eligible }) => eligible);
  for (const { member, donor, detail } of choices) {
    demand(
      donor === null || byId.get(donor)?.eligible === true,
      `lets ${member} copy ${donor}, who may not be`,
    );
    demand(detail === undefined || isPlainJson(detail), `gives ${member} reasons that are not plain JSON`);
    if (selects && anyParent && byId.get(member)?.eligible === false) {
      demand(donor !== null, `needs the failed member ${member} replaced`);
    }
  }
  const shuffled = permutation(draws, contestants.length).map((i) => contestants[i]!);
  demand(
    text(selection.select(shuffled, root, generation)) === text(choices),
    "gives other choices for another order of the same contestants",
  );
}

/** E[offspring of each member] = 1 when scores are equal and samples are noise of one law. */
function isNeutral(
  selection: Selection,
  seed: number,
  generations: number,
  draws: Stream,
  demand: Demand,
): void {
  const totals = Array.from({ length: MEMBERS }, () => 0);
  const squares = Array.from({ length: MEMBERS }, () => 0);
  for (let generation = 0; generation < generations; generation++) {
    const contestants = totals.map((_, id) => contestant(id, 1, normals(draws, 6)));
    for (const [id, k] of offspringOf(selection.select(contestants, key(seed), generation)).entries()) {
      totals[id] = totals[id]! + k;
      squares[id] = squares[id]! + k * k;
    }
  }
  for (const [id, total] of totals.entries()) {
    const mean = total / generations;
    const error = Math.sqrt(Math.max(0, squares[id]! / generations - mean * mean) / generations);
    demand(
      Math.abs(mean - 1) <= STANDARD_ERRORS * error,
      `gives member ${id} ${mean} offspring on average where scores are equal, needs 1 ± ${STANDARD_ERRORS * error}`,
    );
  }
}

/** The best member has more offspring than the worst; scores of any size do no harm. */
function prefersTheBest(selection: Selection, seed: number, draws: Stream, demand: Demand): void {
  for (const scale of [1, 1e-300, 1e300]) {
    let advantage = 0;
    let squares = 0;
    for (let generation = 0; generation < 300; generation++) {
      const contestants = Array.from({ length: MEMBERS }, (_, id) => {
        const score = scale * (id - MEMBERS / 2);
        return contestant(
          id,
          score,
          normals(draws, 6).map((noise) => scale * (id + noise)),
        );
      });
      const counts = offspringOf(selection.select(contestants, key(seed + 1), generation));
      const difference = counts[MEMBERS - 1]! - counts[0]!;
      advantage += difference;
      squares += difference * difference;
    }
    const noise = STANDARD_ERRORS * Math.sqrt(squares);
    demand(
      scale === 1 ? advantage > noise : advantage >= -noise,
      `gives the best ${advantage} more offspring than the worst at scores of order ${scale}; noise is ${noise}`,
    );
  }
}

function offspringOf(choices: readonly Choice[]): number[] {
  const counts = Array.from({ length: MEMBERS }, () => 0);
  for (const { member, donor } of choices) {
    const parent = donor ?? member;
    counts[parent] = counts[parent]! + 1;
  }
  return counts;
}

function contestant(id: MemberId, score: number, samples: readonly number[]): Contestant {
  return { id, score, eligible: true, replaceable: true, samples };
}

/** Ties, failures, members without a checkpoint, and members that may not be replaced, in random order. */
function randomContestants(draws: Stream, size: number): Contestant[] {
  const levels = 1 + draws.integer(2 * size);
  const ids = permutation(draws, size);
  return ids.map((id) => {
    const kind = draws.uniform();
    const score = kind < 0.15 ? null : draws.integer(levels) - levels / 2;
    return {
      id: 3 * id,
      score,
      eligible: score !== null && kind >= 0.25,
      replaceable: draws.uniform() < 0.85,
      samples: score === null ? [] : normals(draws, draws.integer(12)).map((noise) => score + noise),
    };
  });
}

function normals(draws: Stream, count: number): number[] {
  return Array.from({ length: count }, () => draws.normal());
}
