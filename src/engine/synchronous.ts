import type { MemberId } from "../population/index.ts";
import type { SegmentResult } from "../store/index.ts";
import { advanceGeneration } from "./advance.ts";
import { commitBoundary, isOpen, type Loop, reusable, taskOf } from "./loop.ts";
import { boundary } from "./stop.ts";

/**
 * Generations in step: every active member trains until the common boundary, then one transaction decides for all.
 * A member that failed and found no replacement catches up from its last state, so that all are compared at equal step.
 * @returns when the run has ended (`state.ended`) or the runner was stopped
 */
export async function runSynchronous(loop: Loop): Promise<void> {
  const { state, runner } = loop;
  while (isOpen(state)) {
    const results = await trainGeneration(loop);
    if (results === null) return;
    const members = [...results.keys()];
    const evaluations = [...results.values()].map(({ evaluation }) => evaluation);
    commitBoundary(loop, members, (interventions) => advanceGeneration(state, evaluations, interventions));
  }
  runner.stop("segment");
}

/** The generation's results, those that were durable before a crash among them; null when the runner was stopped. */
async function trainGeneration(loop: Loop): Promise<ReadonlyMap<MemberId, SegmentResult> | null> {
  const { state, store, runner, undecided } = loop;
  const untilStep = boundary(state);
  const active = state.population.members.filter(({ status }) => status === "active");
  const stored = new Map(store.segments(state.generation).map((result) => [result.member, result]));
  for (const member of active) {
    const found = stored.get(member.id);
    const result = found === undefined ? null : reusable(store, state, found, untilStep);
    if (result === null) runner.submit(taskOf(state, member, untilStep));
    else undecided.set(member.id, result);
  }
  while (undecided.size < active.length) {
    const result = await runner.next();
    if (result === null) return null;
    undecided.set(result.member, result);
  }
  return undecided;
}
