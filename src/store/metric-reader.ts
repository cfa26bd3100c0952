import { bucketAt, bucketTable, everyStep, type Span, type Steps, TableBuilder } from "./bucket-rows.ts";
import { fullBuckets, spansOf } from "./bucket-search.ts";
import type { Connection } from "./connection.ts";
import { markOf, newestPartOf, newsOf } from "./metric-follow.ts";
import { eachSample, metricName, sampleCount, samplesOf, tailIndices, tailPoints } from "./metric-rows.ts";
import { mergeBuckets, pointBucket, samplesPerBucket } from "./rollup.ts";
import type { SqlRow } from "./sqlite.ts";
import type {
  MetricBucket,
  MetricMark,
  MetricNews,
  MetricPoint,
  MetricState,
  MetricTable,
  SampleRange,
  StepRange,
} from "./types.ts";

/** Levels beyond this would hold more than 10¹⁸ samples a bucket. */
const maxLevel = 19;

/** Samples are looked for by buckets of this level: half a part. */
const sampleLevel = 1;

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

  points(name: string, member: number, range: SampleRange = {}): MetricPoint[] {
    const series = this.#series(name, member);
    const points: MetricPoint[] = [];
    if (series === undefined) return points;
    this.#connection.snapshot(() =>
      this.#samples(series, range, (step, value) => points.push({ step, value })),
    );
    return points;
  }

  every(name: string, member: number): IterableIterator<MetricPoint> {
    const series = this.#series(name, member);
    return series === undefined ? [].values() : samplesOf(this.#connection, series);
  }

  buckets(name: string, member: number, level: number, range: StepRange = {}): MetricBucket[] {
    needLevel("metricBuckets", level, 0);
    const series = this.#series(name, member);
    if (series === undefined) return [];
    return this.#connection.snapshot(() => {
      const count = sampleCount(this.#connection, series);
      const steps = stepsOf(range);
      const full = this.#full(series, level, count, steps);
      const buckets = Array.from({ length: full.rows }, (_, i) => bucketAt(full, i, samplesPerBucket(level)));
      const open = this.#open(series, level, count, steps);
      return open === undefined ? buckets : [...buckets, open];
    });
  }

  tables(name: string, members: readonly number[], level: number, range: SampleRange = {}): MetricTable[] {
    needLevel("metricTables", level, -1);
    if (level >= 0 && range.generation !== undefined)
      throw new RangeError(`metricTables: one generation needs level -1 (samples), got level ${level}`);
    const steps = stepsOf(range);
    return this.#connection.snapshot(() =>
      members.map((member) => {
        const series = this.#series(name, member);
        if (series === undefined) return new TableBuilder().table();
        return level < 0 ? this.#sampleTable(series, range) : this.#bucketTable(series, level, steps);
      }),
    );
  }

  states(name: string, members: readonly number[], level: number, range: StepRange = {}): MetricState[] {
    needLevel("metricStates", level, -1);
    return this.#connection.snapshot(() =>
      members.map((member) => {
        const series = this.#series(name, member);
        const newest = series === undefined ? undefined : newestPartOf(this.#connection, series);
        const mark = markOf(this.#connection, newest);
        if (series === undefined) return { table: new TableBuilder().table(), open: null, mark };
        if (level < 0) return { table: this.#sampleTable(series, range), open: null, mark };
        return {
          table: this.#full(series, level, mark.samples, stepsOf(range)),
          // What it will hold may touch the range, though what it holds does not.
          open: this.#open(series, level, mark.samples, everyStep, newest) ?? null,
          mark,
        };
      }),
    );
  }

  news(name: string, members: readonly number[], marks: readonly MetricMark[]): (MetricNews | null)[] {
    return this.#connection.snapshot(() => newsOf(this.#connection, name, members, marks));
  }

  #sampleTable(series: number, range: SampleRange): MetricTable {
    const found = new TableBuilder();
    this.#samples(series, range, (step, value) => found.pushSample(step, value));
    return found.table();
  }

  #bucketTable(series: number, level: number, steps: Steps): MetricTable {
    const count = sampleCount(this.#connection, series);
    const full = this.#full(series, level, count, steps);
    const open = this.#open(series, level, count, steps);
    if (open === undefined) return full;
    const numbers = new Float64Array(full.numbers.length + 6);
    numbers.set(full.numbers);
    const { fromStep, untilStep, first, last, min, max } = open;
    numbers.set([fromStep, untilStep, first, last, min, max], full.numbers.length);
    return { rows: full.rows + 1, numbers };
  }

  #full(series: number, level: number, count: number, steps: Steps): MetricTable {
    const spans = spansOf(this.#connection, series, level, count, steps);
    return bucketTable(this.#connection, series, level, spans, steps);
  }

  #samples(series: number, range: SampleRange, visit: (step: number, value: number) => void): void {
    const steps = stepsOf(range);
    const spans = this.#sampleSpans(series, steps);
    eachSample(this.#connection, series, spans, { ...steps, generation: range.generation ?? null }, visit);
  }

  /** Spans of sample indices outside of which no step lies in the range. */
  #sampleSpans(series: number, steps: Steps): readonly Span[] {
    const count = sampleCount(this.#connection, series);
    if (count === 0) return [];
    const spans = spansOf(this.#connection, series, sampleLevel, count, steps);
    const size = samplesPerBucket(sampleLevel);
    const rest = fullBuckets(count, sampleLevel) * size;
    return [
      ...spans.map(({ from, until }) => ({ from: from * size, until: (until + 1) * size - 1 })),
      ...(rest < count ? [{ from: rest, until: count - 1 }] : []),
    ].filter(({ from, until }) => until >= from);
  }

  /** The last bucket of a level while it is filling, put together from the levels below, if it touches the range. */
  #open(
    series: number,
    level: number,
    count: number,
    steps: Steps,
    newest?: SqlRow,
  ): MetricBucket | undefined {
    const starts = tailIndices(count);
    if (starts.length === 0) return undefined;
    const pieces =
      starts[0] === count ? [] : tailPoints(this.#connection, series, starts[0]!, newest).map(pointBucket);
    for (let below = 0; below < level && below + 1 < starts.length; below++) {
      const span = { from: starts[below + 1]!, until: fullBuckets(count, below) - 1 };
      if (span.until < span.from) continue;
      const full = bucketTable(this.#connection, series, below, [span], everyStep);
      for (let i = full.rows - 1; i >= 0; i--) pieces.unshift(bucketAt(full, i, samplesPerBucket(below)));
    }
    if (pieces.length === 0) return undefined;
    const open = mergeBuckets(pieces);
    return open.untilStep >= steps.from && open.fromStep <= steps.until ? open : undefined;
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

function needLevel(what: string, level: number, least: number): void {
  if (!Number.isInteger(level) || level < least || level > maxLevel)
    throw new RangeError(`${what}: level must be an integer from ${least} to ${maxLevel}, got ${level}`);
}

const stepsOf = ({ from, until }: StepRange): Steps => ({
  from: from ?? everyStep.from,
  until: until ?? everyStep.until,
});
