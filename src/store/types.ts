import type { CheckpointId, Evaluation, MemberId } from "../population/index.ts";
import type { Json } from "../space/index.ts";

/**
 * One entry of the decision log: the truth of a run. No clock, attempt, path, pid or run name. `body` is plain JSON;
 * the log's bytes are canonical (sorted names, shortest numbers), so that two equal runs have equal logs.
 */
export interface DecisionEvent {
  readonly generation: number;
  /**
   * `run`, `founder`, `evaluation`, `decision`, `generation`, `interval`, `intervention`, `finalist`, `end`, in this
   * canonical order.
   */
  readonly kind:
    | "run"
    | "founder"
    | "evaluation"
    | "decision"
    | "generation"
    | "interval"
    | "intervention"
    | "finalist"
    | "end";
  readonly member: MemberId | null;
  readonly body: { readonly [name: string]: Json };
}

export interface StoredDecisionEvent extends DecisionEvent {
  /** 0, 1, 2 … without gaps. */
  readonly seq: number;
}

/** What happened to processes, and when: clock times, attempts, signals, pauses, human interventions. */
export interface Operation {
  readonly kind: string;
  readonly member?: MemberId;
  readonly generation?: number;
  readonly attempt?: number;
  readonly detail?: { readonly [name: string]: Json };
}

export interface StoredOperation extends Operation {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly timeMs: number;
}

/** A finished segment, durable before its generation is decided, so that a resume repeats nothing. */
export interface SegmentResult {
  readonly member: MemberId;
  readonly generation: number;
  readonly attempt: number;
  readonly evaluation: Evaluation;
  readonly metrics: { readonly [name: string]: number | null };
  /** True: the trainer echoed the hyperparameters it used. */
  readonly verified: boolean;
  readonly message?: string;
}

export interface MetricPoint {
  readonly step: number;
  readonly value: number;
}

/** A bucket of the rollup pyramid: level 0 = 8 samples, each further level 8 times more. */
export interface MetricBucket {
  readonly fromStep: number;
  readonly untilStep: number;
  readonly first: number;
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly count: number;
}

/**
 * Buckets, or samples as buckets of one, side by side and without an object for each. Row i of six numbers: first step,
 * last step, first, last, least and greatest value.
 */
export interface MetricTable {
  readonly rows: number;
  /** `[rows, 6]` */
  readonly numbers: Float64Array;
}

/** How far somebody who follows a series has read: its newest sample then. */
export interface MetricMark {
  /** Samples up to there, it included. */
  readonly samples: number;
  /** Segment and attempt that reported it. */
  readonly generation: number;
  readonly attempt: number;
  readonly step: number;
  readonly value: number;
}

/** A series as of one moment, from where it can be followed. */
export interface MetricState {
  /** Full buckets that touch the range; at level −1 samples within it. */
  readonly table: MetricTable;
  /** The bucket that fills, wherever its steps lie; null: it is empty, or the level is −1. */
  readonly open: MetricBucket | null;
  readonly mark: MetricMark;
}

/** What was appended to a series since a mark. */
export interface MetricNews {
  /** Samples as buckets of one, oldest first. */
  readonly samples: MetricTable;
  readonly mark: MetricMark;
}

/** Requests of people to a running run: written by another process, executed and acknowledged by the engine. */
export interface ControlRequest {
  readonly id: number;
  readonly action: "pause" | "unpause" | "stop" | "stop-now" | "retire" | "change-stop";
  readonly member: MemberId | null;
  readonly detail: Json;
  readonly by: string;
}

/** Steps from … until, both ends included. */
export interface StepRange {
  readonly from?: number;
  readonly until?: number;
}

/** As `StepRange`, for samples themselves. */
export interface SampleRange extends StepRange {
  /**
   * Only what the member's segment of this generation reported. A slot of an asynchronous run may train the same steps
   * again, with another state: steps alone do not tell those apart.
   */
  readonly generation?: number;
}

/** The process that has the run open for writing. */
export interface RunWriter {
  readonly pid: number;
  readonly host: string;
  /** `unknown`: on another machine. `dead`: it ended without closing the run; `resume` takes over. */
  readonly state: "alive" | "dead" | "unknown";
}

/** What anyone may read of a run, also while another process writes it. */
export interface RunReader {
  readonly directory: string;

  decisions(fromSeq?: number): IterableIterator<StoredDecisionEvent>;
  /** As `decisions`, evaluations without their `reports`: those are most of a log's bytes. */
  briefDecisions(fromSeq?: number): IterableIterator<StoredDecisionEvent>;
  decisionCount(): number;
  /** The canonical lines of the decision log, without line ends: two runs are equal when these are. */
  decisionLines(fromSeq?: number): IterableIterator<string>;
  /** Digest of the whole decision log (hexadecimal): equal logs have equal digests. */
  decisionDigest(): string;

  operations(fromId?: number): IterableIterator<StoredOperation>;
  segments(generation: number): SegmentResult[];

  metricNames(): string[];
  /** Samples as they came, oldest first. */
  metrics(name: string, member: MemberId, range?: SampleRange): MetricPoint[];
  /**
   * Buckets that touch the range, oldest first; the last one of the series holds fewer samples while it fills.
   * @param level 0 = 8 samples a bucket, 1 = 64, …
   */
  metricBuckets(name: string, member: MemberId, level: number, range?: StepRange): MetricBucket[];

