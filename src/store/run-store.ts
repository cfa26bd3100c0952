import { join } from "node:path";
import { Checkpoints } from "./checkpoint-store.ts";
import { Connection } from "./connection.ts";
import { claimWriter, readWriter, releaseWriter, RunLock } from "./lock.ts";
import { MetricWriter } from "./metric-writer.ts";
import { StoredRun } from "./run-reader.ts";
import { checkSchema } from "./schema.ts";
import type { SqliteDriver } from "./sqlite.ts";
import { upgrade } from "./upgrade.ts";
import type {
  DecisionEvent,
  MetricBucket,
  MetricMark,
  MetricNews,
  MetricPoint,
  MetricState,
  MetricTable,
  Operation,
  RunStore,
  SegmentResult,
  SampleRange,
  StepRange,
} from "./types.ts";

/** How a run is opened for writing; each is checked and defaulted by `openRunStore`. */
export interface WriterSettings {
  readonly takeOver: boolean;
  readonly durability: "process" | "power";
  readonly flushMetricsAfterMs: number;
  readonly maxDatabaseBytes: number;
  readonly now: () => number;
}

/** The one process that writes a run. */
export class WritableRun extends StoredRun implements RunStore {
  override readonly checkpoints: Checkpoints;
  readonly #lock: RunLock;
  readonly #metricWriter: MetricWriter;
  #open = true;

  constructor(directory: string, driver: SqliteDriver, settings: WriterSettings) {
    const { connection, lock } = openForWriting(directory, driver, settings);
    try {
      const checkpoints = new Checkpoints(connection, join(directory, "checkpoints"), {
        flush: settings.durability === "power",
      });
      checkpoints.sweep();
      super(directory, connection, settings.now, checkpoints);
      this.checkpoints = checkpoints;
    } catch (error) {
      connection.close();
      lock.release();
      throw error;
    }
    this.#lock = lock;
    this.#metricWriter = new MetricWriter(connection, settings.flushMetricsAfterMs);
    connection.beforeCommit = () => this.#metricWriter.flush();
  }

  transaction<T>(work: () => T): T {
    return this.connection.transaction(work);
  }

  appendDecisions(events: readonly DecisionEvent[]): void {
    this.log.append(events);
  }

  appendOperation(operation: Operation): void {
    this.records.appendOperation(operation);
  }

  putSegment(result: SegmentResult): void {
    this.connection.transaction(() => {
      this.#metricWriter.settle(result.member, result.generation, result.attempt);
      this.records.putSegment(result);
    });
  }

  beginAttempt(member: number, generation: number): number {
    return this.records.beginAttempt(member, generation);
  }

  addMetrics(
    member: number,
    generation: number,
    attempt: number,
    step: number,
    metrics: { readonly [name: string]: number },
  ): void {
    this.#metricWriter.add(member, generation, attempt, step, metrics);
  }

  override metricNames(): string[] {
    this.#metricWriter.flush();
    return super.metricNames();
  }

  override metrics(name: string, member: number, range?: SampleRange): MetricPoint[] {
    this.#metricWriter.flush();
    return super.metrics(name, member, range);
  }

  override metricBuckets(name: string, member: number, level: number, range?: StepRange): MetricBucket[] {
    this.#metricWriter.flush();
    return super.metricBuckets(name, member, level, range);
  }

  override everyMetric(name: string, member: number): IterableIterator<MetricPoint> {
    this.#metricWriter.flush();
    return super.everyMetric(name, member);
  }

  override metricTables(
    name: string,
    members: readonly number[],
    level: number,
    range?: SampleRange,
  ): MetricTable[] {
    this.#metricWriter.flush();
    return super.metricTables(name, members, level, range);
  }

  override metricStates(
    name: string,
    members: readonly number[],
    level: number,
    range?: StepRange,
  ): MetricState[] {
    this.#metricWriter.flush();
    return super.metricStates(name, members, level, range);
  }

  override metricNews(
    name: string,
    members: readonly number[],
    marks: readonly MetricMark[],
  ): (MetricNews | null)[] {
    this.#metricWriter.flush();
    return super.metricNews(name, members, marks);
  }

  acknowledgeControl(id: number, outcome: string): void {
    this.records.acknowledgeControl(id, outcome);
  }

  trackProcess(pid: number, startTime: string): void {
    this.records.trackProcess(pid, startTime);
  }

  untrackProcess(pid: number): void {
    this.records.untrackProcess(pid);
  }

  trackedProcesses(): { readonly pid: number; readonly startTime: string }[] {
    return this.records.trackedProcesses();
  }

  override close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#metricWriter.stop();
    try {
      this.connection.transaction(() => releaseWriter(this.connection));
      leaveOneFile(this.connection);
    } finally {
      this.connection.close();
      this.#lock.release();
    }
  }
}

/** Looks first, then locks, then writes: a file that is not a sound run of this version is not touched. */
function openForWriting(
  directory: string,
  driver: SqliteDriver,
  settings: WriterSettings,
): { readonly connection: Connection; readonly lock: RunLock } {
  const path = join(directory, "run.db");
  const connection = new Connection(driver, path, { readOnly: false });
  let lock: RunLock | undefined;
  try {
    checkSchema(connection, { deep: false });
    lock = new RunLock(driver, directory, () => readWriter(connection));
    checkSchema(connection, { deep: true });
    connection.exec("PRAGMA journal_mode = WAL");
    // After kill -9 nothing committed is lost with either; FULL also survives the machine's power loss.
    connection.exec(`PRAGMA synchronous = ${settings.durability === "power" ? "FULL" : "NORMAL"}`);
    if (settings.maxDatabaseBytes < Infinity) limitPages(connection, settings.maxDatabaseBytes);
    claimWriter(connection, directory, settings.takeOver);
    upgrade(connection);
    return { connection, lock };
  } catch (error) {
    connection.close();
    lock?.release();
    throw error;
  }
}

function limitPages(connection: Connection, bytes: number): void {
  const pageBytes = Number(connection.get("PRAGMA page_size")?.page_size);
  connection.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytes / pageBytes))}`);
}

/** Folds the write-ahead log into run.db, so that a finished run is one plain file that can be copied. */
function leaveOneFile(connection: Connection): void {
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 0");
  try {
    connection.exec("PRAGMA journal_mode = DELETE");
  } catch {
    // A reader has the run open: the log stays beside run.db, and the next writer or reader uses it.
  }
}
