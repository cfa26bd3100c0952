import { existsSync } from "node:fs";
import { join } from "node:path";
import type { MemberId } from "../../population/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import { nameOf, signOf } from "../data/facts.ts";
import type { MemberState } from "../data/fold.ts";
import { missing } from "../failure.ts";
import type { OpenRun } from "../openRun.ts";
import type { MemberFacts, MemberLeg, MemberRow, MemberTable } from "../types.ts";

const sparkPoints = 32;

/** Every member as it stands. */
export function membersView(run: OpenRun): MemberTable {
  const ranks = ranksOf(run);
  return { members: run.fold.members.map((member) => rowOf(run, member, ranks)) };
}

/** 1 = the best newest value; equal values share no rank: the lower id comes first. */
function ranksOf(run: OpenRun): ReadonlyMap<MemberId, number> {
  const sign = signOf(run.facts);
  const order = run.fold.members
    .filter(({ value }) => value !== null)
    .toSorted((a, b) => sign * (b.value! - a.value!) || a.id - b.id);
  return new Map(order.map(({ id }, i) => [id, i + 1]));
}

function rowOf(run: OpenRun, member: MemberState, ranks: ReadonlyMap<MemberId, number>): MemberRow {
  const { value, before } = member;
  return {
    member: member.id,
    name: nameOf(run.facts, member.id),
    founder: member.founder,
    generation: member.generation,
    step: member.lastRow < 0 ? 0 : run.fold.segments.untilStep.at(member.lastRow),
    value,
    change: value === null || before === null || before === 0 ? null : (value - before) / Math.abs(before),
    rank: ranks.get(member.id) ?? null,
    hyperparameters: member.evaluated ?? member.hyperparameters,
    next: nextOf(run, member),
    status: member.retired ? "retired" : member.cause === null ? "ok" : "failed",
    cause: member.cause,
    donor: member.donor,
    children: member.children,
    spark: spark(run, member.id),
  };
}

/** Decided for a segment that has not ended; of a run that is over it never began. */
function nextOf(run: OpenRun, { evaluated, hyperparameters, retired }: MemberState): Hyperparameters | null {
  if (evaluated === null || retired || run.fold.end !== null) return null;
  const changed = Object.entries(hyperparameters).some(([name, value]) => evaluated[name] !== value);
  return changed ? hyperparameters : null;
}

function spark({ fold: { segments }, facts }: OpenRun, id: MemberId): (number | null)[] {
  const rows =
    facts.legs.length > 0
      ? Array.from({ length: segments.count }, (_, row) => row)
      : [...segments.rowsOf(id)];
  const every = Math.max(1, Math.ceil(rows.length / sparkPoints));
  return rows
    .filter((_, i) => (rows.length - 1 - i) % every === 0)
    .map((row) => (Number.isNaN(segments.value.at(row)) ? null : segments.value.at(row)));
}

/** The node of the lineage that a page shows: by default that of the winning state, or of the member's best evaluation. */
export function nodeOf(run: OpenRun, id: MemberId, generation: number | undefined): number {
  const { segments } = run.fold;
  if (generation !== undefined) {
    const row = segments.rowOf(id, generation);
    if (row < 0) throw missing(`${nameOf(run.facts, id)} has no segment of generation ${generation}`);
    return row;
  }
  const winner = run.fold.winner ?? run.fold.best;
  if (winner?.member === id && segments.rowOf(id, winner.generation) >= 0) {
    return segments.rowOf(id, winner.generation);
  }
  const sign = signOf(run.facts);
  let best = -1;
  for (const row of segments.rowsOf(id)) {
    if (segments.failed.at(row) === 1) continue;
    const better =
      best < 0 ||
      Number.isNaN(segments.value.at(best)) ||
      sign * segments.value.at(row) > sign * segments.value.at(best);
    if (better) best = row;
  }
  return best;
}

/** One member: its ancestry, schedule, children and checkpoints. */
export function memberView(run: OpenRun, id: MemberId, generation: number | undefined): MemberFacts {
  const { fold, facts } = run;
  const state = fold.members[facts.legs.length > 0 ? 0 : id];
  if (state === undefined) throw missing(`${run.run}: has no member ${id}`);
  const node = nodeOf(run, id, generation);
  const legs = node < 0 ? [] : legsOf(run, node);
  const name = nameOf(facts, id);
  return {
    row: { ...rowOf(run, state, ranksOf(run)), member: id, name },
    generation: node < 0 ? 0 : fold.segments.generation.at(node),
    ancestry: ancestryOf(run, node, id),
    legs,
    schedule: scheduleOf(legs),
    children: childrenOf(run, id),
    checkpoints: run.reader.checkpoints
      .list()
      .filter(({ member }) => member === id)
      .map(({ generation: at, step }) => ({ generation: at, step })),
    commands: {
      schedule: `polytempo schedule ${run.run} --member ${name} --csv`,
      replay: `polytempo replay ${run.run} --member ${name}`,
      best: `polytempo best ${run.run} --member ${name}`,
    },
    hasLog: existsSync(logPath(run, id)),
  };
}

/** Made from the member's number only, never from a client's text. */
export const logPath = (run: OpenRun, id: MemberId): string =>
  join(run.reader.directory, "logs", `${nameOf(run.facts, id)}.log`);

/** The member, then whom it came from …, its founder; no one twice in a row. */
export function ancestryOf({ fold: { segments } }: OpenRun, node: number, id: MemberId): MemberId[] {
  const path = node < 0 ? [id] : segments.path(node).map((row) => segments.member.at(row));
  return path.toReversed().filter((member, i, all) => i === 0 || all[i - 1] !== member);
}

/** The segments that led to a node, with their exact hyperparameters, read from the log itself. */
export function legsOf(run: OpenRun, node: number): MemberLeg[] {
  const { fold, facts, reader } = run;
  const { segments } = fold;
  return segments.path(node).map((row) => {
    const leg = facts.legs[row];
    const [event] = leg === undefined ? reader.briefDecisions(segments.origin.at(row)) : [];
    return {
      member: segments.member.at(row),
      generation: segments.generation.at(row),
      fromStep: segments.fromStep.at(row),
      untilStep: segments.untilStep.at(row),
      value: Number.isNaN(segments.value.at(row)) ? null : segments.value.at(row),
      hyperparameters: leg?.hyperparameters ?? (event?.body["hyperparameters"] as Hyperparameters),
    };
  });
}

/** Neighbouring legs with equal hyperparameters as one stretch. */
export function scheduleOf(legs: readonly MemberLeg[]): MemberFacts["schedule"] {
  const entries: { fromStep: number; untilStep: number; hyperparameters: Hyperparameters }[] = [];
  for (const { fromStep, untilStep, hyperparameters } of legs) {
    const last = entries.at(-1);
    const same =
      last !== undefined &&
      Object.entries(hyperparameters).every(([name, value]) => last.hyperparameters[name] === value);
    if (same) last.untilStep = untilStep;
    else entries.push({ fromStep, untilStep, hyperparameters });
  }
  return entries;
}

function childrenOf({ fold: { segments } }: OpenRun, id: MemberId): MemberFacts["children"] {
  const found: { member: MemberId; generation: number; step: number }[] = [];
  for (let row = 0; row < segments.count; row++) {
    const parent = segments.parent.at(row);
    if (parent < 0 || segments.member.at(parent) !== id || segments.member.at(row) === id) continue;
    found.push({
      member: segments.member.at(row),
      generation: segments.generation.at(row),
      step: segments.fromStep.at(row),
    });
  }
  return found;
}
