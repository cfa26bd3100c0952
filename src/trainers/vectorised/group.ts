import type { Segment, SegmentHooks, SegmentOutcome } from "../../engine/index.ts";
import type { PopulationDefinition, PopulationGroup } from "./definition.ts";
import { usedHyperparameters, writeHyperparameters } from "./hyperparameters.ts";
import { type LoadContext, loadRows } from "./load.ts";
import { type Crowd, heldKey } from "./sessions.ts";
import { restore, writeStates } from "./states.ts";

/** Segments that go the same way, from step to step: they train together. Those that start lowest come first. */
export function groupsOf(segments: readonly Segment[]): Segment[][] {
  const groups = new Map<string, Segment[]>();
  for (const segment of segments) {
    const way = `${segment.fromStep} ${segment.untilStep}`;
    const group = groups.get(way);
    if (group === undefined) groups.set(way, [segment]);
    else group.push(segment);
  }
  return [...groups.values()]
    .map((group) => group.toSorted((a, b) => a.member - b.member))
    .toSorted((a, b) => a[0]!.fromStep - b[0]!.fromStep || a[0]!.untilStep - b[0]!.untilStep);
}

export interface GroupContext<W> extends LoadContext<W> {
  readonly definition: PopulationDefinition<W>;
  readonly hooks: SegmentHooks;
  readonly signal: AbortSignal;
  /** Rows of the shared checkpoint that are taken already. */
  readonly firstRow: number;
  readonly directory: string;
}

/**
 * Trains one group: load, advance, evaluate, save.
 * @returns how each segment ended, in the order given
 */
export async function runGroup<W>(
  crowd: Crowd<W>,
  segments: readonly Segment[],
  context: GroupContext<W>,
): Promise<SegmentOutcome[]> {
  const { definition, slots, hooks, signal, key } = context;
  const { session, world, held, members } = crowd;
  const { fromStep, untilStep } = segments[0]!;
  const failures = new Map<number, SegmentOutcome>();
  const failed = new Set<number>();
  const fail = (row: number, cause: string, message: string): void => {
    if (failed.has(row)) return;
    failed.add(row);
    failures.set(row, { status: "failed", cause, message });
  };

  const problems = await loadRows(crowd, segments, context);
  for (const [row, problem] of problems) fail(row, "checkpoint", problem);
  for (const [row, { hyperparameters }] of segments.entries()) {
    writeHyperparameters(session, definition, row, hyperparameters);
  }
  for (let row = members.length; row < session.members; row++) {
    session.copyMember(0, row);
    writeHyperparameters(session, definition, row, segments[0]!.hyperparameters);
  }
  const group: PopulationGroup<W> = {
    session,
    members,
    hyperparameters: segments.map(({ hyperparameters }) => hyperparameters),
    key,
    fromStep,
    untilStep,
    world,
    signal,
    report(step, metrics) {
      for (const [row, { member }] of segments.entries()) {
        if (!failures.has(row)) hooks.report(member, step, ofRow(metrics, row));
      }
    },
    fail,
    failed,
    async replay(row, other, target) {
      const { load, member } = segments[row]!;
      if (load === null) definition.initialise(other, key, target, member);
      else restore(other, slots.saved, target, await context.reader.read(load.directory, load.row ?? 0));
    },
  };
  for (const [row, { load, member }] of segments.entries()) {
    if (load !== null && load.id.member !== member && !failures.has(row)) definition.copied?.(group, row);
  }
  await definition.advance(group);
  const lost = (): SegmentOutcome[] =>
    segments.map((_, row) => failures.get(row) ?? { status: "lost", message: "ended early" });
  if (signal.aborted) return lost();
  const metrics = await definition.evaluate(group);
  if (signal.aborted) return lost();

  const sound = segments.flatMap((_, row) => (failures.has(row) ? [] : [row]));
  if (sound.length > 0) {
    const worlds = sound.map((row) => copied(definition.world?.save(world, row) ?? {}));
    const ids = sound.map((row) => members[row]!);
    await writeStates(context.directory, context.firstRow, session, slots.saved, sound, worlds, ids);
  }
  return segments.map((segment, row): SegmentOutcome => {
    const failure = failures.get(row);
    if (failure !== undefined) return failure;
    const { member, generation } = segment;
    held.set(heldKey({ member, generation, step: untilStep }), row);
    return {
      status: "ok",
      step: untilStep,
      metrics: ofRow(metrics, row),
      using: usedHyperparameters(session, definition, row, segment.hyperparameters),
      row: context.firstRow + sound.indexOf(row),
    };
  });
}

const ofRow = (metrics: Readonly<Record<string, ArrayLike<number>>>, row: number): Record<string, number> =>
  Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, values[row]!]));

const copied = <T extends { slice(): T }>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([name, values]) => [name, values.slice()]));
