import { StoreError } from "../errors/index.ts";

/** What SQLite binds and returns. */
export type SqlValue = null | number | bigint | string | Uint8Array;

/** A row as the driver returns it: column names to values. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** The part of `node:sqlite`'s `StatementSync` that the store uses. */
export interface SqliteStatement {
  run(...values: SqlValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...values: SqlValue[]): unknown;
  all(...values: SqlValue[]): unknown[];
}

/** The part of `node:sqlite`'s `DatabaseSync` that the store uses. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/** A driver with the API of `node:sqlite`. */
export interface SqliteDriver {
  readonly DatabaseSync: new (path: string, options?: { readOnly?: boolean }) => SqliteDatabase;
}

let loaded: Promise<SqliteDriver> | undefined;

/**
 * Loads SQLite: `node:sqlite` where Node has it (≥ 22.13), else the optional dependency `@photostructure/sqlite`,
 * which has the same API.
 * @throws StoreError `missing` where neither is there
 */
export function loadSqlite(): Promise<SqliteDriver> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<SqliteDriver> {
  const builtin = loadBuiltin();
  if (builtin !== undefined) return builtin;
  try {
    return await import("@photostructure/sqlite");
  } catch (error) {
    throw new StoreError(
      "missing",
      `run.db needs SQLite: Node ${process.versions.node} has no node:sqlite, and the optional package ` +
        `@photostructure/sqlite does not load (${error instanceof Error ? error.message.split("\n")[0] : String(error)}). ` +
        "Use Node ≥ 22.13, or run: npm install @photostructure/sqlite@^1.2.1",
    );
  }
}

/** `node:sqlite` without its ExperimentalWarning; the load is synchronous, so no other warning can be lost. */
function loadBuiltin(): SqliteDriver | undefined {
  const emit = Reflect.get(process, "emitWarning") as (...parts: unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]): void => {
    const text = typeof warning === "string" ? warning : warning.message;
    const type = typeof rest[0] === "string" ? rest[0] : (rest[0] as { type?: string } | undefined)?.type;
    if (type === "ExperimentalWarning" && text.includes("SQLite")) return;
    Reflect.apply(emit, process, [warning, ...rest]);
  };
  try {
    // Undefined in Node 20; the types of Node 20 do not know the name, hence the lookup by text.
    const name: string = "node:sqlite";
    return process.getBuiltinModule?.(name) as SqliteDriver | undefined;
  } finally {
    process.emitWarning = emit;
  }
}
