import type { Evaluation, MemberId, Population } from "../types.ts";

/**
 * What training itself does to the metric between two slow steps, as signs: +1 where the last report of a member's
 * interval is better than the first, −1 where it is worse. Selection changes nothing within an interval, so the mean sign
 * is free of it. Where parameters carry the progress it is positive; where the fast clock has settled it is zero, or
 * negative, for a copy begins with its donor's luck and loses it.
 */
export interface Training {
  /** Decaying sum of signs, and of their number. */
  readonly sum: number;
  readonly count: number;
}

export const noTraining: Training = { sum: 0, count: 0 };

/** Weight of what was seen a generation ago: whether a run ever learnt by training is remembered for long. */
const DECAY = 0.97;

/**
 * Adds the intervals of the members that are ready. A member's first interval does not count: it begins anywhere.
 * @param share part of the population that they are
 */
export function observeTraining(
  before: Training,
  evaluations: readonly Evaluation[],
  population: Population,
  ready: ReadonlySet<MemberId>,
  sign: 1 | -1,
  share: number,
): Training {
  const keep = DECAY ** share;
  let sum = keep * before.sum;
  let count = keep * before.count;
  const first = new Set(population.members.filter(({ generation }) => generation < 1).map(({ id }) => id));
  for (const { member, reports } of evaluations) {
    if (!ready.has(member) || first.has(member)) continue;
    const finite = reports.filter(({ value }) => Number.isFinite(value));
    const [begin, end] = [finite[0], finite.at(-1)];
    if (begin === undefined || end === undefined || end.step <= begin.step) continue;
    sum += Math.sign(sign * (end.value - begin.value));
    count++;
  }
  return { sum, count };
}

/** Mean sign and its standard error; null while nothing was seen. */
export function trainingGain({
  sum,
  count,
}: Training): { readonly gain: number; readonly error: number } | null {
  return count > 0 ? { gain: sum / count, error: 1 / Math.sqrt(count) } : null;
}
