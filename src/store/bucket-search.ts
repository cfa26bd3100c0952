import { eachBucket, isEveryStep, type Span, type Steps } from "./bucket-rows.ts";
import type { Connection } from "./connection.ts";
import { rollupFactor, samplesPerBucket } from "./rollup.ts";

/** The search goes down by so many levels at a time: each bucket covers 64 of the level that is looked at next. */
const stride = 2;
const covered = rollupFactor ** stride;

/** Full buckets of a level. @param count samples of the series */
export const fullBuckets = (count: number, level: number): number =>
  Math.floor(count / samplesPerBucket(level));

/**
 * Where the full buckets of a level lie that may touch a range of steps, found from the top of the pyramid down: the
 * cost grows with the logarithm of the series' length, not with it. Every bucket knows the least and the greatest step
 * in it, so steps need not increase (an asynchronous member that copies goes back to its donor's step).
 * @param count samples of the series
 * @returns disjoint spans in increasing order; outside of them nothing touches the range
 */
export function spansOf(
  connection: Connection,
  series: number,
  level: number,
  count: number,
  steps: Steps,
): readonly Span[] {
  if (isEveryStep(steps)) return [{ from: 0, until: fullBuckets(count, level) - 1 }];
  let at = level;
  while (fullBuckets(count, at) > covered) at += stride;
  let spans: readonly Span[] = [{ from: 0, until: fullBuckets(count, at) - 1 }];
  for (; at > level; at -= stride) {
    const found = new Spans();
    eachBucket(connection, series, at, spans, (position, numbers, place) => {
      if (numbers[place + 1]! >= steps.from && numbers[place]! <= steps.until)
        found.add(position * covered, (position + 1) * covered - 1);
    });
    // What is not yet in a full bucket of this level.
    found.add(fullBuckets(count, at) * covered, fullBuckets(count, at - stride) - 1);
    spans = found.all;
  }
  return spans;
}

/** Spans in increasing order; neighbours become one. */
class Spans {
  readonly all: { from: number; until: number }[] = [];

  add(from: number, until: number): void {
    if (until < from) return;
    const last = this.all.at(-1);
    if (last !== undefined && last.until + 1 >= from) last.until = until;
    else this.all.push({ from, until });
  }
}
