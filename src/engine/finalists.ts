import {
  type Candidate,
  type CheckpointId,
  finalists as chooseFinalists,
  greedySoup,
  memberName,
  rankFinalists,
  type Soup,
  type SoupTrial,
  summarise,
} from "../population/index.ts";
import { seedOf, subkey } from "../random/index.ts";
import type { Hyperparameters } from "../space/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import type { Final, RunState } from "./state.ts";
import type { Best, Finalist } from "./types.ts";

/** A state that may be the winner, with what it was trained with. */
export interface FinalCandidate extends Candidate {
  readonly hyperparameters: Hyperparameters;
}

/** What the trainer said of the finalists: input of the last decision, as evaluations are of the others. */
export interface FreshEvaluations {
  /** By finalist, in the order chosen; null: that evaluation failed. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly soups: readonly SoupTrial[];
}

const signOf = ({ plan }: RunState): 1 | -1 => (plan.metric.mode === "max" ? 1 : -1);

/**
 * Who is evaluated anew: of the states that members would go on from, and the best ever. A function of the decision
 * log alone; these states are kept whatever `keep` says, but for `last`.
 */
export function finalCandidates(state: RunState): readonly FinalCandidate[] {
  const { plan, population, best, lineage } = state;
  const places = new Map<string, CheckpointId>();
  for (const id of [best?.checkpoint, ...population.members.map(({ checkpoint }) => checkpoint)]) {
    if (id !== null && id !== undefined) places.set(`${id.member} ${id.generation}`, id);
  }
  const all = [...places.values()].flatMap((checkpoint): FinalCandidate[] => {
    const node = lineage.node(checkpoint.member, checkpoint.generation);
    if (node === undefined || node.value === null) return [];
    const { value, score, from, hyperparameters } = node;
    const origin = from === null ? checkpoint.member : `${from.member} ${from.generation}`;
    return [{ checkpoint, value, score, origin, hyperparameters }];
  });
  return chooseFinalists(all, { count: plan.reevaluate?.finalists ?? 0, sign: signOf(state) });
}

/** The seed of a finalist's n-th evaluation: never that of a segment, the same after a crash. */
export const finalistSeed = (state: RunState, { member, generation }: CheckpointId, n: number): number =>
  seedOf(subkey(state.key, "finalist", member, generation), "evaluation", n);

/** The seed of a mixture's n-th evaluation. */
export const soupSeed = (state: RunState, trial: number, n: number): number =>
  seedOf(subkey(state.key, "soup", trial), "evaluation", n);

/** The finalists by their fresh evaluations, best first. */
export const rankedFinalists = (
  state: RunState,
  values: FreshEvaluations["values"],
): ReturnType<typeof rankFinalists<FinalCandidate>> =>
  rankFinalists(
    finalCandidates(state).map((candidate, i) => ({ candidate, values: values[i] ?? [] })),
    signOf(state),
  );

/** Where the greedy soup stands after these trials; null when there is no winner to begin with. */
export function soupOf(state: RunState, given: FreshEvaluations): Soup | null {
  const ranked = rankedFinalists(state, given.values);
  const sound = ranked.filter(({ mean }) => mean !== null);
  const [winner] = sound;
  if (winner === undefined || winner.mean === null) return null;
  const { mean, interval } = winner;
  return greedySoup({ mean, interval }, sound.length, given.soups, signOf(state));
}

/** The name of a mixture's state among checkpoints: no member has this number. */
export const soupCheckpoint = (state: RunState, generation: number, step: number): CheckpointId => ({
  member: state.plan.members,
  generation,
  step,
});

/** What the evaluations lead to. */
export function judgeFinalists(state: RunState, given: FreshEvaluations, generation: number): Final {
  const ranked = rankedFinalists(state, given.values);
  const judged = ranked.map(({ candidate, values, mean, interval }) => {
    const { checkpoint, value, score, hyperparameters } = candidate;
    const { member, step } = checkpoint;
    const evaluations = values.filter((fresh) => fresh !== null).length;
    const best: Best = {
      member,
      generation: checkpoint.generation,
      value,
      step,
      checkpoint,
      hyperparameters,
      ...(mean === null ? {} : { reevaluated: { mean, interval, evaluations } }),
    };
    return { best, score, values };
  });
  const finalists = judged.map(({ best, score, values }): Finalist => ({ ...best, score, values }));
  const first = judged[0]?.best;
  const winner = first?.reevaluated === undefined ? null : first;
  const soup = soupOf(state, given);
  return {
    winner,
    finalists,
    soup:
      winner === null || soup === null || soup.of.length < 2
        ? null
        : {
            of: soup.of.map((place) => finalists[place]!.checkpoint!),
            mean: soup.mean,
            interval: soup.interval,
            checkpoint: soupCheckpoint(state, generation, winner.step),
          },
  };
}

const id = ({ member, generation, step }: CheckpointId) => ({ member, generation, step });

/** One event for each finalist, in the order chosen, then one for each mixture that was tried (member null). */
export function finalistEvents(
  state: RunState,
  given: FreshEvaluations,
  generation: number,
): DecisionEvent[] {
  const ranked = state.final?.finalists ?? [];
  const events = finalCandidates(state).map(({ checkpoint, value, score }): DecisionEvent => {
    const { member } = checkpoint;
    const rank = ranked.findIndex((one) => one.member === member && one.generation === checkpoint.generation);
    const found = ranked[rank];
    return {
      generation,
      kind: "finalist",
      member,
      body: {
        checkpoint: id(checkpoint),
        selected: value,
        score,
        values: found?.values ?? [],
        mean: found?.reevaluated?.mean ?? null,
        interval: found?.reevaluated?.interval ?? null,
        rank: rank + 1,
      },
    };
  });
  const soups = given.soups.map(({ values }, i): DecisionEvent => {
    const before = soupOf(state, { ...given, soups: given.soups.slice(0, i) });
    const after = soupOf(state, { ...given, soups: given.soups.slice(0, i + 1) });
    const of = before?.next ?? [];
    const { mean, interval } = summarise(values);
    return {
      generation,
      kind: "finalist",
      member: null,
      body: {
        of: of.map((place) => id(ranked[place]!.checkpoint!)),
        values,
        mean,
        interval,
        kept: String(after?.of) === String(of),
      },
    };
  });
  return [...events, ...soups];
}

/** The end of a run whose finalists were evaluated anew: `best` is the winner, `selected` the best value ever seen. */
export function finalEvent(state: RunState, generation: number, reason: string): DecisionEvent {
  const { best, final } = state;
  const body: object = {
    reason,
    best: final?.winner ?? best,
    selected: best,
    ...((final?.soup ?? null) === null ? {} : { soup: final?.soup }),
  };
  return { generation, kind: "end", member: null, body: body as DecisionEvent["body"] };
}

/** What a log says of the finalists. */
export function readFresh(events: readonly DecisionEvent[], state: RunState): FreshEvaluations {
  const values: (number | null)[][] = [];
  const soups: SoupTrial[] = [];
  for (const { kind, member, body } of events) {
    if (kind !== "finalist") continue;
    const fresh = body.values as (number | null)[];
    if (member !== null) values.push(fresh);
    else soups.push({ of: soupOf(state, { values, soups })?.next ?? [], values: fresh });
  }
  return { values, soups };
}

/** `m07`, or `soup`. */
export const finalistName = (state: RunState, { member }: CheckpointId): string =>
  member === state.plan.members ? "soup" : memberName(member, state.plan.members);
