import { advanceReplay } from "./advance.ts";
import { commitBoundary, type Loop, reusable, segmentSeed } from "./loop.ts";

/**
 * Trains one member along stored legs. Each leg gets the number, the generation and so the seed of the ancestor that
 * walked it first: a deterministic trainer gives the same numbers again.
 */
export async function runReplay(loop: Loop): Promise<void> {
  const { state, store, runner, undecided } = loop;
  const legs = state.plan.legs ?? [];
  while (state.ended === null) {
    const leg = legs[state.generation]!;
    const member = state.population.members[0]!;
    const stored = store.segments(leg.generation).find((result) => result.member === leg.member);
    let result = stored === undefined ? null : reusable(store, state, stored, leg.untilStep);
    if (result === null) {
      runner.submit({
        member: leg.member,
        generation: leg.generation,
        hyperparameters: leg.hyperparameters,
        fromStep: leg.fromStep,
        untilStep: leg.untilStep,
        seed: segmentSeed(state, leg.member, leg.generation),
        load: member.checkpoint,
      });
      result = await runner.next();
    }
    if (result === null) return;
    undecided.set(leg.member, result);
    const { evaluation } = result;
    commitBoundary(loop, [leg.member], () => advanceReplay(state, evaluation));
  }
  runner.stop("segment");
}
