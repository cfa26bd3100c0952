import { findings, type IntervalEvidence } from "./evidence.ts";
import { recommendInterval } from "./recommendInterval.ts";

/** Boundaries at one interval before it may change. */
const PATIENCE = 4;
/** Part of an advantage that may be left after an interval where parameters are said to forget: e⁻¹, r = 1. */
const LEFT = Math.exp(-1);
/** Mean sign plus a standard error below which training has settled within an interval, as for the score `auto`. */
const SETTLED = 0.1;
/** Standard errors above zero at which training plainly lifts the metric within intervals. */
const LIFTS = 2;
/** One change. */
const FACTOR = 2;

/** What is known of a run at a boundary; times in steps, null: unknown. */
export interface CarefulInput {
  readonly interval: number;
  /** What it began with: never longer than that. */
  readonly first: number;
  /** Never shorter than that. */
  readonly least: number;
  readonly members: number;
  readonly relaxation: number | null;
  readonly fluctuation: number | null;
  /** Share of the variance of evaluations that hyperparameters clearly explain. */
  readonly explained: number | null;
}

export interface IntervalChange {
  readonly interval: number;
  /** Never shorter than that from now on. */
  readonly least: number;
  readonly reasons: readonly string[];
}

/**
 * What `interval: auto` does at a boundary: nothing, unless the clocks are clear.
 *
 * *Halves* the interval when all of these hold: training has settled within intervals (mean sign + standard error < 0.1);
 * of a lineage's advantage less than e⁻¹ is left one interval later (upper 95 % bound); hyperparameters clearly explain
 * something; and what `recommendInterval` asks for from that, fluctuations taken to last half of the time between reports at
 * least, is less than half of the interval. Then nothing is lost by looking sooner, and slow steps are gained.
 *
 * *Doubles* it again, for good and up to the first one, when more than e⁻¹ is left (lower 95 % bound) or the metric rises
 * within intervals (two standard errors).
 *
 * It never goes beyond the first interval. Where parameters carry the progress, whether longer or shorter ones are better
 * depends on what is rewarded later, which no clock shows (docs/choosing-the-interval.md).
 * @returns null where nothing changes
 * @see docs/theory, T9.1, T9.9
 */
export function carefulInterval(evidence: IntervalEvidence, input: CarefulInput): IntervalChange | null {
  const { interval, first, least } = input;
  if (evidence.generations < PATIENCE) return null;
  const { left, pairs, gain } = findings(evidence);
  if (interval < first) {
    const back = Math.min(first, FACTOR * interval);
    const reasons = [
      ...(gain !== null && gain.gain > LIFTS * gain.error
        ? [`training lifts the metric within intervals (in ${rises(gain.gain)} of them)`]
        : []),
      ...(left !== null && left.low > LEFT
        ? [`at least ${percent(left.low)} of a lineage's advantage is left one interval later`]
        : []),
    ];
    if (reasons.length > 0) {
      return {
        interval: back,
        least: back,
        reasons: [...reasons, "the clocks are not apart: back, for good"],
      };
    }
  }
  const half = Math.max(1, Math.round(interval / FACTOR));
  const settled = gain !== null && gain.gain + gain.error < SETTLED;
  if (half < least || half === interval || !settled || left === null || left.high >= LEFT) return null;
  const asked = needed(input, evidence.spacing);
  if (asked === null || asked.steps >= interval / FACTOR) return null;
  return {
    interval: half,
    least,
    reasons: [
      `training has settled: within an interval the metric rises in ${rises(gain.gain)} of cases`,
      `at most ${percent(left.high)} of a lineage's advantage is left one interval later (95 %, ${Math.round(pairs)} pairs)`,
      ...asked.reasons,
      "half of the interval is longer than that, and gives more slow steps",
    ],
  };
}

/** What T9.9 asks for from what is known, where hyperparameters clearly explain something. */
function needed({ interval, members, relaxation, fluctuation, explained }: CarefulInput, spacing: number) {
  if (explained === null) return null;
  const between = spacing > 0 ? spacing : interval;
  const { interval: steps, reasons } = recommendInterval(
    {
      interval,
      evaluation: between,
      members,
      relaxation,
      fluctuation: Math.max(fluctuation ?? 0, between / 2),
      persistence: null,
      explained,
      pooled: 1,
    },
    { steps: Number.MAX_SAFE_INTEGER },
  );
  return steps === null ? null : { steps, reasons };
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
/** Mean sign as a share of cases. */
const rises = (gain: number): string => percent((1 + gain) / 2);
