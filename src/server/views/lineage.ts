import { column, type Columns } from "../../figures/index.ts";
import type { OpenRun } from "../openRun.ts";
import type { LineageMeta } from "../types.ts";

/** Segments of the log from seq `from` on, at most `limit`: the oldest of them, or the newest. */
export function lineageView(run: OpenRun, from: number, limit: number, newest = false): Columns<LineageMeta> {
  const { segments } = run.fold;
  const first = Math.max(firstRow(run, from), newest ? segments.count - limit : 0);
  const end = Math.min(segments.count, first + limit);
  const surviving = survivors(run);
  return {
    meta: {
      first,
      total: segments.count,
      next: end < segments.count ? segments.seq.at(end) : null,
    },
    arrays: {
      seq: column(segments.seq.slice(first, end)),
      generation: column(segments.generation.slice(first, end)),
      member: column(segments.member.slice(first, end)),
      parent: column(segments.parent.slice(first, end)),
      donor: column(segments.donor.slice(first, end)),
      founder: column(segments.founder.slice(first, end)),
      fromStep: column(segments.fromStep.slice(first, end)),
      untilStep: column(segments.untilStep.slice(first, end)),
      value: column(segments.value.slice(first, end)),
      surviving: column(surviving.slice(first, end)),
    },
  };
}

/** The first row whose evaluation has at least this sequence number. */
function firstRow({ fold: { segments } }: OpenRun, seq: number): number {
  let [low, high] = [0, segments.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments.seq.at(middle) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 1 for each segment that some member's running (or last) segment descends from. */
function survivors({ fold: { members, segments } }: OpenRun): Uint8Array {
  const alive = new Uint8Array(segments.count);
  for (const { parentRow, lastRow } of members) {
    const newest = parentRow >= 0 ? parentRow : lastRow;
    for (let row = newest; row >= 0 && alive[row] === 0; row = segments.parent.at(row)) alive[row] = 1;
  }
  return alive;
}
