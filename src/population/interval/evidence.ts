import { readRecord } from "../diagnostics/record.ts";
import { noPersistence, observePersistence, type Persistence, slopes } from "../fitness/persistence.ts";
import { noTraining, observeTraining, type Training, trainingGain } from "../fitness/training.ts";
import type { Evaluation, MemberId, Population } from "../types.ts";

/** What a population has shown of its clocks at the interval in force: sums that begin anew with every change of it. */
export interface IntervalEvidence {
  /** Along lineages: what hyperparameters do not explain of a value, and of the one before it. */
  readonly residuals: Persistence;
  /** Whether the metric rises within intervals. */
  readonly training: Training;
  /** Steps between reports of the metric; 0: unknown. */
  readonly spacing: number;
  readonly generations: number;
  /** Share of the differences that hyperparameters explain, each evaluation counted; null: unknown. */
  readonly explained: number | null;
}

export const noEvidence: IntervalEvidence = {
  residuals: noPersistence,
  training: noTraining,
  spacing: 0,
  generations: 0,
  explained: null,
};

/** One boundary as evidence sees it. */
export interface Boundary {
  readonly evaluations: readonly Evaluation[];
  /** As it was trained: before anybody copied. */
  readonly before: Population;
  /** After the slow step, whose record holds what was seen. */
  readonly after: Population;
  readonly sign: 1 | -1;
}

/** Adds a synchronous boundary. At the first one of an interval the residual before is from another: it does not count. */
export function observeInterval(
  past: IntervalEvidence,
  { evaluations, before, after, sign }: Boundary,
): IntervalEvidence {
  const { newest, spacing, explained } = readRecord(after.record);
  const ready = new Set<MemberId>(evaluations.map(({ member }) => member));
  return {
    // A share of 0: nothing decays.
    residuals: past.generations === 0 ? past.residuals : observePersistence(past.residuals, newest, 0),
    training: observeTraining(past.training, evaluations, before, ready, sign, 1),
    spacing,
    generations: past.generations + 1,
    explained: explained === null ? null : Number(explained.toPrecision(4)),
  };
}

/** Siblings share their parent's luck: pairs count for less than one each. */
const INDEPENDENT = 0.7;
/** Standard errors of a one-sided bound at 95 %. */
const BOUND = 1.645;

/** What evidence comes to. */
export interface IntervalFindings {
  /** What is left of a lineage's advantage after one interval, with one-sided bounds at 95 %; null: no two values yet. */
  readonly left: { readonly low: number; readonly high: number } | null;
  readonly pairs: number;
  /** Mean sign of the metric's change within an interval, and its standard error; null: fewer than two reports each. */
  readonly gain: { readonly gain: number; readonly error: number } | null;
}

/** A slope below zero is luck, and counts as zero. */
export function findings({ residuals, training }: IntervalEvidence): IntervalFindings {
  const { plain, pairs } = slopes(residuals);
  const half = BOUND / Math.sqrt(Math.max(1, INDEPENDENT * pairs));
  const slope = plain === null ? null : Math.max(0, plain);
  return {
    left: slope === null ? null : { low: slope - half, high: slope + half },
    pairs,
    gain: trainingGain(training),
  };
}
