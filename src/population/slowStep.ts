import { refuse } from "../errors/index.ts";
import type { Key } from "../random/index.ts";
import type { Hyperparameters, Json, SearchSpace } from "../space/index.ts";
import { applyDecisions } from "./applyDecisions.ts";
import {
  closeRecord,
  diagnose,
  observeRecord,
  readTraining,
  temporalDiagnostics,
} from "./diagnostics/index.ts";
import { noMutation } from "./mutation/none.ts";
import { noSelection } from "./selection/none.ts";
import { ranking } from "./selection/ranking.ts";
import type {
  Choice,
  Contestant,
  Copy,
  Decision,
  Evaluation,
  Member,
  MemberId,
  Population,
  Rules,
  Score,
  SlowStepResult,
  Spec,
} from "./types.ts";

export interface SlowStepOptions {
  readonly space: SearchSpace<unknown>;
  /**
   * Members that reached a boundary and may be replaced. Default: every active member (a synchronous generation).
   * In asynchronous mode the one that is ready; the others' evaluations are then theirs at its step.
   */
  readonly ready?: readonly MemberId[];
  /** Steps of a whole run, in which enough slow steps must fit when an interval is recommended. Default: no end. */
  readonly budget?: number;
  /** What `diagnostics` hold: 1, what run records of format 1 do, to derive them again. Default 2. */
  readonly diagnostics?: 1 | 2;
}

/**
 * One step of the slow clock: fitness scores the evaluations, selection says who copies whom, mutation moves the
 * copies' hyperparameters. Pure: the same arguments give the same result, the order of members and of evaluations
 * does not matter, and every draw is of the stream (key, purpose, member, generation).
 *
 * Members that failed, have no finite score or no checkpoint never parent and are replaced first. A copy takes the
 * donor's checkpoint and step; who keeps goes on from its new checkpoint, or from the last good one when it failed.
 * @param evaluations one per ready member, and of any other member that may be compared or copied
 * @throws UsageError when evaluations and population do not fit together
 * @example
 * const { population: next, decisions } = slowStep(population, evaluations, key(7), rules, { space });
 */
export function slowStep(
  population: Population,
  evaluations: readonly Evaluation[],
  key: Key,
  rules: Rules,
  options: SlowStepOptions,
): SlowStepResult {
  const { space, budget, diagnostics: format = 2 } = options;
  const before: Population = {
    ...population,
    members: population.members.toSorted((a, b) => a.id - b.id),
  };
  const given = evaluations.toSorted((a, b) => a.member - b.member);
  const ready = readyMembers(before, options.ready);
  check(before, given, ready);
  const generation = before.generation;

  const fitness = rules.fitness.score(before.memory, {
    population: before,
    evaluations: given,
    sign: rules.sign,
    space,
    key,
    ready: [...ready],
  });
  const scores = finiteScores(before, fitness.scores);
  const observed = observeRecord(before.record, {
    population: before,
    evaluations: given,
    sign: rules.sign,
    space,
    key,
    ready: [...ready],
  });
  const contestants = contestantsOf(before, given, scores, ready, rules.sign);
  const selection = rules.control === "random-search" ? noSelection() : rules.selection;
  const mutation = rules.control === "frozen" ? noMutation() : rules.mutation;
  const choices = selection.select(contestants, key, generation);

  const { ids, ties } = ranking(contestants, key, generation);
  const rankOf = new Map(ids.map((id, position) => [id, position + 1]));
  const memberOf = new Map(before.members.map((member) => [member.id, member]));
  const evaluationOf = new Map(given.map((evaluation) => [evaluation.member, evaluation]));
  const scoreOf = new Map(scores.map(({ member, score }) => [member, score]));
  const detailOf = new Map(scores.map(({ member, detail }) => [member, detail]));

  const decisions: Decision[] = [];
  const copies: Copy[] = [];
  for (const choice of choices.toSorted((a, b) => a.member - b.member)) {
    const { member: id, donor } = choice;
    const member = memberOf.get(id)!;
    const evaluation = evaluationOf.get(id)!;
    const common = {
      member: id,
      score: scoreOf.get(id) ?? null,
      rank: rankOf.get(id) ?? null,
      reason: choice.reason,
    };
    const base = reasons(choice, ties, detailOf.get(id));
    if (donor === null) {
      decisions.push({
        ...common,
        action: "keep",
        donor: null,
        checkpoint: goesOnFrom(member, evaluation),
        hyperparameters: member.hyperparameters,
        ...withDetail(base),
      });
      continue;
    }
    const parent = memberOf.get(choice.hyperparametersOf ?? donor)!.hyperparameters;
    const mutated: ReturnType<typeof mutation.mutate> =
      choice.mutates === false
        ? { hyperparameters: parent }
        : mutation.mutate({
            parent,
            space,
            member: id,
            generation,
            key,
            population: { ...before, record: observed },
            scores,
          });
    copies.push({ member: id, donor });
    decisions.push({
      ...common,
      action: "copy",
      donor,
      checkpoint: evaluationOf.get(donor)!.checkpoint,
      hyperparameters: inSpaceOrder(space, mutated.hyperparameters),
      detail: {
        ...base,
        donorScore: scoreOf.get(donor) ?? null,
        donorRank: rankOf.get(donor) ?? null,
        ...(mutated.detail === undefined ? {} : { mutation: mutated.detail }),
      },
    });
  }

  const memory =
    copies.length > 0 && rules.fitness.inherit !== undefined
      ? rules.fitness.inherit(fitness.memory, copies)
      : fitness.memory;
  const record = closeRecord(observed, before, decisions, [...ready], space, scores);
  const after = applyDecisions(before, decisions, memory, record);
  const diagnostics = diagnose({
    before,
    after,
    decisions,
    evaluations: given,
    scores,
    sign: rules.sign,
    space,
    key,
    ...(fitness.note === undefined ? {} : { note: fitness.note }),
    ...(format === 1 ? {} : { training: readTraining(record) }),
  });
  const temporal = temporalDiagnostics(record, {
    space,
    ids: before.members.map(({ id }) => id),
    diversity: diagnostics.diversity,
    format,
    pooled: fitness.pooled ?? 1,
    ...(budget === undefined ? {} : { budget }),
    fraction: truncationFraction(rules.selection.spec),
    selects: selection.spec.kind !== "none",
    advises: rules.control === "none" && selection.spec.kind !== "none",
  });
  return { population: after, decisions, diagnostics: { ...diagnostics, temporal } };
}

