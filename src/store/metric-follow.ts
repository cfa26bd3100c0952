import { TableBuilder } from "./bucket-rows.ts";
import type { Connection } from "./connection.ts";
import { eachPoint, metricName, partId, partOf } from "./metric-rows.ts";
import type { SqlRow } from "./sqlite.ts";
import type { MetricMark, MetricNews, MetricTable } from "./types.ts";

/** Of more series than this, the newest parts are found by one query over all series of the metric. */
const few = 32;
/** More new samples than this are not put together: reading the series at a coarse level costs less. */
const mostNew = 2048;

const columns = "id AS id, start, generation, attempt, data";
const newestPart =
  "FROM series s JOIN chunks c ON c.id = " +
  "(SELECT max(id) FROM chunks WHERE id >= s.id * 4294967296 AND id < (s.id + 1) * 4294967296)";
const newestOfOne = `SELECT c.${columns} ${newestPart} WHERE s.member = ? AND s.name = ?`;
const newestOfAll = `SELECT s.member AS member, c.${columns} ${newestPart} WHERE s.name = ?`;
const partBefore = `SELECT ${columns} FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1`;

const samplesIn = (part: SqlRow): number => (part.data as Uint8Array).byteLength / 16;

/** Of a series without samples. */
const emptyMark: MetricMark = {
  samples: 0,
  generation: -1,
  attempt: 0,
  step: Number.NaN,
  value: Number.NaN,
};

const nothing: MetricTable = new TableBuilder().table();

/** The last part of a series, as SQLite gives it. */
export const newestPartOf = (connection: Connection, series: number): SqlRow | undefined =>
  connection.get(partBefore, partId(series, 0), partId(series + 1, 0));

/** Where a series ends. @param newest its last part */
export const markOf = (connection: Connection, newest: SqlRow | undefined): MetricMark =>
  newest === undefined ? emptyMark : markIn(connection, newest, samplesIn(newest) - 1);

/**
 * What was appended to series since their marks. A series of which that is not so (a new attempt dropped the samples of
 * the one before, or more came than is worth adding up) gives null.
 * @param marks one for each member
 */
export function newsOf(
  connection: Connection,
  name: string,
  members: readonly number[],
  marks: readonly MetricMark[],
): (MetricNews | null)[] {
  const newest = newestParts(connection, name, members);
  return members.map((member, i) => {
    const [row, mark] = [newest(member), marks[i]!];
    if (row === undefined) return mark.samples === 0 ? { samples: nothing, mark } : null;
    return newsIn(connection, row, mark);
  });
}

function newestParts(
  connection: Connection,
  name: string,
  members: readonly number[],
): (member: number) => SqlRow | undefined {
  const text = metricName(name);
  if (members.length <= few) return (member) => connection.get(newestOfOne, member, text);
  const found = new Map(connection.all(newestOfAll, text).map((row) => [Number(row.member), row]));
  return (member) => found.get(member);
}

/** @param newest the series' last part */
function newsIn(connection: Connection, newest: SqlRow, mark: MetricMark): MetricNews | null {
  const samples = Number(newest.start) + samplesIn(newest);
  if (samples < mark.samples || samples - mark.samples > mostNew) return null;
  // The mark's own sample is looked at again: it stands for everything before it.
  const parts = partsBack(connection, newest, Math.max(0, mark.samples - 1));
  const [first] = parts;
  if (mark.samples > 0 && !isMark(markIn(connection, first!, mark.samples - 1 - Number(first!.start)), mark))
    return null;
  if (samples === mark.samples) return { samples: nothing, mark };
  const found = new TableBuilder();
  for (const part of parts) {
    const from = Math.max(0, mark.samples - Number(part.start));
    eachPoint(connection, part, from, (step, value) => found.pushSample(step, value));
  }
  return { samples: found.table(), mark: markIn(connection, newest, samplesIn(newest) - 1) };
}

/** The last parts of a series, oldest first: from the one that holds the sample of an index on. */
function partsBack(connection: Connection, newest: SqlRow, index: number): SqlRow[] {
  const parts = [newest];
  const first = Number(newest.id) - partOf(Number(newest.id));
  while (Number(parts[0]!.start) > index) {
    const before = connection.get(partBefore, first, Number(parts[0]!.id));
    if (before === undefined) break;
    parts.unshift(before);
  }
  return parts;
}

const isMark = (a: MetricMark, b: MetricMark): boolean =>
  a.generation === b.generation &&
  a.attempt === b.attempt &&
  Object.is(a.step, b.step) &&
  Object.is(a.value, b.value);

/** The mark after the i-th sample of a part. */
function markIn(connection: Connection, part: SqlRow, i: number): MetricMark {
  let mark: MetricMark = emptyMark;
  const [generation, attempt] = [Number(part.generation), Number(part.attempt)];
  const samples = Number(part.start) + i + 1;
  eachPoint(connection, part, i, (step, value) => {
    if (mark === emptyMark) mark = { samples, generation, attempt, step, value };
  });
  return mark;
}
