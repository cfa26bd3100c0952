import type { Connection } from "./connection.ts";
import {
  bucketsFrom,
  everyStep,
  lastPart,
  metricName,
  pointsIn,
  type Steps,
  tailIndices,
  tailPoints,
} from "./metric-rows.ts";
import { mergeBuckets, pointBucket } from "./rollup.ts";
import type { MetricBucket, MetricPoint, StepRange } from "./types.ts";

/** Levels beyond this would hold more than 10¹⁸ samples a bucket. */
const maxLevel = 19;

/** Reads metric samples and their rollups. */
export class MetricReader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  names(): string[] {
    return this.#connection
      .all("SELECT DISTINCT name FROM series ORDER BY name")
      .map((row) => String(row.name));
  }

  points(name: string, member: number, range: StepRange = {}): MetricPoint[] {
    const series = this.#series(name, member);
    return series === undefined ? [] : pointsIn(this.#connection, series, stepsOf(range));
  }

  buckets(name: string, member: number, level: number, range: StepRange = {}): MetricBucket[] {
    if (!Number.isInteger(level) || level < 0 || level > maxLevel) {
      throw new RangeError(`metricBuckets: level must be an integer from 0 to ${maxLevel}, got ${level}`);
    }
    const steps = stepsOf(range);
    const series = this.#series(name, member);
    if (series === undefined) return [];
    return this.#connection.snapshot(() => {
      const full = bucketsFrom(this.#connection, series, level, 0, steps);
      const open = this.#open(series, level);
      if (open !== undefined && open.untilStep >= steps.from && open.fromStep <= steps.until) full.push(open);
      return full;
    });
  }

  /** The last bucket of a level while it is filling, put together from the levels below. */
  #open(series: number, level: number): MetricBucket | undefined {
    const last = lastPart(this.#connection, series);
    if (last === undefined) return undefined;
    const starts = tailIndices(last.start + last.points.length);
    const pieces = tailPoints(this.#connection, series, starts[0]!).map(pointBucket);
    for (let below = 0; below < level && below + 1 < starts.length; below++) {
      pieces.unshift(...bucketsFrom(this.#connection, series, below, starts[below + 1]!));
    }
    return pieces.length === 0 ? undefined : mergeBuckets(pieces);
  }

  #series(name: string, member: number): number | undefined {
    const row = this.#connection.get(
      "SELECT id FROM series WHERE member = ? AND name = ?",
      member,
      metricName(name),
    );
    return row === undefined ? undefined : Number(row.id);
  }
}

const stepsOf = ({ from, until }: StepRange): Steps => ({
  from: from ?? everyStep.from,
  until: until ?? everyStep.until,
});
