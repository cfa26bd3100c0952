import type { Connection } from "./connection.ts";
import {
  bucketsFrom,
  encodeBucket,
  encodePoints,
  lastPart,
  type Part,
  partId,
  partOf,
  partsFrom,
  tailIndices,
  tailPoints,
} from "./metric-rows.ts";
import { mergeBuckets, pointBucket, rollupFactor, samplesPerBucket } from "./rollup.ts";
import type { MetricBucket, MetricPoint } from "./types.ts";

/** Samples per part: a row of 2 kB when full. */
const partCapacity = 128;

/** The end of one series (metric, member) in memory, so that appending reads nothing. */
export class SeriesWriter {
  readonly #connection: Connection;
  readonly #series: number;
  #count = 0;
  #nextPart = 0;
  #part: Part | undefined;
  #dirty = false;
  /** As in `tailIndices`: `#tails[0]` samples, `#tails[k]` full buckets of level k − 1. */
  #tails: MetricBucket[][] = [];
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
      this.write();
      const id = partId(this.#series, this.#nextPart++);
      this.#part = { id, start: this.#count, generation, attempt, points: [] };
    }
    this.#part!.points.push(point);
    this.#dirty = true;
    this.#count++;
    this.#newest = Math.max(this.#newest, generation);
    this.#rollUp(point);
  }

  /** Writes the open part. */
  write(): void {
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

  /** The attempt whose samples this series holds of a generation; 0: none. */
  attemptOf(generation: number): number {
    if (generation > this.#newest) return 0;
    this.write();
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
    for (let level = 0; samplesPerBucket(level) <= this.#count; level++) {
      this.#connection.run(
        "DELETE FROM buckets WHERE series = ? AND level = ? AND position >= ?",
        this.#series,
        level,
        Math.floor(start / samplesPerBucket(level)),
      );
    }
    this.#load();
  }

  #load(): void {
    const last = lastPart(this.#connection, this.#series);
    this.#part = last;
    this.#dirty = false;
    this.#nextPart = last === undefined ? 0 : partOf(last.id) + 1;
    this.#count = last === undefined ? 0 : last.start + last.points.length;
    this.#tails = tailIndices(this.#count).map((start, level) =>
      level === 0
        ? tailPoints(this.#connection, this.#series, start).map(pointBucket)
        : bucketsFrom(this.#connection, this.#series, level - 1, start),
    );
  }

  #rollUp(point: MetricPoint): void {
    let piece = pointBucket(point);
    for (let level = 0; ; level++) {
      const tail = (this.#tails[level] ??= []);
      tail.push(piece);
      if (tail.length < rollupFactor) return;
      piece = mergeBuckets(tail);
      tail.length = 0;
      this.#connection.run(
        "INSERT INTO buckets (series, level, position, from_step, until_step, data) " +
          "VALUES (?, ?, ?, ?, ?, ?)",
        this.#series,
        level,
        this.#count / samplesPerBucket(level) - 1,
        piece.fromStep,
        piece.untilStep,
        encodeBucket(piece),
      );
    }
  }
}
