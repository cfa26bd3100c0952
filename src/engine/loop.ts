import { StoreError } from "../errors/index.ts";
import { type Evaluation, type Member, type MemberId, memberName } from "../population/index.ts";
import { seedOf } from "../random/index.ts";
import type { DecisionEvent, RunStore, SegmentResult } from "../store/index.ts";
import { advanceEnd } from "./advance.ts";
import type { Controls } from "./controls.ts";
import type { EventHub } from "./events.ts";
import type { Internals } from "./faults.ts";
import { type Intervention, intervalChange, readDiagnostics } from "./log.ts";
import type { Retention } from "./retention.ts";
import type { Task } from "./attempts.ts";
import type { Runner } from "./runner.ts";
import type { RunState } from "./state.ts";

/** What the loops of the three modes work with. */
export interface Loop {
  readonly state: RunState;
  readonly store: RunStore;
  readonly runner: Runner;
  readonly controls: Controls;
  readonly retention: Retention;
  readonly hub: EventHub;
  readonly internals: Internals;
  /** True once the wall-clock limit is over. */
  readonly timeUp: () => boolean;
  /** Results that are durable and wait for their decision; their checkpoints are kept. */
  readonly undecided: Map<MemberId, SegmentResult>;
}

/** The seed of a segment: the same for each retry, and for a replay of this lineage. */
export const segmentSeed = (state: RunState, member: MemberId, generation: number): number =>
  seedOf(state.key, "segment", member, generation);

/** Whether training goes on. */
export const isOpen = ({ ended, closing }: Pick<RunState, "ended" | "closing">): boolean =>
  ended === null && closing === null;

/** A member's next work. */
export function taskOf(state: RunState, member: Member, untilStep: number): Task {
  return {
    member: member.id,
    generation: member.generation,
    hyperparameters: member.hyperparameters,
    fromStep: member.step,
    untilStep,
    seed: segmentSeed(state, member.id, member.generation),
    load: member.checkpoint,
  };
}

/**
 * Writes one boundary: `advance` changes the state and says which events that makes; they, and the answers to the
 * requests that take effect here, become durable together. Then checkpoints that nobody needs go.
 */
export function commitBoundary(
  loop: Loop,
  members: readonly MemberId[],
  advance: (interventions: readonly Intervention[]) => DecisionEvent[],
): void {
  const { state, store, controls, retention, hub, internals, undecided } = loop;
  const { fault } = internals;
  controls.poll();
  const interventions = controls.take(new Set(members));
  const events = advance(interventions);
  if (loop.timeUp() && isOpen(state)) events.push(...advanceEnd(state, "seconds"));
  fault("generation-decided");
  store.transaction(() => {
    store.appendDecisions(events);
    for (const { kind, generation } of events) {
      if (kind === "generation") store.appendOperation({ kind: "generation-done", generation });
    }
    controls.settle();
    fault("decisions-appended");
  });
  fault("decisions-committed");
  for (const member of members) undecided.delete(member);
  for (const event of events) {
    if (event.kind === "interval") hub.emit(intervalChange(event));
    if (event.kind !== "generation") continue;
    hub.emit({
      type: "generation",
      generation: event.generation,
      diagnostics: readDiagnostics(event),
      best: state.best === null ? null : { member: state.best.member, value: state.best.value },
      separation: readDiagnostics(event).temporal?.separation?.value ?? null,
    });
  }
  retention.collect();
  fault("checkpoints-collected");
}

/**
 * What a process before this one made durable counts when it was trained until the step that is wanted now.
 * @throws StoreError when its checkpoint is gone
 */
export function reusable(
  store: RunStore,
  state: RunState,
  result: SegmentResult,
  untilStep: number,
): SegmentResult | null {
  const evaluation: Evaluation = result.evaluation;
  if (evaluation.step !== untilStep) return null;
  if (evaluation.checkpoint !== null && !store.checkpoints.has(evaluation.checkpoint)) {
    throw new StoreError(
      "corrupt",
      `${store.directory}: the state of ${memberName(result.member, state.plan.members)} at step ${evaluation.step} is recorded, but its checkpoint is gone`,
    );
  }
  return result;
}
