import type { MetricBucket, MetricPoint } from "./types.ts";

/** Each level of the pyramid has this many times fewer buckets than the one below. */
export const rollupFactor = 8;

/** Samples in a full bucket of a level: 8, 64, 512 … */
export const samplesPerBucket = (level: number): number => rollupFactor ** (level + 1);

/** One sample as a bucket of one. */
export const pointBucket = ({ step, value }: MetricPoint): MetricBucket => ({
  fromStep: step,
  untilStep: step,
  first: value,
  last: value,
  min: value,
  max: value,
  count: 1,
});

/**
 * The bucket of consecutive buckets. Minimum and maximum pass over NaN; they are NaN when every sample is.
 * @param buckets at least one, in order
 */
export function mergeBuckets(buckets: readonly MetricBucket[]): MetricBucket {
  const [head, ...rest] = buckets;
  let { fromStep, untilStep, last, min, max, count } = head!;
  for (const bucket of rest) {
    fromStep = Math.min(fromStep, bucket.fromStep);
    untilStep = Math.max(untilStep, bucket.untilStep);
    last = bucket.last;
    min = smaller(min, bucket.min);
    max = -smaller(-max, -bucket.max);
    count += bucket.count;
  }
  return { fromStep, untilStep, first: head!.first, last, min, max, count };
}

const smaller = (a: number, b: number): number => (Number.isNaN(a) || b < a ? b : a);
