import type { OpenRun } from "../openRun.ts";

/** The furthest step that a member has been evaluated at. */
export function newestStep({ fold }: OpenRun): number {
  let step = 0;
  for (const { lastRow } of fold.members) {
    if (lastRow >= 0) step = Math.max(step, fold.segments.untilStep.at(lastRow));
  }
  return step;
}

/**
 * Generations that there will be by the rules of stopping: those that are closed and what is left, for intervals may have
 * changed on the way, and asynchronous members may have jumped ahead. null when only other rules end the run.
 */
export function generationsOf(run: OpenRun): number | null {
  const { facts, fold } = run;
  if (facts.legs.length > 0) return facts.legs.length;
  const { steps = Infinity, generations = Infinity } = fold.stop;
  const left = Math.ceil(Math.max(0, steps - newestStep(run)) / fold.interval);
  const least = Math.min(fold.generation + left, generations);
  return Number.isFinite(least) ? least : null;
}
