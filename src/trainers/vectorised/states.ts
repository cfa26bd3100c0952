import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../../errors/index.ts";
import { type Session, type Slot, sizeOf } from "../../tensor/index.ts";
import {
  type ElementKind,
  type Elements,
  kindOf,
  type NewTensor,
  openSafetensors,
  type SafetensorsFile,
  writeSafetensors,
} from "./safetensors.ts";

/**
 * A member's state outside a session: the rows of its slots, and `world/…` arrays of the host.
 */
export type State = ReadonlyMap<string, Elements>;

/** Prefix of the host's arrays. */
export const WORLD = "world/";

/** `population.safetensors`; `population-12.safetensors` holds rows 12, 13 … of the same checkpoint. */
const fileName = (firstRow: number): string =>
  firstRow === 0 ? "population.safetensors" : `population-${firstRow}.safetensors`;

/** The first row of a file of a checkpoint; null for other files. */
function firstRowOf(name: string): number | null {
  const match = /^population(?:-([1-9]\d*))?\.safetensors$/.exec(name);
  return match === null ? null : Number(match[1] ?? 0);
}

/** Writes members' states into a checkpoint's directory: one array `[rows, …]` per slot. */
export async function writeStates(
  directory: string,
  firstRow: number,
  session: Session,
  saved: readonly Slot[],
  rows: readonly number[],
  worlds: readonly Readonly<Record<string, Elements>>[],
  members: readonly number[],
): Promise<void> {
  const tensors = saved.map(({ name, shape, dtype }): NewTensor => {
    const size = sizeOf(shape);
    const kind: ElementKind = dtype === "int32" ? "I32" : kindOf(session.read(name, 0));
    return {
      name,
      kind,
      shape: [rows.length, ...shape],
      *pieces() {
        const all = session.read(name, "all");
        if (rows.length * size === all.length) yield all;
        else for (const row of rows) yield all.subarray(row * size, (row + 1) * size);
      },
    };
  });
  for (const [name, values] of Object.entries(worlds[0] ?? {})) {
    tensors.push({
      name: WORLD + name,
      kind: kindOf(values),
      shape: [rows.length, values.length],
      pieces: () => worlds.map((world) => world[name]!),
    });
  }
  await writeSafetensors(join(directory, fileName(firstRow)), tensors, {
    format: "polytempo population",
    members: members.join(","),
  });
}

/** Reads rows of checkpoints; keeps files open until `close`. */
export interface StateReader {
  /** @throws StoreError `missing` or `corrupt` */
  read(directory: string, row: number): Promise<State>;
  close(): Promise<void>;
}

export function stateReader(): StateReader {
  const open = new Map<string, { readonly file: SafetensorsFile; readonly firstRow: number }[]>();
  return {
    async read(directory, row) {
      let files = open.get(directory);
      if (files === undefined) {
        files = [];
        open.set(directory, files);
        for (const { name, firstRow } of await filesOf(directory)) {
          files.push({ file: await openSafetensors(join(directory, name)), firstRow });
        }
      }
      const found = files.findLast(({ firstRow }) => firstRow <= row);
      if (found === undefined) throw new StoreError("corrupt", `${directory}: holds no row ${row}`);
      const { file, firstRow } = found;
      const state = new Map<string, Elements>();
      for (const name of file.tensors.keys()) state.set(name, await file.read(name, row - firstRow, 1));
      return state;
    },
    async close() {
      const files = [...open.values()].flat();
      open.clear();
      await Promise.all(files.map(({ file }) => file.close()));
    },
  };
}

async function filesOf(directory: string): Promise<{ name: string; firstRow: number }[]> {
  const names = await readdir(directory);
  const files = names.flatMap((name) => {
    const firstRow = firstRowOf(name);
    return firstRow === null ? [] : [{ name, firstRow }];
  });
  if (files.length === 0) {
    throw new StoreError(
      "missing",
      `${directory}: holds no population.safetensors. Was it written by another kind of trainer?`,
    );
  }
  return files.toSorted((a, b) => a.firstRow - b.firstRow);
}

/** A row of a session as a state. */
export function stateOf(
  session: Session,
  saved: readonly Slot[],
  row: number,
  world: Readonly<Record<string, Elements>>,
): State {
  return new Map<string, Elements>([
    ...saved.map(({ name }) => [name, session.read(name, row)] as const),
    ...Object.entries(world).map(([name, values]) => [WORLD + name, values.slice()] as const),
  ]);
}

/** The host's part of a state. */
export const worldOf = (state: State): Readonly<Record<string, Elements>> =>
  Object.fromEntries(
    [...state].flatMap(([name, values]) =>
      name.startsWith(WORLD) ? [[name.slice(WORLD.length), values] as const] : [],
    ),
  );

/**
 * Writes a state's slots into a row.
 * @param part the slots are a part of the model's: others in the state are passed over
 * @throws StoreError `mismatch` when the state is that of another model
 */
export function restore(
  session: Session,
  saved: readonly Slot[],
  row: number,
  state: State,
  part = false,
): void {
  const problems: string[] = [];
  for (const { name, shape } of saved) {
    const length = state.get(name)?.length;
    if (length === undefined) problems.push(`${name} is missing`);
    else if (length !== sizeOf(shape)) {
      problems.push(`${name} has ${length} elements, the model needs ${sizeOf(shape)}`);
    }
  }
  const known = new Set(saved.map(({ name }) => name));
  for (const name of state.keys()) {
    if (!part && !known.has(name) && !name.startsWith(WORLD)) problems.push(`${name} is not in the model`);
  }
  if (problems.length > 0) {
    throw new StoreError("mismatch", `the saved state is not of this model: ${problems.join("; ")}`);
  }
  for (const { name } of saved) session.write(name, row, state.get(name)!);
}
