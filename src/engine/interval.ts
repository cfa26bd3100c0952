import { type Diagnostics, recommendInterval } from "../population/index.ts";
import type { DecisionEvent } from "../store/index.ts";
import type { RunState } from "./state.ts";

/** Generations between two changes: a new interval has to show what it does. */
const PATIENCE = 3;
/** A recommendation within this factor of the interval changes nothing. */
const DEAD_BAND = 1.5;
/** At most this factor in one change. */
const MOST = 2;

/**
 * The interval of an adaptive run after a generation, re-estimated from what the run has shown of its clocks: towards the
 * recommendation of theory.md T9.9, by at most a factor of 2, and only when it is off by more than 1.5. Changes the state.
 * @returns the event of the change with its reasons; none when it stays
 */
export function adaptInterval(
  state: RunState,
  diagnostics: Diagnostics,
  generation: number,
): DecisionEvent[] {
  const { plan, stop, covered, interval: before } = state;
  const { temporal } = diagnostics;
  const left = (stop.steps ?? Number.POSITIVE_INFINITY) - covered;
  if (plan.adaptive !== true || temporal === undefined || left <= 0) return [];
  if (state.generation - state.adaptedAt < PATIENCE) return [];
  const { relaxation, fluctuation, persistence, explained } = temporal;
  const { interval: wanted, reasons } = recommendInterval(
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
    { steps: left },
  );
  if (wanted === null || (wanted < before * DEAD_BAND && wanted * DEAD_BAND > before)) return [];
  const interval = Math.max(1, Math.min(Math.max(wanted, Math.ceil(before / MOST)), before * MOST));
  if (interval === before) return [];
  state.interval = interval;
  state.adaptedAt = state.generation;
  return [
    {
      generation,
      kind: "interval",
      member: null,
      body: { before, interval, recommended: wanted, fromStep: covered, reasons },
    },
  ];
}
