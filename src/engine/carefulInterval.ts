import {
  carefulInterval,
  type Evaluation,
  type IntervalEvidence,
  noEvidence,
  observeInterval,
  type Population,
  type SlowStepResult,
} from "../population/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import type { RunPlan } from "./types.ts";

/** Never below this part of the first interval: checkpoints, starts of processes and slow steps take time too. */
const LEAST = 1 / 10;

/** The shortest interval that a run may come to. */
export const leastInterval = (first: number): number => Math.max(1, Math.ceil(LEAST * first));

/** What `adaptCarefully` reads and writes of a run's state. */
export interface CarefulRun {
  readonly plan: Pick<RunPlan, "adaptive" | "interval" | "members"> & {
    readonly rules: { readonly sign: 1 | -1 };
  };
  readonly stop: { readonly steps?: number };
  readonly covered: number;
  interval: number;
  evidence: IntervalEvidence;
  least: number;
}

/**
 * The interval of an adaptive run after a generation: shorter where the clocks are clearly apart, never longer than the first
 * one. Changes the state, which is derived again from the log's evaluations like all of it.
 * @param before the population that was trained
 * @returns the event of the change with its reasons, and what T9.9 recommends beside it; none when the interval stays
 * @see carefulInterval for the rule
 */
export function adaptCarefully(
  state: CarefulRun,
  step: SlowStepResult,
  evaluations: readonly Evaluation[],
  before: Population,
  generation: number,
): DecisionEvent[] {
  const { plan, stop, covered, interval, least } = state;
  const { temporal } = step.diagnostics;
  if (plan.adaptive !== "careful" || temporal === undefined) return [];
  state.evidence = observeInterval(state.evidence, {
    evaluations,
    before,
    after: step.population,
    sign: plan.rules.sign,
  });
  if (covered >= (stop.steps ?? Number.POSITIVE_INFINITY)) return [];
  const { relaxation, fluctuation } = temporal;
  const { explained } = state.evidence;
  const { members, interval: first } = plan;
  const change = carefulInterval(state.evidence, {
    interval,
    first,
    least,
    members,
    relaxation,
    fluctuation,
    explained,
  });
  if (change === null) return [];
  state.interval = change.interval;
  state.least = change.least;
  state.evidence = noEvidence;
  return [
    {
      generation,
      kind: "interval",
      member: null,
      body: {
        before: interval,
        interval: change.interval,
        recommended: temporal.interval.steps,
        fromStep: covered,
        reasons: change.reasons,
      },
    },
  ];
}
