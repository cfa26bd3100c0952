import { type Slot, sizeOf } from "../../tensor/index.ts";
import { padded } from "./arena.ts";

/** Bytes in front of a record's slots: the ids of its members in random streams. */
const HEADER = 16;
const PAGE = 65536;

/** Where everything lies in the session's memory, in bytes. */
export interface Layout {
  readonly constants: number;
  /** Address of each `data` slot. */
  readonly data: ReadonlyMap<string, number>;
  readonly lanes: 1 | 4;
  /** Records: members, or groups of four. */
  readonly units: number;
  /** Offset of each other slot in a record. */
  readonly slots: ReadonlyMap<string, number>;
  readonly records: number;
  readonly recordBytes: number;
  /** `parameter` and `state` slots of a record: from here … */
  readonly copiedFrom: number;
  /** … to here. */
  readonly copiedTo: number;
  /** Metrics of each program: per record, for each metric the last values and the sums, as float64 per lane. */
  readonly metrics: ReadonlyMap<string, number>;
  readonly arenas: number;
  readonly arenaBytes: number;
  readonly bytes: number;
  readonly pages: number;
}

export interface LayoutOptions {
  readonly members: number;
  readonly workers: number;
  /** Members of one record, side by side in each vector: 1 or 4. */
  readonly lanes: 1 | 4;
}

/** What a program needs in memory. */
export interface Needs {
  readonly constantBytes: number;
  readonly arenaBytes: number;
  readonly metrics: readonly { readonly name: string }[];
}

export function layOut(
  slots: readonly Slot[],
  programs: ReadonlyMap<string, Needs>,
  { members, workers, lanes }: LayoutOptions,
): Layout {
  const units = Math.ceil(members / lanes);
  let end = PAGE / 64;
  const take = (bytes: number): number => {
    const at = end;
    end += padded(bytes);
    return at;
  };
  const constants = take([...programs.values()].reduce((sum, { constantBytes }) => sum + constantBytes, 0));
  const data = new Map(
    slots.filter(({ kind }) => kind === "data").map((slot) => [slot.name, take(sizeOf(slot.shape) * 4)]),
  );
  const metrics = new Map(
    [...programs].map(([name, program]) => [name, take(units * program.metrics.length * lanes * 16)]),
  );

  // In a record: what is copied with the member first.
  const offsets = new Map<string, number>();
  let recordBytes = HEADER;
  let copiedTo = HEADER;
  const order = { parameter: 0, state: 1, hyper: 2, memory: 3, data: 4 };
  const own = slots.filter(({ kind }) => kind !== "data");
  for (const slot of own.toSorted((a, b) => order[a.kind] - order[b.kind])) {
    offsets.set(slot.name, recordBytes);
    recordBytes += Math.ceil((sizeOf(slot.shape) * 4 * lanes) / 16) * 16;
    if (slot.kind === "parameter" || slot.kind === "state") copiedTo = recordBytes;
  }
  const stride = padded(recordBytes);
  const records = take(stride * units);
  const arenaBytes = Math.max(64, ...[...programs.values()].map((program) => program.arenaBytes));
  const arenas = take(arenaBytes * workers);
  return {
    lanes,
    units,
    constants,
    data,
    slots: offsets,
    records,
    recordBytes: stride,
    copiedFrom: HEADER,
    copiedTo,
    metrics,
    arenas,
    arenaBytes,
    bytes: end,
    pages: Math.ceil((end + 64) / PAGE),
  };
}

/** What takes how many bytes, for messages. */
export function layoutText(layout: Layout, members: number, workers: number): string {
  const size = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const data = layout.records - layout.constants;
  return (
    `${members} members of ${size(layout.recordBytes / layout.lanes)}, data sets and literals ${size(data)}, ` +
    `working memory ${workers} × ${size(layout.arenaBytes)}`
  );
}
