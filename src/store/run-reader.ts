import { join } from "node:path";
import { StoredCheckpoints } from "./checkpoint-reader.ts";
import { Connection } from "./connection.ts";
import { DecisionLog } from "./decisions.ts";
import { livenessOf } from "./process-identity.ts";
import { readWriter } from "./lock.ts";
import { MetricReader } from "./metric-reader.ts";
import { Records } from "./records.ts";
import { checkSchema, integrityCheck } from "./schema.ts";
import type { SqliteDriver } from "./sqlite.ts";
import type {
  CheckpointReader,
  ControlRequest,
  MetricBucket,
  MetricMark,
  MetricNews,
  MetricPoint,
  MetricState,
  MetricTable,
  RunReader,
  RunWriter,
  SegmentResult,
  SampleRange,
  StepRange,
  StoredDecisionEvent,
  StoredOperation,
} from "./types.ts";

/** Reads a run's database; also the reading half of the writer. */
export class StoredRun implements RunReader {
  readonly directory: string;
  readonly checkpoints: CheckpointReader;
  protected readonly connection: Connection;
  protected readonly log: DecisionLog;
  protected readonly records: Records;
  readonly #metrics: MetricReader;

  constructor(directory: string, connection: Connection, now: () => number, checkpoints?: CheckpointReader) {
    this.directory = directory;
    this.connection = connection;
    this.log = new DecisionLog(connection);
    this.records = new Records(connection, now);
    this.#metrics = new MetricReader(connection);
    this.checkpoints = checkpoints ?? new StoredCheckpoints(connection, join(directory, "checkpoints"));
  }

  decisions(fromSeq = 0): IterableIterator<StoredDecisionEvent> {
    return this.log.read(fromSeq);
  }

  briefDecisions(fromSeq = 0): IterableIterator<StoredDecisionEvent> {
    return this.log.read(fromSeq, true);
  }

  decisionCount(): number {
    return this.log.count();
  }

  decisionLines(fromSeq = 0): IterableIterator<string> {
    return this.log.lines(fromSeq);
  }

  decisionDigest(): string {
    return this.log.digest();
  }

  operations(fromId = 0): IterableIterator<StoredOperation> {
    return this.records.operations(fromId);
  }

  segments(generation: number): SegmentResult[] {
    return this.records.segments(generation);
  }

  metricNames(): string[] {
    return this.#metrics.names();
  }

  metrics(name: string, member: number, range?: SampleRange): MetricPoint[] {
    return this.#metrics.points(name, member, range);
  }

  metricBuckets(name: string, member: number, level: number, range?: StepRange): MetricBucket[] {
    return this.#metrics.buckets(name, member, level, range);
  }

  everyMetric(name: string, member: number): IterableIterator<MetricPoint> {
    return this.#metrics.every(name, member);
  }

  metricTables(name: string, members: readonly number[], level: number, range?: SampleRange): MetricTable[] {
    return this.#metrics.tables(name, members, level, range);
  }

  metricStates(name: string, members: readonly number[], level: number, range?: StepRange): MetricState[] {
    return this.#metrics.states(name, members, level, range);
  }

  metricNews(name: string, members: readonly number[], marks: readonly MetricMark[]): (MetricNews | null)[] {
    return this.#metrics.news(name, members, marks);
  }

  requestControl(request: Omit<ControlRequest, "id">): number {
    return this.records.requestControl(request);
  }

  pendingControls(): ControlRequest[] {
    return this.records.pendingControls();
  }

  writer(): RunWriter | null {
    const identity = readWriter(this.connection);
    return identity === null ? null : { pid: identity.pid, host: identity.host, state: livenessOf(identity) };
  }

  version(): number {
    return Number(this.connection.get("PRAGMA data_version")?.data_version);
  }

  check(): void {
    integrityCheck(this.connection);
    this.log.check();
  }

  close(): void {
    this.connection.close();
  }
}

/** A run opened for reading only: holds no lock, and sees what other processes commit. */
export class ReadOnlyRun extends StoredRun {
  readonly #driver: SqliteDriver;
  readonly #now: () => number;

  constructor(directory: string, driver: SqliteDriver, now: () => number) {
    const connection = new Connection(driver, join(directory, "run.db"), { readOnly: true });
    try {
      checkSchema(connection, { deep: false });
    } catch (error) {
      connection.close();
      throw error;
    }
    super(directory, connection, now);
    this.#driver = driver;
    this.#now = now;
  }

  /** Through a connection of its own, open only for this one write. */
  override requestControl(request: Omit<ControlRequest, "id">): number {
    const connection = new Connection(this.#driver, this.connection.path, { readOnly: false });
    try {
      return new Records(connection, this.#now).requestControl(request);
    } finally {
      connection.close();
    }
  }
}
