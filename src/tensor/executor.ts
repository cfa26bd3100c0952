import type { Key } from "../random/index.ts";
import type { Program, Slot } from "./ir.ts";

export interface SessionOptions {
  /** Members in this session, ≥ 1. */
  readonly members: number;
  /** Key of all random nodes. */
  readonly key: Key;
  /** The id of each row in random streams; default 0 … members − 1. */
  readonly memberIds?: readonly number[];
  /** Threads; results do not depend on it, bit for bit. Default: the executor's choice. */
  readonly workers?: number;
  /** Allow fused multiply-add with implementation-defined rounding. Default false. */
  readonly relaxed?: boolean;
  /** Refuse to compile when the session would need more bytes than this. */
  readonly memoryLimit?: number;
}

export interface MetricValues {
  /** `[members]` of the last step of the last call. */
  readonly last: Float64Array;
  /** `[members]` mean over the steps of the last call. */
  readonly mean: Float64Array;
}

/**
 * Programs compiled for one population, with the storage that they share: slots of the same name are the same rows
 * (training and evaluation on one set of parameters).
 */
export interface Session {
  readonly members: number;
  readonly slots: readonly Slot[];
  /** Bytes of the session's storage. */
  readonly bytes: number;

  /**
   * Writes a slot.
   * @param member a row, or "all": then data is `[members, …shape]`, or one member's value for every row. `data`
   * slots take "all" and the whole array.
   * @throws UsageError for an unknown slot, a wrong length, NaN in a data set, int32 out of the slot's range
   */
  write(slot: string, member: number | "all", data: ArrayLike<number>): void;
  /**
   * Writes elements offset … offset + data.length − 1 (row-major) of one member's row: a transition into a replay
   * memory, without the rest of it.
   * @throws UsageError as `write`, and where the part does not fit
   */
  patch(slot: string, member: number, offset: number, data: ArrayLike<number>): void;
  /** A copy of a slot's value: of a row, or of all rows one after the other. */
  read(slot: string, member: number | "all"): Float32Array | Float64Array | Int32Array;

  /**
   * Runs `steps` steps of a program, numbered fromStep, fromStep + 1 …, for every member.
   * @throws UsageError for an unknown program, or a hyperparameter or data set that has not been written
   */
  step(program: string, steps: number, fromStep: number): Promise<void>;
  /** The metrics of the program's last call, by name. */
  metrics(program: string): Readonly<Record<string, MetricValues>>;

  /** `parameter` and `state` rows of `to` become those of `from`. */
  copyMember(from: number, to: number): void;
  /** `parameter` and `state` rows of `to` become Σ weights[i]·row(sources[i]) (int32 rows: those of sources[0]). */
  mergeMembers(sources: readonly number[], weights: readonly number[], to: number): void;

  close(): Promise<void>;
}

/** What compiles programs: `reference` here, `wasm` in executors/. */
export interface Executor {
  readonly name: string;
  compile(programs: Readonly<Record<string, Program>>, options: SessionOptions): Promise<Session>;
}
