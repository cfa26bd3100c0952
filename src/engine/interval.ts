import { type Diagnostics, recommendInterval } from "../population/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import type { RunPlan } from "./types.ts";

/** Generations between two changes: a new interval has to show what it does. */
const PATIENCE = 3;
/** A recommendation within this factor of the interval changes nothing. */
const DEAD_BAND = 1.5;
/** At most this factor in one change. */
const MOST = 2;
/** Weight of the newest recommendation in their geometric mean: single ones are noisy. */
const NEWEST = 0.3;
/** Never below this part of the first interval: checkpoints, starts of processes and slow steps take time too. */
const LEAST = 1 / 10;

/**
 * Intervals that an automatic one begins with: half as many again as a budget must hold for 16 members (T9.9), since scores
 * are half luck. The run may find more as it goes.
 */
export const automaticIntervals = 30;

/** The interval that an adaptive run of so many steps begins with. */
export const firstInterval = (steps: number): number => Math.max(1, Math.ceil(steps / automaticIntervals));

/** What `adaptInterval` reads and writes of a run's state. */
export interface AdaptiveRun {
  readonly plan: Pick<RunPlan, "adaptive" | "interval" | "members">;
  readonly stop: { readonly steps?: number };
  readonly covered: number;
  readonly generation: number;
  interval: number;
  adaptedAt: number;
  advice: number | null;
}

/**
 * The rule of runs that were begun before `adaptCarefully`, kept so that they go on and verify as they were. The interval
 * after a generation moves towards the decaying geometric mean of the recommendations (theory.md T9.9), by at most a factor
 * of 2, and only when it is off by more than 1.5. The budget that must hold enough slow steps is the whole one: what is left
 * shrinks to nothing, and the interval must not. Changes the state.
 * @returns the event of the change with its reasons; none when it stays
 */
export function adaptInterval(
  state: AdaptiveRun,
  diagnostics: Diagnostics,
  generation: number,
): DecisionEvent[] {
  const { plan, stop, covered, interval: before } = state;
  const { temporal } = diagnostics;
  const steps = stop.steps ?? Number.POSITIVE_INFINITY;
  if (plan.adaptive !== true || temporal === undefined || covered >= steps) return [];
  const { relaxation, fluctuation, persistence, explained } = temporal;
  const { interval: recommended, reasons } = recommendInterval(
    {
      interval: before,
      evaluation: 1,
      members: plan.members,
      relaxation,
      fluctuation,
      persistence,
      explained,
      pooled: 1,
    },
    { steps, nearest: true },
  );
  if (recommended === null) return [];
  const newest = Math.log(recommended);
  state.advice = state.advice === null ? newest : (1 - NEWEST) * state.advice + NEWEST * newest;
  if (state.generation - state.adaptedAt < PATIENCE) return [];
  const wanted = Math.max(Math.exp(state.advice), LEAST * plan.interval);
  if (wanted < before * DEAD_BAND && wanted * DEAD_BAND > before) return [];
  const interval = Math.max(1, Math.round(Math.min(Math.max(wanted, before / MOST), before * MOST)));
  if (interval === before) return [];
  const followed = Math.round(Math.exp(state.advice));
  const why = [
    `recommended now are ${recommended} steps, on average of the last generations ${followed}`,
    ...(followed < wanted ? [`never below a tenth of the first interval, ${Math.ceil(wanted)} steps`] : []),
    ...(interval !== Math.round(wanted) ? [`one change is at most a factor of ${MOST}`] : []),
    ...reasons,
  ];
  state.interval = interval;
  state.adaptedAt = state.generation;
  return [
    {
      generation,
      kind: "interval",
      member: null,
      body: { before, interval, recommended, fromStep: covered, reasons: why },
    },
  ];
}
