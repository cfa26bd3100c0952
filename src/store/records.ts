import type { Json } from "../space/index.ts";
import { canonicalJson } from "./canonical.ts";
import type { Connection } from "./connection.ts";
import type { SqlRow } from "./sqlite.ts";
import type { ControlRequest, Operation, SegmentResult, StoredOperation } from "./types.ts";

/** The tables beside the decision log: operations, segments, attempts, controls and processes. */
export class Records {
  readonly #connection: Connection;
  readonly #now: () => number;

  constructor(connection: Connection, now: () => number) {
    this.#connection = connection;
    this.#now = now;
  }

  appendOperation(operation: Operation): void {
    const { kind, member, generation, attempt, detail } = operation;
    this.#connection.run(
      "INSERT INTO operations (time_ms, kind, member, generation, attempt, detail) VALUES (?, ?, ?, ?, ?, ?)",
      Math.trunc(this.#now()),
      kind,
      member ?? null,
      generation ?? null,
      attempt ?? null,
      detail === undefined ? null : canonicalJson(detail),
    );
  }

  *operations(fromId = 0): IterableIterator<StoredOperation> {
    const sql = "SELECT * FROM operations WHERE id >= ? ORDER BY id LIMIT ?";
    for (const row of this.#connection.pages(sql, fromId, (row) => Number(row.id))) yield operationOf(row);
  }

  putSegment(result: SegmentResult): void {
    this.#connection.run(
      "INSERT OR REPLACE INTO segments (generation, member, attempt, body) VALUES (?, ?, ?, ?)",
      result.generation,
      result.member,
      result.attempt,
      canonicalJson(result),
    );
  }

  segments(generation: number): SegmentResult[] {
    return this.#connection
      .all("SELECT body FROM segments WHERE generation = ? ORDER BY member", generation)
      .map((row) => JSON.parse(String(row.body)) as SegmentResult);
  }

  beginAttempt(member: number, generation: number): number {
    const row = this.#connection.get(
      "INSERT INTO attempts (member, generation, attempt) VALUES (?, ?, 1) " +
        "ON CONFLICT DO UPDATE SET attempt = attempt + 1 RETURNING attempt",
      member,
      generation,
    );
    return Number(row!.attempt);
  }

  requestControl(request: Omit<ControlRequest, "id">): number {
    return this.#connection.run(
      "INSERT INTO controls (time_ms, action, member, detail, requested_by) VALUES (?, ?, ?, ?, ?)",
      Math.trunc(this.#now()),
      request.action,
      request.member,
      canonicalJson(request.detail),
      request.by,
    ).id;
  }

  pendingControls(): ControlRequest[] {
    return this.#connection.all("SELECT * FROM controls WHERE outcome IS NULL ORDER BY id").map((row) => ({
      id: Number(row.id),
      action: row.action as ControlRequest["action"],
      member: row.member === null ? null : Number(row.member),
      detail: JSON.parse(String(row.detail)) as Json,
      by: String(row.requested_by),
    }));
  }

  acknowledgeControl(id: number, outcome: string): void {
    this.#connection.run("UPDATE controls SET outcome = ? WHERE id = ? AND outcome IS NULL", outcome, id);
  }

  trackProcess(pid: number, startTime: string): void {
    this.#connection.run("INSERT OR REPLACE INTO processes (pid, start_time) VALUES (?, ?)", pid, startTime);
  }

  untrackProcess(pid: number): void {
    this.#connection.run("DELETE FROM processes WHERE pid = ?", pid);
  }

  trackedProcesses(): { readonly pid: number; readonly startTime: string }[] {
    return this.#connection
      .all("SELECT pid, start_time FROM processes ORDER BY pid")
      .map((row) => ({ pid: Number(row.pid), startTime: String(row.start_time) }));
  }
}

function operationOf(row: SqlRow): StoredOperation {
  return {
    id: Number(row.id),
    timeMs: Number(row.time_ms),
    kind: String(row.kind),
    ...(row.member === null ? {} : { member: Number(row.member) }),
    ...(row.generation === null ? {} : { generation: Number(row.generation) }),
    ...(row.attempt === null ? {} : { attempt: Number(row.attempt) }),
    ...(row.detail === null ? {} : { detail: JSON.parse(String(row.detail)) as { [name: string]: Json } }),
  };
}
