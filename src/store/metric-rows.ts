import { numbersOf, type Span, type Steps } from "./bucket-rows.ts";
import type { Connection } from "./connection.ts";
import { corrupt } from "./failures.ts";
import { rollupFactor } from "./rollup.ts";
import type { SqlRow } from "./sqlite.ts";
import type { MetricPoint } from "./types.ts";

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

/** Calls `visit` with the samples of a part from its i-th on. */
export function eachPoint(
  connection: Connection,
  row: SqlRow,
  from: number,
  visit: (step: number, value: number) => void,
): void {
  const bytes = row.data as Uint8Array;
  if (bytes.byteLength % 16 !== 0)
    throw corrupt(`${bytes.byteLength} bytes of metric samples`, connection.path);
  const numbers = numbersOf(bytes);
  const count = numbers.length / 2;
  for (let i = from; i < count; i++) visit(numbers[i]!, numbers[count + i]!);
}

function pointsOf(connection: Connection, row: SqlRow, from = 0): MetricPoint[] {
  const points: MetricPoint[] = [];
  eachPoint(connection, row, from, (step, value) => points.push({ step, value }));
  return points;
}

const partFrom = (connection: Connection, row: SqlRow): Part => ({
  id: Number(row.id),
  start: Number(row.start),
  generation: Number(row.generation),
  attempt: Number(row.attempt),
  points: pointsOf(connection, row),
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
    .map((row) => partFrom(connection, row));
}

export function lastPart(connection: Connection, series: number): Part | undefined {
  const row = connection.get(
    "SELECT * FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1",
    partId(series, 0),
    partId(series + 1, 0),
  );
  return row === undefined ? undefined : partFrom(connection, row);
}

/** Samples of a series. */
export function sampleCount(connection: Connection, series: number): number {
  const row = connection.get(
    "SELECT start + count AS count FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1",
    partId(series, 0),
    partId(series + 1, 0),
  );
  return Number(row?.count ?? 0);
}

/**
 * Samples from index `start` on: the last few, found from the newest part backwards.
 * @param newest the last part, where it is at hand
 */
export function tailPoints(
  connection: Connection,
  series: number,
  start: number,
  newest?: SqlRow,
): MetricPoint[] {
  const points: MetricPoint[][] = [];
  const sql = "SELECT id, start, data FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1";
  let row = newest;
  for (let before = partId(series + 1, 0); ; row = undefined) {
    row ??= connection.get(sql, partId(series, 0), before);
    if (row === undefined) break;
    const begin = Number(row.start);
    points.push(pointsOf(connection, row, Math.max(0, start - begin)));
    if (begin <= start) break;
    before = Number(row.id);
  }
  return points.toReversed().flat();
}

/** Samples that are wanted: of a range of steps, and of one generation; null: of all. */
interface Wanted extends Steps {
  readonly generation: number | null;
}

/** Calls `visit` with the samples that are wanted and lie in spans of sample indices, oldest first. */
export function eachSample(
  connection: Connection,
  series: number,
  spans: readonly Span[],
  { from: fromStep, until: untilStep, generation }: Wanted,
  visit: (step: number, value: number) => void,
): void {
  // A part is of one segment. Those of others are passed over without reading their bytes.
  const sql =
    "SELECT data FROM chunks WHERE id >= ? AND id <= ? AND generation = ifnull(?, generation) ORDER BY id";
  let done = partId(series, 0) - 1;
  const newest = partBefore(connection, series, partId(series + 1, 0));
  if (newest === undefined) return;
  for (const { from, until } of spans) {
    const last = partHolding(connection, series, newest, until);
    // Neighbouring spans may share a part.
    const first = Math.max(done + 1, partHolding(connection, series, newest, from));
    for (const row of connection.all(sql, first, last, generation)) {
      eachPoint(connection, row, 0, (step, value) => {
        if (step >= fromStep && step <= untilStep) visit(step, value);
      });
    }
    done = Math.max(done, last);
  }
}

/** The newest part whose row id lies below a number. */
const partBefore = (connection: Connection, series: number, id: number): SqlRow | undefined =>
  connection.get(
    "SELECT id, start FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1",
    partId(series, 0),
    id,
  );

/** Row id of the part that holds the sample of an index: parts lie in the order of their samples. */
function partHolding(connection: Connection, series: number, newest: SqlRow, index: number): number {
  let [low, high] = [partId(series, 0), Number(newest.id)];
  if (Number(newest.start) <= index) return high;
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    if (Number(partBefore(connection, series, middle + 1)?.start ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Parts read at once by `samplesOf`: 2000 samples. */
const partsPerPage = 16;

/** Every sample of a series, oldest first, however long it is: in pages, so that no read transaction stays open. */
export function* samplesOf(connection: Connection, series: number): IterableIterator<MetricPoint> {
  const sql = "SELECT id, data FROM chunks WHERE id >= ? AND id < ? ORDER BY id LIMIT ?";
  for (let next = partId(series, 0); ; ) {
    const rows = connection.all(sql, next, partId(series + 1, 0), partsPerPage);
    for (const row of rows) yield* pointsOf(connection, row);
    if (rows.length < partsPerPage) return;
    next = Number(rows.at(-1)!.id) + 1;
  }
}

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
