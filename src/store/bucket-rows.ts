import type { Connection } from "./connection.ts";
import { corrupt } from "./failures.ts";
import type { MetricBucket, MetricTable } from "./types.ts";

/**
 * Full buckets that one row of the database holds, side by side: 768 bytes, which a page of its B-tree takes without
 * overflow. Rows begin at multiples of this. In files of format 1 each bucket has a row of its own; both are read alike.
 */
export const bucketsPerRow = 16;

/** Numbers of one bucket: first step, last step, first, last, least and greatest value. */
export const bucketNumbers = 6;

/** Consecutive positions of a level, both ends included. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** A range of steps, both ends included. */
export interface Steps {
  readonly from: number;
  readonly until: number;
}

export const everyStep: Steps = { from: -Infinity, until: Infinity };
export const isEveryStep = ({ from, until }: Steps): boolean => from === -Infinity && until === Infinity;

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Little-endian float64 as numbers: a view of the bytes where the machine's memory lies so, else a copy. */
export function numbersOf(bytes: Uint8Array): Float64Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (littleEndian) {
    return byteOffset % 8 === 0
      ? new Float64Array(buffer, byteOffset, byteLength >> 3)
      : new Float64Array(bytes.slice().buffer, 0, byteLength >> 3);
  }
  const view = new DataView(buffer, byteOffset, byteLength);
  return Float64Array.from({ length: byteLength >> 3 }, (_, i) => view.getFloat64(i * 8, true));
}

/** Buckets as little-endian float64; how many samples each holds follows from its level. */
export function encodeBuckets(buckets: readonly MetricBucket[]): Uint8Array {
  const bytes = new Uint8Array(buckets.length * bucketNumbers * 8);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { fromStep, untilStep, first, last, min, max } of buckets) {
    for (const value of [fromStep, untilStep, first, last, min, max]) {
      view.setFloat64(at, value, true);
      at += 8;
    }
  }
  return bytes;
}

/** The bucket at a place of a table. @param count samples in it */
export function bucketAt({ numbers }: MetricTable, row: number, count: number): MetricBucket {
  const at = (i: number): number => numbers[row * bucketNumbers + i]!;
  return { fromStep: at(0), untilStep: at(1), first: at(2), last: at(3), min: at(4), max: at(5), count };
}

const rowsOf =
  "SELECT position, data FROM buckets WHERE series = ? AND level = ? AND position >= ? AND position <= ? ORDER BY position";

/** Calls `visit` with each full bucket of a level within spans, in order: its position, and where its numbers lie. */
export function eachBucket(
  connection: Connection,
  series: number,
  level: number,
  spans: readonly Span[],
  visit: (position: number, numbers: Float64Array, at: number) => void,
): void {
  for (const { from, until } of spans) {
    for (const row of connection.all(rowsOf, series, level, from - (from % bucketsPerRow), until)) {
      const bytes = row.data as Uint8Array;
      if (bytes.byteLength % (bucketNumbers * 8) !== 0)
        throw corrupt(`a rollup of ${bytes.byteLength} bytes`, connection.path);
      const numbers = numbersOf(bytes);
      let position = Number(row.position);
      for (let at = 0; at < numbers.length; at += bucketNumbers) {
        if (position >= from && position <= until) visit(position, numbers, at);
        position++;
      }
    }
  }
}

/** Full buckets within spans that touch a range of steps. */
export function bucketTable(
  connection: Connection,
  series: number,
  level: number,
  spans: readonly Span[],
  steps: Steps,
): MetricTable {
  const found = new TableBuilder(
    spans.reduce((sum, { from, until }) => sum + Math.max(0, until - from + 1), 0),
  );
  eachBucket(connection, series, level, spans, (_, numbers, at) => {
    if (numbers[at + 1]! >= steps.from && numbers[at]! <= steps.until) found.push(numbers, at);
  });
  return found.table();
}

/** Room that a table makes before it is needed, in rows. */
const mostAhead = 16_384;

/** A table that grows at its end. */
export class TableBuilder {
  #numbers: Float64Array<ArrayBuffer>;
  #length = 0;

  /** @param rows so many are expected */
  constructor(rows = 64) {
    this.#numbers = new Float64Array(Math.min(Math.max(1, rows), mostAhead) * bucketNumbers);
  }

  push(from: ArrayLike<number>, at = 0): void {
    const numbers = this.#room();
    for (let i = 0; i < bucketNumbers; i++) numbers[this.#length + i] = from[at + i]!;
    this.#length += bucketNumbers;
  }

  /** A sample is a bucket of one. */
  pushSample(step: number, value: number): void {
    const numbers = this.#room();
    numbers[this.#length] = step;
    numbers[this.#length + 1] = step;
    numbers.fill(value, this.#length + 2, this.#length + bucketNumbers);
    this.#length += bucketNumbers;
  }

  table(): MetricTable {
    return { rows: this.#length / bucketNumbers, numbers: this.#numbers.subarray(0, this.#length) };
  }

  #room(): Float64Array {
    if (this.#length === this.#numbers.length) {
      const larger = new Float64Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    return this.#numbers;
  }
}
