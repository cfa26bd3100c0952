import { adaptInterval, type AdaptiveRun, firstInterval } from "../../src/engine/interval.ts";
import type { Diagnostics } from "../../src/population/index.ts";
import type { Method } from "./methods.ts";
import type { Problem } from "./problem.ts";

/** When slow steps come. */
export interface Pace {
  /** Steps until the next boundary: the interval in force, or what is left of the budget. */
  next(): number;
  /** Tells what the slow step at that boundary showed. */
  passed(diagnostics: Diagnostics): void;
  /** Steps of every member so far, and altogether. */
  readonly covered: number;
  readonly total: number;
}

/** The engine's own rule for the interval, or a constant; the budget is the same. */
export function paceOf(problem: Problem, method: Method): Pace {
  const total = problem.interval * problem.generations;
  const adaptive = method.interval === "auto";
  const first =
    method.interval === "auto"
      ? firstInterval(total)
      : Math.max(1, Math.round(method.interval * problem.interval));
  let covered = 0;
  let generation = 0;
  const run: AdaptiveRun = {
    plan: { adaptive, interval: first, members: problem.members },
    stop: { steps: total },
    interval: first,
    get covered() {
      return covered;
    },
    get generation() {
      return generation;
    },
    adaptedAt: 0,
    advice: null,
  };
  const next = (): number => Math.min(run.interval, total - covered);
  return {
    next,
    passed(diagnostics) {
      covered += next();
      adaptInterval(run, diagnostics, generation++);
    },
    get covered() {
      return covered;
    },
    total,
  };
}
