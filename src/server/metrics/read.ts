import type { MemberId } from "../../population/index.ts";
import type { MetricTable, RunReader } from "../../store/index.ts";
import type { SegmentTable } from "../data/segmentTable.ts";
import type { Grid } from "./pixels.ts";

/** Where a metric's curve comes from. */
export type Source = "samples" | "evaluations";

/** Takes one member's samples or buckets, oldest first, into a row. */
export type Fill = (row: number, table: MetricTable) => void;

/** Items per pixel that are worth reading for one member. */
const itemsPerPixel = 10;
/** Items that one answer may read over all members: about a tenth of a second. */
const itemBudget = 250_000;
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

/** Level of the pyramid for members on a grid. */
export function levelOf(reader: RunReader, metric: string, members: readonly MemberId[], grid: Grid): number {
  // Members train in step: a few of them tell how many samples there are.
  const few = [0, members.length >> 1, members.length - 1].flatMap((i) => members[i] ?? []);
  const samples = Math.max(0, ...few.map((member) => samplesWithin(reader, metric, member, grid)));
  return levelFor(samples, grid.px, members.length);
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
