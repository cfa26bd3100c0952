import { setImmediate as nextTurn } from "node:timers/promises";
import type { MemberId } from "../../population/index.ts";
import { type MetricTable, type RunReader, samplesPerBucket } from "../../store/index.ts";
import type { SegmentTable } from "../data/segmentTable.ts";
import type { Grid } from "./pixels.ts";

/** Where a metric's curve comes from. */
export type Source = "samples" | "evaluations";

/** Takes one member's samples or buckets, oldest first, into a row. */
export type Fill = (row: number, table: MetricTable) => void;

export interface Curves<Rows> {
  readonly pixels: Rows;
  /** Samples in one item that was read; 1: every sample. */
  readonly bucketSamples: number;
}

/** Items per pixel that are worth reading for one member. */
const itemsPerPixel = 10;
/** Items that one answer may read over all members: about a tenth of a second. */
const itemBudget = 250_000;
/** Members whose series are read as of one moment. */
const membersAtOnce = 16;
/** The loop gives way to other requests after this many milliseconds. */
const turnMs = 15;

/** So many samples over all members are read one by one: about a twentieth of a second. */
const sampleBudget = 20_000;

/** Level of the pyramid for a count of samples per member: −1 for the samples themselves. */
export function levelFor(samples: number, px: number, members: number): number {
  if (samples * members <= sampleBudget) return -1;
  const most = Math.min(itemsPerPixel * px, itemBudget / Math.max(1, members));
  let level = -1;
  for (let items = samples; items > most && level < 18; items /= 8) level++;
  return level;
}

/** Samples of a member within a range, by the coarsest buckets that tell it well. */
export function samplesWithin(reader: RunReader, metric: string, member: MemberId, grid: Grid): number {
  const range = { from: grid.x0, until: grid.x1 };
  const coarse = reader.metricBuckets(metric, member, 3, range);
  return coarse.reduce((sum, bucket) => sum + inside(bucket, grid) * bucket.count, 0);
}

const inside = (
  { fromStep, untilStep }: { fromStep: number; untilStep: number },
  { x0, x1 }: Grid,
): number => {
  const width = untilStep - fromStep;
  return width <= 0 ? 1 : Math.max(0, Math.min(untilStep, x1) - Math.max(fromStep, x0)) / width;
};

/**
 * Reads the curves of members from the rollup level that the grid can show. Gives way to other work between members, so
 * that one large answer holds nobody up.
 * @returns samples in one item that was read; 1: every sample
 */
export async function readSamples(
  reader: RunReader,
  metric: string,
  members: readonly MemberId[],
  grid: Grid,
  fill: Fill,
): Promise<number> {
  // Members train in step: a few of them tell how many samples there are.
  const few = [0, members.length >> 1, members.length - 1].flatMap((i) => members[i] ?? []);
  const samples = Math.max(0, ...few.map((member) => samplesWithin(reader, metric, member, grid)));
  const level = levelFor(samples, grid.px, members.length);
  const range = { from: grid.x0, until: grid.x1 };
  let since = performance.now();
  for (let row = 0; row < members.length; row += membersAtOnce) {
    const some = members.slice(row, row + membersAtOnce);
    for (const [i, table] of reader.metricTables(metric, some, level, range).entries()) fill(row + i, table);
    if (performance.now() - since < turnMs) continue;
    await nextTurn();
    since = performance.now();
  }
  return level < 0 ? 1 : samplesPerBucket(level);
}

/** The curves of members from their evaluations: one value at each boundary. */
export function readEvaluations(segments: SegmentTable, members: readonly MemberId[], fill: Fill): void {
  for (const [row, member] of members.entries()) {
    const rows = [...segments.rowsOf(member)].filter((at) => !Number.isNaN(segments.value.at(at)));
    const numbers = rows.flatMap((at) => {
      const [step, value] = [segments.untilStep.at(at), segments.value.at(at)];
      return [step, step, value, value, value, value];
    });
    fill(row, { rows: rows.length, numbers: Float64Array.from(numbers) });
  }
}
