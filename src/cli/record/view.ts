import { quantiles } from "../../math/index.ts";
import type { Phase, MemberRow, ViewModel } from "../view/model.ts";
import type { MemberProgress, Progress, RunFacts } from "./progress.ts";

/** What a view adds to the log: clocks, and what only a live process knows. */
export interface ViewContext {
  readonly name: string;
  readonly directory: string;
  readonly dashboard?: string | null;
  readonly phase: Phase;
  readonly elapsedMs: number;
  readonly etaMs: number | null;
  readonly segmentsDone: number;
  readonly verified: boolean;
  readonly separation: number | null;
  readonly events: readonly string[];
  readonly showAll: boolean;
  readonly showKeys: boolean;
  /** State of a member's running segment, where one is known. */
  readonly stateOf: (member: MemberProgress) => string | undefined;
}

/**
 * Generations that there will be by a run's rules: those that are done and what is left, for intervals may have changed on
 * the way. null when only other rules end it.
 * @param at steps that the furthest member has trained
 */
export function generationsOf(run: RunFacts, generation: number, at: number): number | null {
  if (run.legs.length > 0) return run.legs.length;
  const { steps = Number.POSITIVE_INFINITY, generations = Number.POSITIVE_INFINITY } = run.stop;
  const least = Math.min(generation + Math.ceil(Math.max(0, steps - at) / run.interval), generations);
  return Number.isFinite(least) ? least : null;
}

/** Steps per member that a run's rules allow. */
export function totalStepsOf(run: RunFacts): number | null {
  if (run.legs.length > 0) return run.legs.at(-1)!.untilStep;
  const { steps, generations } = run.stop;
  const byGenerations = generations === undefined ? Number.POSITIVE_INFINITY : generations * run.interval;
  const least = Math.min(steps ?? Number.POSITIVE_INFINITY, byGenerations);
  return Number.isFinite(least) ? least : null;
}

/** The view of a run as its log tells it. */
export function viewOf(progress: Progress, run: RunFacts, context: ViewContext): ViewModel {
  const members = [...progress.members.values()];
  const { best, diagnostics } = progress;
  // Members reach their boundaries alone: what the newest decision measured holds for one of them, not for all.
  const alone = run.mode === "asynchronous";
  const steps = furthest(members);
  const generation = alone ? Math.floor(steps / run.interval) : progress.generation;
  return {
    name: context.name,
    directory: context.directory,
    dashboard: context.dashboard ?? null,
    members: run.members,
    seed: run.seed,
    phase: context.phase,
    metric: run.metric,
    mode: run.mode,
    generation,
    generations: generationsOf(run, generation, steps),
    fittedInterval: run.automatic ? run.interval : null,
    shareDone: alone ? shareDone(members, totalStepsOf(run)) : null,
    steps,
    totalSteps: totalStepsOf(run),
    elapsedMs: context.elapsedMs,
    etaMs: context.etaMs,
    segmentsDone: context.segmentsDone,
    best:
      best === null
        ? null
        : {
            name: progress.nameOf(best.member),
            value: best.value,
            ancestry: progress.bestAncestry(),
            hyperparameters: best.hyperparameters,
          },
    quantiles: alone ? newestQuantiles(members) : (diagnostics?.quantiles ?? null),
    alive: progress.alive,
    lineages: diagnostics?.effectiveLineages ?? null,
    separation: context.separation,
    verified: context.verified,
    rows: members.map((member) => rowOf(member, progress, context)),
    hyperparameters: run.names,
    events: context.events,
    showAll: context.showAll,
    showKeys: context.showKeys,
  };
}

/** Steps that the furthest member has trained. */
export const furthest = (members: Iterable<MemberProgress>): number =>
  [...members].reduce((most, { step }) => Math.max(most, step), 0);

/** Of what the members that go on have to train, as much as they have trained. */
function shareDone(members: readonly MemberProgress[], total: number | null): number | null {
  const going = members.filter(({ retired }) => !retired);
  if (total === null || total === 0 || going.length === 0) return null;
  const done = going.reduce((sum, { step }) => sum + Math.min(step, total), 0);
  return done / (total * going.length);
}

/** 0, 25, 50, 75 and 100 % of all members' newest values. */
function newestQuantiles(members: readonly MemberProgress[]): readonly number[] | null {
  const values = members.flatMap(({ value, retired }) => (value === null || retired ? [] : [value]));
  return values.length === 0 ? null : quantiles(values, [0, 0.25, 0.5, 0.75, 1]);
}

function rowOf(member: MemberProgress, progress: Progress, context: ViewContext): MemberRow {
  const { value, before } = member;
  return {
    name: progress.nameOf(member.id),
    value,
    change: value === null || before === null || before === 0 ? null : (value - before) / Math.abs(before),
    hyperparameters: member.evaluated ?? member.hyperparameters,
    ...nextOf(member, progress),
    founder: progress.nameOf(member.founder).replace("m", "f"),
    state: stateOf(member, progress, context),
  };
}

/** What a member trains with since the last slow step, where that is not what it was evaluated with. */
function nextOf(
  { evaluated, hyperparameters, retired }: MemberProgress,
  { end }: Progress,
): Pick<MemberRow, "next"> {
  if (evaluated === null || retired || end !== null) return {};
  const changed = Object.entries(hyperparameters).some(([name, value]) => evaluated[name] !== value);
  return changed ? { next: hyperparameters } : {};
}

function stateOf(member: MemberProgress, progress: Progress, context: ViewContext): string {
  if (member.retired) return "retired";
  const live = context.stateOf(member);
  const over = context.phase === "finished" || context.phase === "stopped";
  if (!over && member.donor !== null && (live === undefined || live === "waiting")) {
    return `copying ${progress.nameOf(member.donor)}`;
  }
  if (member.cause !== null && live !== "training") return `failed: ${member.cause}`;
  return live ?? "";
}
