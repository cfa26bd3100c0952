import { linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, type Stats } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { StoreError } from "../errors/index.ts";
import { Connection } from "./connection.ts";
import { guarded } from "./failures.ts";
import { processStartTime } from "./process-identity.ts";
import { ReadOnlyRun } from "./run-reader.ts";
import { WritableRun, type WriterSettings } from "./run-store.ts";
import { writeSchema } from "./schema.ts";
import { loadSqlite, type SqliteDriver } from "./sqlite.ts";
import type { RunReader, RunStore } from "./types.ts";

/** How to open a run for writing. */
export interface RunStoreOptions {
  /** Take the run over from a process on another machine, which cannot be asked whether it still runs. Default false. */
  readonly takeOver?: boolean;
  /**
   * What a commit survives. `process` (default): kill -9 of everything. `power`: power loss too; every commit waits for
   * the disk.
   */
  readonly durability?: "process" | "power";
  /** Longest time that metric samples wait in memory, in milliseconds. Default 250. */
  readonly flushMetricsAfterMs?: number;
  /** run.db may not grow beyond this: then StoreError `full`, as for a full disk. Default: no limit. */
  readonly maxDatabaseBytes?: number;
  /** The clock of the operations log, milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

const settingsOf = (options: RunStoreOptions): WriterSettings => ({
  takeOver: options.takeOver ?? false,
  durability: options.durability ?? "process",
  flushMetricsAfterMs: options.flushMetricsAfterMs ?? 250,
  maxDatabaseBytes: options.maxDatabaseBytes ?? Infinity,
  now: options.now ?? Date.now,
});

/**
 * Starts an empty run in `directory` (made if needed) and opens it for writing.
 * @throws StoreError `exists` when there is a run already; `readonly`, `full`, `locked`
 * @example
 * const store = await createRunStore("runs/first");
 * store.appendDecisions([{ generation: 0, kind: "run", member: null, body: { seed: 7 } }]);
 * store.close();
 */
export async function createRunStore(directory: string, options: RunStoreOptions = {}): Promise<RunStore> {
  const driver = await loadSqlite();
  const place = resolve(directory);
  guarded(place, () => makeDirectory(place));
  const path = join(place, "run.db");
  if (present(path)) throw alreadyThere(directory);
  const fresh = join(place, `run.db.new-${process.pid}-${process.hrtime.bigint()}`);
  try {
    const connection = new Connection(driver, fresh, { readOnly: false });
    try {
      writeSchema(connection);
    } finally {
      connection.close();
    }
    guarded(path, () => publish(fresh, path, directory));
  } finally {
    for (const suffix of ["", "-journal"]) rmSync(fresh + suffix, { force: true });
  }
  return open(place, driver, options);
}

/**
 * Opens a run for writing: one process at a time. Removes what a crash left over in `checkpoints/`.
 * @throws StoreError `missing`, `locked` (naming the process), `corrupt`, `version`, `readonly`, `full`, `io`
 */
export async function openRunStore(directory: string, options: RunStoreOptions = {}): Promise<RunStore> {
  const driver = await loadSqlite();
  const place = resolve(directory);
  needRun(place, directory);
  return open(place, driver, options);
}

/**
 * Opens a run for reading, also while another process writes it. Takes no lock and changes nothing, but for the
 * requests of `requestControl`.
 * @throws StoreError `missing`, `corrupt`, `version`
 */
export async function openRunReader(
  directory: string,
  options: Pick<RunStoreOptions, "now"> = {},
): Promise<RunReader> {
  const driver = await loadSqlite();
  const place = resolve(directory);
  needRun(place, directory);
  return new ReadOnlyRun(place, driver, options.now ?? Date.now);
}

/** Below a plain file nothing is there either: from Node 24 on `statSync` says so itself. */
function statIfThere(place: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** One directory after another: the error of `mkdir` with `recursive` hides a read-only file system. */
function makeDirectory(place: string): void {
  const stat = statIfThere(place);
  if (stat?.isDirectory() === true) return;
  if (stat !== undefined)
    throw new StoreError("exists", `${place}: is a file, not a directory. Choose another --dir.`);
  makeDirectory(dirname(place));
  try {
    mkdirSync(place);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function open(place: string, driver: SqliteDriver, options: RunStoreOptions): RunStore {
  const store = new WritableRun(place, driver, settingsOf(options));
  for (const name of readdirSync(place)) {
    const pid = /^run\.db\.new-(\d+)-/.exec(name)?.[1];
    // Of a creation that was killed half-way. One that still runs will find run.db there and remove its own.
    if (pid !== undefined && processStartTime(Number(pid)) === null)
      rmSync(join(place, name), { force: true });
  }
  return store;
}

/** Gives the finished file its name, unless another process was first. */
function publish(fresh: string, path: string, directory: string): void {
  try {
    linkSync(fresh, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" || present(path)) throw alreadyThere(directory);
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
    // A file system without hard links.
    renameSync(fresh, path);
  }
}

const present = (path: string): boolean => statSync(path, { throwIfNoEntry: false }) !== undefined;

function needRun(place: string, directory: string): void {
  const path = join(place, "run.db");
  const stat = guarded(path, () => statSync(path, { throwIfNoEntry: false }));
  if (stat?.isFile() === true) return;
  throw new StoreError(
    "missing",
    `${directory}: no run here (no file run.db). Check the path; start a new run with: polytempo run --dir ${directory} …`,
  );
}

const alreadyThere = (directory: string): StoreError =>
  new StoreError(
    "exists",
    `${directory}: holds a run already. Go on with it in a program: resume(${JSON.stringify(directory)}, { trainer }) in place of run(…); on the command line, where that began it: polytempo resume ${directory}. Or choose another directory.`,
  );