function readyMembers(population: Population, ready: readonly MemberId[] | undefined): ReadonlySet<MemberId> {
  const active = population.members.filter(({ status }) => status === "active").map(({ id }) => id);
  if (ready === undefined) return new Set(active);
  const wanted = new Set(ready);
  return new Set(active.filter((id) => wanted.has(id)));
}

function check(
  population: Population,
  evaluations: readonly Evaluation[],
  ready: ReadonlySet<MemberId>,
): void {
  const problems: string[] = [];
  const members = new Set<MemberId>();
  for (const { id } of population.members) {
    if (members.has(id)) problems.push(`slowStep: population has member ${id} twice`);
    members.add(id);
  }
  const evaluated = new Set<MemberId>();
  for (const { member } of evaluations) {
    if (!members.has(member)) problems.push(`slowStep: evaluation of member ${member}, who does not exist`);
    if (evaluated.has(member)) problems.push(`slowStep: member ${member} has two evaluations`);
    evaluated.add(member);
  }
  for (const id of ready) {
    if (!evaluated.has(id)) problems.push(`slowStep: member ${id} is ready but has no evaluation`);
  }
  refuse(problems);
}

/** q of T9.9, where selection has one. */
function truncationFraction({ kind, fraction }: Spec): number | undefined {
  return kind === "truncation" && typeof fraction === "number" ? fraction : undefined;
}

/** Scores sorted by member, of members that exist; what is not finite becomes null. */
function finiteScores(population: Population, scores: readonly Score[]): Score[] {
  const members = new Set(population.members.map(({ id }) => id));
  return scores
    .filter(({ member }) => members.has(member))
    .map((score) =>
      score.score === null || Number.isFinite(score.score) ? score : { ...score, score: null },
    )
    .toSorted((a, b) => a.member - b.member);
}

/** What selection sees, sorted by id. Members that were not evaluated are left out. */
function contestantsOf(
  population: Population,
  evaluations: readonly Evaluation[],
  scores: readonly Score[],
  ready: ReadonlySet<MemberId>,
  sign: 1 | -1,
): Contestant[] {
  const scoreOf = new Map(scores.map(({ member, score }) => [member, score]));
  const evaluationOf = new Map(evaluations.map((evaluation) => [evaluation.member, evaluation]));
  const contestants: Contestant[] = [];
  for (const { id } of population.members) {
    const evaluation = evaluationOf.get(id);
    if (evaluation === undefined) continue;
    const ok = evaluation.status === "ok";
    const score = ok ? (scoreOf.get(id) ?? null) : null;
    contestants.push({
      id,
      score,
      eligible: score !== null && evaluation.checkpoint !== null,
      replaceable: ready.has(id),
      samples: evaluation.reports
        .filter(({ value }) => Number.isFinite(value))
        .map(({ value }) => sign * value),
    });
  }
  return contestants;
}

/** The state of a member that keeps: its new checkpoint, or the one before when the segment failed or left none. */
function goesOnFrom(member: Member, evaluation: Evaluation): Member["checkpoint"] {
  return evaluation.status === "ok" ? (evaluation.checkpoint ?? member.checkpoint) : member.checkpoint;
}

function reasons(
  { member, detail }: Choice,
  ties: ReadonlyMap<MemberId, number>,
  fitness: Score["detail"],
): Record<string, Json> {
  const tie = ties.get(member);
  return {
    ...detail,
    ...(tie === undefined ? {} : { tie }),
    ...(fitness === undefined ? {} : { fitness }),
  };
}

function withDetail(detail: Record<string, Json>): { readonly detail?: Record<string, Json> } {
  return Object.keys(detail).length > 0 ? { detail } : {};
}

/** Names in the order of the space, so that equal hyperparameters are equal text. */
function inSpaceOrder(space: SearchSpace<unknown>, h: Hyperparameters): Hyperparameters {
  return Object.fromEntries(space.names.map((name) => [name, h[name]!]));
}
