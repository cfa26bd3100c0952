import type { CheckpointId, Evaluation, MemberId } from "../population/index.ts";
import type { Json } from "../space/index.ts";

/**
 * One entry of the decision log: the truth of a run. No clock, attempt, path, pid or run name. `body` is plain JSON;
 * the log's bytes are canonical (sorted names, shortest numbers), so that two equal runs have equal logs.
 */
export interface DecisionEvent {
  readonly generation: number;
  /** `run`, `founder`, `evaluation`, `decision`, `generation`, `intervention`, `end`, in this canonical order. */
  readonly kind: "run" | "founder" | "evaluation" | "decision" | "generation" | "intervention" | "end";
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

/** Requests of people to a running run: written by another process, executed and acknowledged by the engine. */
export interface ControlRequest {
  readonly id: number;
  readonly action: "pause" | "unpause" | "stop" | "stop-now" | "retire" | "change-stop";
  readonly member: MemberId | null;
  readonly detail: Json;
  readonly by: string;
}

/** `runs/<name>/run.db`, opened for writing by one process. All calls are synchronous and durable when they return. */
export interface RunStore {
  readonly directory: string;
  /** Everything inside is one transaction: all or nothing, kill -9 included. */
  transaction<T>(work: () => T): T;

  appendDecisions(events: readonly DecisionEvent[]): void;
  decisions(fromSeq?: number): IterableIterator<StoredDecisionEvent>;
  decisionCount(): number;

  appendOperation(operation: Operation): void;
  operations(fromId?: number): IterableIterator<StoredOperation>;

  /** Replaces an earlier attempt of the same (member, generation). */
  putSegment(result: SegmentResult): void;
  segments(generation: number): SegmentResult[];
  /** Next attempt number of (member, generation): durable, so that a retry never reuses a directory. */
  beginAttempt(member: MemberId, generation: number): number;

  /** Samples of one attempt; a new attempt's first sample drops those of the attempt before. */
  addMetrics(
    member: MemberId,
    generation: number,
    attempt: number,
    step: number,
    metrics: { readonly [name: string]: number },
  ): void;
  metricNames(): string[];
  metrics(
    name: string,
    member: MemberId,
    range?: { readonly from?: number; readonly until?: number },
  ): MetricPoint[];
  metricBuckets(name: string, member: MemberId, level: number): MetricBucket[];

  readonly checkpoints: CheckpointStore;

  requestControl(request: Omit<ControlRequest, "id">): number;
  pendingControls(): ControlRequest[];
  acknowledgeControl(id: number, outcome: string): void;

  /** Process groups that the run started: pid and start time, to find orphans after a crash. */
  trackProcess(pid: number, startTime: string): void;
  untrackProcess(pid: number): void;
  trackedProcesses(): { readonly pid: number; readonly startTime: string }[];

  close(): void;
}

/** Immutable, reference-counted states. A checkpoint is a directory; one directory may hold many members' rows. */
export interface CheckpointStore {
  /** An empty directory for an attempt to fill; not a checkpoint until `commit`. Left-overs are removed when a run is opened. */
  prepare(member: MemberId, generation: number, attempt: number): string;
  /**
   * Makes a prepared directory the checkpoint(s) `ids` (several: shared, `rows[i]` belongs to `ids[i]`).
   * Refuses links that lead out, special files, and an empty directory. Files become read-only.
   * @throws UsageError saying which file breaks which rule
   */
  commit(prepared: string, ids: readonly CheckpointId[], rows?: readonly number[]): void;
  /** @throws StoreError `missing` or `corrupt` when the files are not what was committed */
  locate(id: CheckpointId): { readonly directory: string; readonly row: number | null };
  has(id: CheckpointId): boolean;
  /** Deletes every checkpoint that is not in `keep`; never one that is pinned. Returns the bytes freed. */
  collect(keep: readonly CheckpointId[]): number;
  /** Keeps a checkpoint alive while something reads it. Call the result to let go. */
  pin(id: CheckpointId): () => void;
  bytes(): number;
  list(): CheckpointId[];
}