  /** Every sample, oldest first, read as it is taken: for series that are too long for an array. */
  everyMetric(name: string, member: MemberId): IterableIterator<MetricPoint>;
  /**
   * The series of members as `metricBuckets` (level −1: as `metrics`), as of one moment and as plain numbers: what a
   * picture of a thousand members is made from.
   * @throws RangeError for a range of one generation with buckets: those may hold samples of two
   */
  metricTables(name: string, members: readonly MemberId[], level: number, range?: SampleRange): MetricTable[];
  /** As `metricTables`, with what somebody needs who follows the series by `metricNews`. */
  metricStates(name: string, members: readonly MemberId[], level: number, range?: StepRange): MetricState[];
  /**
   * What was appended to series since their marks, as of one moment: costs as much as there is new. null: read that series
   * anew, since a new attempt dropped samples, or since too many came.
   * @param marks one for each member
   */
  metricNews(name: string, members: readonly MemberId[], marks: readonly MetricMark[]): (MetricNews | null)[];

  readonly checkpoints: CheckpointReader;

  /** Leaves a request for the process that runs it. Returns its id. */
  requestControl(request: Omit<ControlRequest, "id">): number;
  pendingControls(): ControlRequest[];

  /** Who has the run open for writing; null: nobody. */
  writer(): RunWriter | null;
  /** Changes whenever another process has committed something: a cheap question before reading anew. */
  version(): number;
  /**
   * Checks the whole file: its structure, and every event of the decision log against its digest.
   * @throws StoreError `corrupt`
   */
  check(): void;

  close(): void;
}

/** `runs/<name>/run.db`, opened for writing by one process. All calls are synchronous and durable when they return. */
export interface RunStore extends RunReader {
  /** Everything inside is one transaction: all or nothing, kill -9 included. `work` must not return a promise. */
  transaction<T>(work: () => T): T;

  appendDecisions(events: readonly DecisionEvent[]): void;
  appendOperation(operation: Operation): void;

  /** Replaces an earlier attempt of the same (member, generation), and drops that attempt's metric samples. */
  putSegment(result: SegmentResult): void;
  /** Next attempt number of (member, generation), from 1: durable, so that a retry never reuses a directory. */
  beginAttempt(member: MemberId, generation: number): number;

  /**
   * Samples of one attempt; a new attempt's first sample drops those of the attempt before. Buffered: written with the
   * next commit or within a quarter of a second, so a crash may lose the newest, but never doubles any.
   */
  addMetrics(
    member: MemberId,
    generation: number,
    attempt: number,
    step: number,
    metrics: { readonly [name: string]: number },
  ): void;

  readonly checkpoints: CheckpointStore;

  acknowledgeControl(id: number, outcome: string): void;

  /** Process groups that the run started: pid and start time, to find orphans after a crash. */
  trackProcess(pid: number, startTime: string): void;
  untrackProcess(pid: number): void;
  trackedProcesses(): { readonly pid: number; readonly startTime: string }[];
}

/** What an export made. */
export interface CheckpointExport {
  readonly files: number;
  readonly bytes: number;
  /** The member's row in a shared checkpoint. */
  readonly row: number | null;
  /** True: hard links to the run's own files, read-only as those are; false: copies (another disk). */
  readonly linked: boolean;
}

/** Finds committed checkpoints. */
export interface CheckpointReader {
  /** @throws StoreError `missing` or `corrupt` when the files are not what was committed */
  locate(id: CheckpointId): { readonly directory: string; readonly row: number | null };
  has(id: CheckpointId): boolean;
  /** Sum of file sizes, in bytes. */
  bytes(): number;
  list(): CheckpointId[];
  /**
   * Puts the checkpoint's files into a new (or empty) directory, as hard links where the file system allows.
   * @throws StoreError `exists` when `toDirectory` holds something; `missing`, `corrupt` as `locate`
   */
  exportCheckpoint(id: CheckpointId, toDirectory: string): CheckpointExport;
}

/** Immutable, reference-counted states. A checkpoint is a directory; one directory may hold many members' rows. */
export interface CheckpointStore extends CheckpointReader {
  /** An empty directory for an attempt to fill; not a checkpoint until `commit`. Left-overs are removed when a run is opened. */
  prepare(member: MemberId, generation: number, attempt: number): string;
  /**
   * Makes a prepared directory the checkpoint(s) `ids` (several: shared, `rows[i]` belongs to `ids[i]`). An id that
   * exists already (a segment repeated after a crash) then means the new files. Refuses symbolic links, special files
   * and a directory without files. Files become read-only; a hard link to a file that can still be written elsewhere
   * becomes a copy.
   * @throws UsageError saying which file breaks which rule
   */
  commit(prepared: string, ids: readonly CheckpointId[], rows?: readonly number[]): void;
  /**
   * Deletes every checkpoint that is not in `keep`; never one that is pinned. Inside a transaction the files go when it
   * commits. Returns the bytes freed.
   */
  collect(keep: readonly CheckpointId[]): number;
  /** Keeps a checkpoint alive while something reads it. Call the result to let go. @throws StoreError as `locate` */
  pin(id: CheckpointId): () => void;
}
