import { realpathSync } from "node:fs";
import { join } from "node:path";
import { StoreError } from "../errors/index.ts";
import type { Connection } from "./connection.ts";
import { guarded, toStoreError } from "./failures.ts";
import { livenessOf, ownIdentity, type ProcessIdentity } from "./process-identity.ts";
import type { SqliteDatabase, SqliteDriver } from "./sqlite.ts";

/** Directories that this process has locked. */
const heldHere = new Set<string>();

const sameProcess = (holder: ProcessIdentity): boolean =>
  JSON.stringify(holder) === JSON.stringify(ownIdentity());

/**
 * The writer's lock: an exclusive lock of the operating system on `run.lock`, held for as long as the process lives.
 * The system releases it when the process ends, kill -9 included, so two starters cannot both hold it and none is ever
 * left behind. Who holds it is written in run.db (table `writer`), for messages, and for places where the first lock
 * cannot see the other process (another machine on a network file system).
 */
export class RunLock {
  readonly #database: SqliteDatabase;
  readonly #directory: string;

  /** @throws StoreError `locked` naming the holder; `readonly` where the directory may not be written */
  constructor(driver: SqliteDriver, directory: string, holder: () => ProcessIdentity | null) {
    const path = join(directory, "run.lock");
    this.#directory = guarded(directory, () => realpathSync(directory));
    if (heldHere.has(this.#directory)) throw lockedBy(directory, ownIdentity());
    let database: SqliteDatabase | undefined;
    try {
      database = new driver.DatabaseSync(path);
      database.exec("PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
      this.#database = database;
    } catch (error) {
      database?.close();
      const failure = toStoreError(error, path);
      if (failure instanceof StoreError && failure.kind === "locked") throw lockedBy(directory, holder());
      throw failure;
    }
    heldHere.add(this.#directory);
  }

  release(): void {
    heldHere.delete(this.#directory);
    this.#database.close();
  }
}

/**
 * Writes this process into `writer`, in place of one that is gone.
 * @param takeOver accept a holder on another machine, of which nothing can be known here
 * @throws StoreError `locked`
 */
export function claimWriter(connection: Connection, directory: string, takeOver: boolean): void {
  connection.transaction(() => {
    const holder = readWriter(connection);
    if (holder !== null) {
      // Our own name without our lock: an earlier `close` in this process could not write (disk full).
      const state = sameProcess(holder) ? "dead" : livenessOf(holder);
      const elsewhere = state === "unknown" && holder.boot !== ownIdentity().boot;
      if (state === "alive" || (elsewhere && !takeOver)) throw lockedBy(directory, holder);
    }
    connection.run(
      "INSERT OR REPLACE INTO writer (one, identity) VALUES (1, ?)",
      JSON.stringify(ownIdentity()),
    );
  });
}

export function releaseWriter(connection: Connection): void {
  connection.run("DELETE FROM writer");
}

export function readWriter(connection: Connection): ProcessIdentity | null {
  const row = connection.get("SELECT identity FROM writer");
  return row === undefined ? null : (JSON.parse(String(row.identity)) as ProcessIdentity);
}

function lockedBy(directory: string, holder: ProcessIdentity | null): StoreError {
  if (holder === null) {
    return new StoreError(
      "locked",
      `${directory}: another process is opening this run. Wait a moment and try again.`,
    );
  }
  const { pid, host } = holder;
  const here = host === ownIdentity().host;
  return new StoreError(
    "locked",
    `${directory}: in use by process ${pid} on ${host}. ` +
      (here
        ? `Stop it first (Ctrl-C there, or: kill ${pid}), or watch it with: polytempo status ${directory}`
        : "Stop it there first. If that machine or container is gone, take the run over with: " +
          `polytempo resume ${directory} --take-over`),
  );
}
