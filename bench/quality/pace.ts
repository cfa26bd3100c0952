import { adaptCarefully, type CarefulRun, leastInterval } from "../../src/engine/carefulInterval.ts";
import { firstInterval } from "../../src/engine/interval.ts";
import {
  type Evaluation,
  noEvidence,
  type Population,
  type SlowStepResult,
} from "../../src/population/index.ts";
import type { Method } from "./methods.ts";
import type { Problem } from "./problem.ts";

/** When slow steps come. */
export interface Pace {
  /** Steps until the next boundary: the interval in force, or what is left of the budget. */
  next(): number;
  /** Tells what the slow step at that boundary showed. @param before the population that was trained */
  passed(step: SlowStepResult, evaluations: readonly Evaluation[], before: Population): void;
  /** Steps of every member so far, and altogether. */
  readonly covered: number;
  readonly total: number;
}

/** The engine's own rule for the interval, or a constant; the budget is the same. */
export function paceOf(problem: Problem, method: Method): Pace {
  const total = problem.interval * problem.generations;
  const first =
    typeof method.interval === "number"
      ? Math.max(1, Math.round(method.interval * problem.interval))
      : firstInterval(total);
  let covered = 0;
  let generation = 0;
  const run: CarefulRun = {
    plan: {
      ...(method.interval === "auto" ? { adaptive: "careful" } : {}),
      interval: first,
      members: problem.members,
      rules: { sign: -1 },
    },
    stop: { steps: total },
    interval: first,
    get covered() {
      return covered;
    },
    evidence: noEvidence,
    least: leastInterval(first),
  };
  const next = (): number => Math.min(run.interval, total - covered);
  return {
    next,
    passed(step, evaluations, before) {
      covered += next();
      adaptCarefully(run, step, evaluations, before, generation++);
    },
    get covered() {
      return covered;
    },
    total,
  };
}
