import { TableBuilder } from "./bucket-rows.ts";
import type { Connection } from "./connection.ts";
import { eachPoint, metricName, partId } from "./metric-rows.ts";
import type { SqlRow } from "./sqlite.ts";
import type { MetricMark, MetricNews, MetricTable } from "./types.ts";

/** Of more series than this, the newest parts are found by one query over all series of the metric. */
const few = 32;
/** More new samples than this are not put together: reading the series at a coarse level costs less. */
const mostNew = 2048;

const columns = "start, count, generation, attempt, data";
const newestOf = (series: string): string =>
  `(SELECT max(id) FROM chunks WHERE id >= ${series} * 4294967296 AND id < (${series} + 1) * 4294967296)`;
const newestOfOne =
  `SELECT s.id AS series, c.id AS part, ${columns} FROM series s JOIN chunks c ON c.id = ${newestOf("s.id")} ` +
  "WHERE s.member = ? AND s.name = ?";
const newestOfAll =
  `SELECT s.id AS series, s.member AS member, c.id AS part, ${columns} FROM series s ` +
  `JOIN chunks c ON c.id = ${newestOf("s.id")} WHERE s.name = ?`;
const partBefore = `SELECT id AS part, ${columns} FROM chunks WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1`;

/** Of a series without samples. */
const emptyMark: MetricMark = {
  samples: 0,
  generation: -1,
  attempt: 0,
  step: Number.NaN,
  value: Number.NaN,
};

const nothing: MetricTable = new TableBuilder().table();

/** Where a series ends. */
export function markOf(connection: Connection, series: number | undefined): MetricMark {
  if (series === undefined) return emptyMark;
  const row = connection.get(partBefore, partId(series, 0), partId(series + 1, 0));
  return row === undefined ? emptyMark : markIn(connection, row, Number(row.count) - 1);
}

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
  const samples = Number(newest.start) + Number(newest.count);
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
  return { samples: found.table(), mark: markIn(connection, newest, Number(newest.count) - 1) };
}

/** The last parts of a series, oldest first: from the one that holds the sample of an index on. */
function partsBack(connection: Connection, newest: SqlRow, index: number): SqlRow[] {
  const parts = [newest];
  while (Number(parts[0]!.start) > index) {
    const before = connection.get(partBefore, partId(Number(newest.series), 0), Number(parts[0]!.part));
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
