import { bucketAt, bucketsPerRow, bucketTable, encodeBuckets, everyStep } from "./bucket-rows.ts";
import { fullBuckets } from "./bucket-search.ts";
import type { Connection } from "./connection.ts";
import { encodePoints, lastPart, type Part, partId, partOf, partsFrom, tailPoints } from "./metric-rows.ts";
import { mergeBuckets, pointBucket, rollupFactor, samplesPerBucket } from "./rollup.ts";
import type { MetricBucket, MetricPoint } from "./types.ts";

/** Samples per part: two full ones fit into a page of the file; of 128 samples only one would. */
const partCapacity = 120;

/** The last row of a level: full buckets of it, from position `first` on. */
interface OpenRow {
  first: number;
  buckets: MetricBucket[];
  dirty: boolean;
}

/** The end of one series (metric, member) in memory, so that appending reads nothing. */
export class SeriesWriter {
  readonly #connection: Connection;
  readonly #series: number;
  #count = 0;
  #nextPart = 0;
  #part: Part | undefined;
  #dirty = false;
  /** Samples after the last full bucket of level 0. */
  #tail: MetricBucket[] = [];
  /** By level. Rows begin at multiples of 16, so what is not yet in a full bucket above lies in the last one. */
  #rows: OpenRow[] = [];
  /** Newest generation that has samples; −1 when there are none. */
  #newest = -1;

  constructor(connection: Connection, series: number) {
    this.#connection = connection;
    this.#series = series;
    this.#load();
    const row = connection.get(
      "SELECT max(generation) AS newest FROM chunks WHERE id >= ? AND id < ?",
      partId(series, 0),
      partId(series + 1, 0),
    );
    this.#newest = Number(row?.newest ?? -1);
  }

  append(point: MetricPoint, generation: number, attempt: number): void {
    const open = this.#part;
    if (
      open === undefined ||
      open.generation !== generation ||
      open.attempt !== attempt ||
      open.points.length >= partCapacity
    ) {
      this.#writePart();
      const id = partId(this.#series, this.#nextPart++);
      this.#part = { id, start: this.#count, generation, attempt, points: [] };
    }
    this.#part!.points.push(point);
    this.#dirty = true;
    this.#count++;
    this.#newest = Math.max(this.#newest, generation);
    this.#rollUp(point);
  }

  /** Writes what is open: the last part, and the last row of each level. */
  write(): void {
    this.#writePart();
    for (const [level, row] of this.#rows.entries()) if (row.dirty) this.#writeRow(level, row);
  }

  #writePart(): void {
    if (!this.#dirty || this.#part === undefined) return;
    const { id, start, generation, attempt, points } = this.#part;
    const steps = points.map(({ step }) => step);
    this.#connection.run(
      "INSERT OR REPLACE INTO chunks (id, start, count, generation, attempt, from_step, until_step, data) " +
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      id,
      start,
      points.length,
      generation,
      attempt,
      Math.min(...steps),
      Math.max(...steps),
      encodePoints(points),
    );
    this.#dirty = false;
  }

  #writeRow(level: number, row: OpenRow): void {
    const { fromStep, untilStep } = mergeBuckets(row.buckets);
    this.#connection.run(
      "INSERT OR REPLACE INTO buckets (series, level, position, from_step, until_step, data) " +
        "VALUES (?, ?, ?, ?, ?, ?)",
      this.#series,
      level,
      row.first,
      fromStep,
      untilStep,
      encodeBuckets(row.buckets),
    );
    row.dirty = false;
  }

  /** The attempt whose samples this series holds of a generation; 0: none. */
  attemptOf(generation: number): number {
    if (generation > this.#newest) return 0;
    this.#writePart();
    const row = this.#connection.get(
      "SELECT max(attempt) AS attempt FROM chunks WHERE id >= ? AND id < ? AND generation = ?",
      partId(this.#series, 0),
      partId(this.#series + 1, 0),
      generation,
    );
    return Number(row?.attempt ?? 0);
  }

  /** Takes the samples of a generation out; what came after them moves up, in samples and rollups. */
  drop(generation: number): void {
    this.write();
    const row = this.#connection.get(
      "SELECT min(start) AS start FROM chunks WHERE id >= ? AND id < ? AND generation = ?",
      partId(this.#series, 0),
      partId(this.#series + 1, 0),
      generation,
    );
    if (row === undefined || row.start === null) return;
    const start = Number(row.start);
    const later = partsFrom(this.#connection, this.#series, start).filter(
      (part) => part.generation !== generation,
    );
    this.#truncate(start);
    for (const part of later) {
      for (const point of part.points) this.append(point, part.generation, part.attempt);
    }
    this.write();
  }

  /** @param start index of a part's first sample */
  #truncate(start: number): void {
    this.#connection.run(
      "DELETE FROM chunks WHERE id >= ? AND id < ? AND start >= ?",
      partId(this.#series, 0),
      partId(this.#series + 1, 0),
      start,
    );
    for (let level = 0; samplesPerBucket(level) <= this.#count; level++)
      this.#reopen(level, fullBuckets(start, level));
    this.#load();
  }

  #load(): void {
    const last = lastPart(this.#connection, this.#series);
    this.#part = last;
    this.#dirty = false;
    this.#nextPart = last === undefined ? 0 : partOf(last.id) + 1;
    this.#count = last === undefined ? 0 : last.start + last.points.length;
    const rest = this.#count % rollupFactor;
    this.#tail =
      rest === 0 ? [] : tailPoints(this.#connection, this.#series, this.#count - rest).map(pointBucket);
    this.#rows = [];
    for (let level = 0; fullBuckets(this.#count, level) > 0; level++)
      this.#rows.push(this.#lastRow(level, fullBuckets(this.#count, level)));
  }

  /** The row that the next bucket of a level goes to. @param count full buckets of the level */
  #lastRow(level: number, count: number): OpenRow {
    const first = count - (count % bucketsPerRow);
    if (first === count) return { first, buckets: [], dirty: false };
    const span = { from: first, until: count - 1 };
    const table = bucketTable(this.#connection, this.#series, level, [span], everyStep);
    const buckets = Array.from({ length: table.rows }, (_, i) => bucketAt(table, i, samplesPerBucket(level)));
    return { first, buckets, dirty: false };
  }

  /** Leaves the first `count` full buckets of a level, the last few of them together in one row. */
  #reopen(level: number, count: number): void {
    const row = this.#lastRow(level, count);
    this.#connection.run(
      "DELETE FROM buckets WHERE series = ? AND level = ? AND position >= ?",
      this.#series,
      level,
      row.first,
    );
    if (row.buckets.length > 0) this.#writeRow(level, row);
  }

  #rollUp(point: MetricPoint): void {
    this.#tail.push(pointBucket(point));
    if (this.#tail.length < rollupFactor) return;
    let piece = mergeBuckets(this.#tail);
    this.#tail = [];
    for (let level = 0; ; level++) {
      const row = (this.#rows[level] ??= { first: 0, buckets: [], dirty: false });
      row.buckets.push(piece);
      row.dirty = true;
      const full = row.buckets.length % rollupFactor === 0;
      if (full) piece = mergeBuckets(row.buckets.slice(-rollupFactor));
      if (row.buckets.length === bucketsPerRow) {
        this.#writeRow(level, row);
        row.first += bucketsPerRow;
        row.buckets = [];
      }
      if (!full) return;
    }
  }
}
