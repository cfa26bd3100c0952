import type { Connection } from "./connection.ts";
import { rollupFactor, samplesPerBucket } from "./rollup.ts";
import type { SqlRow } from "./sqlite.ts";
import type { MetricBucket, MetricPoint } from "./types.ts";

/** A name as SQLite's text gives it back: without NUL and lone surrogates, which a trainer may well send. */
export const metricName = (name: string): string => name.replace(/[\0\p{Surrogate}]/gu, "\ufffd");

/** A part's row id is series · 2³² + part, so that one series lies together in the file. */
const partsPerSeries = 4294967296;

export const partId = (series: number, part: number): number => series * partsPerSeries + part;
export const partOf = (id: number): number => id % partsPerSeries;

/** Consecutive samples of one attempt of one segment. */
export interface Part {
  readonly id: number;
  /** Number of samples of the series before this part. */
  readonly start: number;
  readonly generation: number;
  readonly attempt: number;
  readonly points: MetricPoint[];
}

/** Steps, then values, as little-endian float64. */
export function encodePoints(points: readonly MetricPoint[]): Uint8Array {
  const bytes = new Uint8Array(points.length * 16);
  const view = new DataView(bytes.buffer);
  for (const [i, { step, value }] of points.entries()) {
    view.setFloat64(i * 8, step, true);
    view.setFloat64((points.length + i) * 8, value, true);
  }
  return bytes;
}

export function decodePoints(bytes: Uint8Array): MetricPoint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength / 16;
  return Array.from({ length: count }, (_, i) => ({
    step: view.getFloat64(i * 8, true),
    value: view.getFloat64((count + i) * 8, true),
  }));
}

const partFrom = (row: SqlRow): Part => ({
  id: Number(row.id),
  start: Number(row.start),
  generation: Number(row.generation),
  attempt: Number(row.attempt),
  points: decodePoints(row.data as Uint8Array),
});

/** Parts that hold samples from index `start` on, oldest first. */
export function partsFrom(connection: Connection, series: number, start: number): Part[] {
  return connection
    .all(
      "SELECT * FROM chunks WHERE id >= ? AND id < ? AND start + count > ? ORDER BY id",
      partId(series, 0),
      partId(series + 1, 0),
      start,
    )
    .map(partFrom);
}

export function lastPart(connection: Connection, series: number): Part | undefined {
  const row = connection.get(
    "SELECT * FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1",
    partId(series, 0),
    partId(series + 1, 0),
  );
  return row === undefined ? undefined : partFrom(row);
}

/** Samples from index `start` on: the last few, found from the newest part backwards. */
export function tailPoints(connection: Connection, series: number, start: number): MetricPoint[] {
  const points: MetricPoint[][] = [];
  const sql = "SELECT * FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1";
  for (let before = partId(series + 1, 0); ; ) {
    const row = connection.get(sql, partId(series, 0), before);
    if (row === undefined) break;
    const part = partFrom(row);
    points.push(part.points.slice(Math.max(0, start - part.start)));
    if (part.start <= start) break;
    before = part.id;
  }
  return points.toReversed().flat();
}

/** The six numbers of a bucket as little-endian float64; its count follows from its level. */
export function encodeBucket({ fromStep, untilStep, first, last, min, max }: MetricBucket): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of [fromStep, untilStep, first, last, min, max].entries())
    view.setFloat64(i * 8, value, true);
  return bytes;
}

function decodeBucket(bytes: Uint8Array, count: number): MetricBucket {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (i: number): number => view.getFloat64(i * 8, true);
  return { fromStep: at(0), untilStep: at(1), first: at(2), last: at(3), min: at(4), max: at(5), count };
}

/** Full buckets of one level at positions `from`, `from` + 1, … that touch a range of steps. */
export function bucketsFrom(
  connection: Connection,
  series: number,
  level: number,
  from: number,
  steps: Steps = everyStep,
): MetricBucket[] {
  return connection
    .all(
      "SELECT data FROM buckets WHERE series = ? AND level = ? AND position >= ? AND until_step >= ? AND from_step <= ? " +
        "ORDER BY position",
      series,
      level,
      from,
      ...wider(steps),
    )
    .map((row) => decodeBucket(row.data as Uint8Array, samplesPerBucket(level)))
    .filter((bucket) => bucket.untilStep >= steps.from && bucket.fromStep <= steps.until);
}

/** Samples in a range of steps, oldest first. */
export function pointsIn(connection: Connection, series: number, steps: Steps): MetricPoint[] {
  const sql =
    "SELECT data FROM chunks WHERE id >= ? AND id < ? AND until_step >= ? AND from_step <= ? ORDER BY id";
  return connection
    .all(sql, partId(series, 0), partId(series + 1, 0), ...wider(steps))
    .flatMap((row) => decodePoints(row.data as Uint8Array))
    .filter(({ step }) => step >= steps.from && step <= steps.until);
}

/** A range of steps, both ends included. */
export interface Steps {
  readonly from: number;
  readonly until: number;
}

export const everyStep: Steps = { from: -Infinity, until: Infinity };

/**
 * The range for SQL's coarse filter. Numbers that must be exact travel in blobs only: the driver for Node 20 binds
 * numbers that lie within 2e-16 above an integer as that integer.
 */
const wider = ({ from, until }: Steps): [number, number] => [from - 1, until + 1];

/**
 * What is not yet in a full bucket: `tails[0]` holds the samples after the last full bucket of level 0, `tails[k]`
 * the full buckets of level k − 1 after the last full one of level k; each fewer than 8.
 * @param count samples of the series
 */
export function tailIndices(count: number): number[] {
  const starts: number[] = [];
  for (let full = count; full > 0; full = Math.floor(full / rollupFactor))
    starts.push(full - (full % rollupFactor));
  return starts;
}
