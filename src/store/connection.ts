import { guarded } from "./failures.ts";
import type { SqliteDatabase, SqliteDriver, SqliteStatement, SqlRow, SqlValue } from "./sqlite.ts";

/** How long a call waits for another process's short write, in milliseconds. */
export const busyTimeoutMs = 5000;

/** Rows of the first page of a long query, and of its largest. */
const shortestPage = 8;
const longestPage = 512;

/** A connection to one database file: cached statements, nested transactions, errors that users understand. */
export class Connection {
  readonly path: string;
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqliteStatement>();
  #depth = 0;
  #doomed = false;
  #open = true;
  /** Called inside the outermost transaction, just before COMMIT. */
  beforeCommit: () => void = () => {};
  readonly #committed: (() => void)[] = [];
  readonly #rolledBack: (() => void)[] = [];

  constructor(driver: SqliteDriver, path: string, options: { readonly readOnly: boolean }) {
    this.path = path;
    this.#database = guarded(path, () => new driver.DatabaseSync(path, { readOnly: options.readOnly }));
    this.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
  }

  exec(sql: string): void {
    guarded(this.path, () => this.#database.exec(sql));
  }

  run(sql: string, ...values: SqlValue[]): { readonly changes: number; readonly id: number } {
    return guarded(this.path, () => {
      const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
      return { changes: Number(changes), id: Number(lastInsertRowid) };
    });
  }

  get(sql: string, ...values: SqlValue[]): SqlRow | undefined {
    return guarded(this.path, () => this.#statement(sql).get(...values) as SqlRow | undefined);
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return guarded(this.path, () => this.#statement(sql).all(...values) as SqlRow[]);
  }

  /**
   * The rows of a query in pages, so that no read transaction stays open between two `next` calls. The first page is
   * short: whoever wants one row reads few.
   */
  *pages(sql: string, from: number, keyOf: (row: SqlRow) => number): IterableIterator<SqlRow> {
    let next = from;
    for (let size = shortestPage; ; size = Math.min(longestPage, size * 4)) {
      const rows = this.all(sql, next, size);
      yield* rows;
      if (rows.length < size) return;
      next = keyOf(rows.at(-1)!) + 1;
    }
  }

  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  /**
   * All or nothing. Nested calls join the outermost one; an error that leaves a nested call dooms the whole, even
   * where the caller catches it.
   */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return this.#joined(work);
    this.exec("BEGIN IMMEDIATE");
    this.#depth = 1;
    this.#doomed = false;
    let result: T;
    try {
      result = work();
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new TypeError("internal: a store transaction is synchronous, but its work returned a promise");
      }
      if (this.#doomed)
        throw new Error("internal: a nested store transaction failed, so the outer one cannot commit");
      this.beforeCommit();
      this.exec("COMMIT");
    } catch (error) {
      this.#rollback();
      throw error;
    }
    this.#depth = 0;
    this.#rolledBack.length = 0;
    for (const action of this.#committed.splice(0)) action();
    return result;
  }

  /** Several reads of one moment, while another process writes. */
  snapshot<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.exec("BEGIN");
    try {
      return work();
    } finally {
      this.exec("COMMIT");
    }
  }

  /** Runs `action` once the outermost transaction has committed; at once outside one. */
  afterCommit(action: () => void): void {
    if (this.#depth === 0) action();
    else this.#committed.push(action);
  }

  /** Runs `action` if the present transaction is rolled back. */
  onRollback(action: () => void): void {
    if (this.#depth > 0) this.#rolledBack.push(action);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#statements.clear();
    guarded(this.path, () => this.#database.close());
  }

  #joined<T>(work: () => T): T {
    this.#depth++;
    try {
      return work();
    } catch (error) {
      this.#doomed = true;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  #rollback(): void {
    this.#depth = 0;
    this.#committed.length = 0;
    try {
      // SQLite has already rolled back by itself after some errors (disk full, I/O): then there is nothing to undo.
      this.#database.exec("ROLLBACK");
    } catch {
      // The error that led here is the one to report.
    }
    for (const action of this.#rolledBack.splice(0).toReversed()) action();
  }

  #statement(sql: string): SqliteStatement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
