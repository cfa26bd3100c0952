import type { RunPlan, StopRule } from "./types.ts";

/** What a rule of stopping looks at: all of it follows from the decision log. */
export interface Standing {
  /** The budget that is used up. */
  readonly spent: "steps" | "generations" | null;
  /** The best value ever; null before the first. */
  readonly best: number | null;
  /** Generations since the best improved. */
  readonly stale: number;
  /** Members that are not retired. */
  readonly active: number;
}

/**
 * Why the run is over, or null. `seconds` is not judged here: it reads a clock.
 * Of several reasons, the first of: target, steps, generations, patience, retired.
 */
export function stopReason(stop: StopRule, mode: "min" | "max", standing: Standing): string | null {
  const { best } = standing;
  if (stop.target !== undefined && best !== null) {
    if (mode === "min" ? best <= stop.target : best >= stop.target) return "target";
  }
  if (standing.spent !== null) return standing.spent;
  if (stop.patience !== undefined && standing.stale >= stop.patience) return "patience";
  if (standing.active === 0) return "retired";
  return null;
}

/**
 * Which budget a member that stands at `step` after `generation` boundaries has used up. A budget of steps also
 * bounds the boundaries, because a segment that failed uses one up without getting further.
 */
export function spent(
  plan: RunPlan,
  stop: StopRule,
  place: { readonly step: number; readonly generation: number },
): "steps" | "generations" | null {
  if (stop.steps !== undefined) {
    if (place.step >= stop.steps) return "steps";
    // The steps of an adaptive run are those of its grid, which failures use up as well.
    if (plan.adaptive === undefined && place.generation >= Math.ceil(stop.steps / plan.interval))
      return "steps";
  }
  if (stop.generations !== undefined && place.generation >= stop.generations) return "generations";
  return null;
}

/** All that is wrong with a rule of stopping. */
export function stopProblems(stop: StopRule): string[] {
  const problems: string[] = [];
  const names = ["steps", "generations", "target", "patience", "seconds"] as const;
  for (const name of Object.keys(stop)) {
    if (!(names as readonly string[]).includes(name)) {
      problems.push(`stop.${name}: is not a rule of stopping; there are ${names.join(", ")}`);
    }
  }
  for (const name of ["steps", "generations", "patience"] as const) {
    const value = stop[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      problems.push(`stop.${name}: needs an integer of at least 1, got ${value}`);
    }
  }
  if (stop.seconds !== undefined && !(stop.seconds > 0 && stop.seconds < Number.POSITIVE_INFINITY)) {
    problems.push(`stop.seconds: needs a finite number above 0, got ${stop.seconds}`);
  }
  if (stop.target !== undefined && !Number.isFinite(stop.target)) {
    problems.push(`stop.target: needs a finite number, got ${stop.target}`);
  }
  if (names.every((name) => stop[name] === undefined)) {
    problems.push(`stop: needs at least one of ${names.join(", ")}, got none. Add --steps?`);
  }
  return problems;
}

/** The step that the next synchronous generation trains until; the budget cuts the last one short. */
export const boundary = (state: {
  readonly covered: number;
  readonly interval: number;
  readonly stop: StopRule;
}): number => Math.min(state.covered + state.interval, state.stop.steps ?? Number.POSITIVE_INFINITY);
