import type { Diagnostics, MemberId } from "../../population/index.ts";
import type { Hyperparameters, Json } from "../../space/index.ts";
import type { RunWriter } from "../../store/index.ts";

/** How a run stands. `live`: a process of this machine trains it. `elsewhere`: a process of another machine. */
export type Phase = "live" | "killed" | "elsewhere" | "stopped" | "ended" | "empty" | "unreadable";

export interface RunSummary {
  /** Unique in the list; what `:run` is. */
  readonly run: string;
  readonly phase: Phase;
  /** Why it is `unreadable`, or the reason of its end; a sentence. */
  readonly standing: string;
  readonly metric: MetricFacts | null;
  readonly members: number;
  readonly generation: number;
  readonly best: number | null;
  /** Milliseconds since 1970 of the last write. */
  readonly changedMs: number;
}

/** `GET /api/runs`: newest first. */
export interface RunList {
  readonly runs: readonly RunSummary[];
}

export interface MetricFacts {
  readonly name: string;
  readonly mode: "min" | "max";
}

/** One hyperparameter: its law and how to write its axis. */
export interface HyperparameterFacts {
  readonly name: string;
  readonly topology: "continuous" | "integer" | "ordered" | "unordered" | "fixed";
  /** Scale of the axis in values. */
  readonly scale: "linear" | "log" | "category";
  /** The law in short: `logUniform(1e-5, 0.1)`. */
  readonly law: string;
  /** Hard bounds in values; null for categories. */
  readonly bounds: readonly [number, number] | null;
  /** Encoded coordinates and the values that they stand for, 0 … 1 by 1/32 (continuous) or one per category. */
  readonly ticks: readonly { readonly at: number; readonly value: number | string | boolean }[];
}

/**
 * `GET /api/runs/:run`: first paint. Also the overview's numbers, so that six answers can be written before any other
 * request is made.
 */
export interface RunManifest {
  readonly run: string;
  readonly phase: Phase;
  readonly standing: string;
  /** Sequence numbers up to here are in the answers: compare with `ServerMessage.seq`. */
  readonly seq: number;
  /** As in `ProgressMessage`. */
  readonly version: number;
  readonly members: number;
  /** `m07`-style names by id. */
  readonly names: readonly string[];
  readonly seed: number;
  readonly mode: "synchronous" | "asynchronous";
  readonly interval: number;
  readonly metric: MetricFacts;
  /** Metrics with samples; the run's own metric is known by evaluations even when it is not here. */
  readonly metrics: readonly string[];
  readonly stop: { readonly [name: string]: number };
  readonly rules: Json;
  /** Set where the run is a control. Files of older versions lack it. */
  readonly control?: ControlFacts | null;
  readonly hyperparameters: readonly HyperparameterFacts[];
  /** Set for a replay: the size of the population whose member it walks. */
  readonly replayOf: number | null;
  readonly writer: RunWriter | null;
  /** The process takes controls, and the server does. */
  readonly controllable: boolean;
  readonly paused: boolean;
  /** Paused, but what ran at that moment is not finished yet. Files of older versions lack it. */
  readonly pausing?: boolean;
  /** A person has intervened: the seed alone does not reproduce this run. */
  readonly intervened: boolean;
  readonly verified: boolean;
  readonly generation: number;
  /** Generations that the rules of stopping allow; null when only other rules end it. */
  readonly generations: number | null;
  readonly step: number;
  readonly steps: number | null;
  readonly alive: number;
  readonly startedMs: number | null;
  readonly changedMs: number;
  /** The winner: the best finalist where finalists were evaluated anew, otherwise the best value seen. */
  readonly best: BestFacts | null;
  /** The best value ever seen, when another state won. */
  readonly selected: Omit<BestFacts, "again" | "ancestry"> | null;
  /** Empty where nothing was evaluated anew. */
  readonly finalists: readonly FinalistFacts[];
  /** A mixture of finalists that measured better than the winner. Files of older versions lack it. */
  readonly soup?: SoupFacts | null;
  /** Newest generation's. */
  readonly diagnostics: Diagnostics | null;
  /** Why it failed; null: it has not. Files of older versions lack it. */
  readonly failure?: RunFailure | null;
  readonly separation: SeparationSummary;
  /** The best so far by generation (at most 512 points, first and last among them): `[generation, step, value]`. */
  readonly bestSoFar: readonly (readonly [number, number, number])[];
  /** Does selection choose quality or noise? */
  readonly quality: QualityFacts;
  /** One computed sentence for each overview panel. */
  readonly answers: Answers;
  /** Environment of the process that started it, as far as it was recorded. */
  readonly environment: { readonly [name: string]: Json };
}

/** A run without a part of the slow clock, which others are compared with. */
export interface ControlFacts {
  readonly kind: "random-search" | "frozen";
  /** In a line: "random-search control: nothing is copied". */
  readonly title: string;
  /** What panels about selection say in place of a figure; null: there is selection. */
  readonly panel: string | null;
}

/** The mean of finalists' states, evaluated anew as they were; offered beside the winner, never the winner itself. */
export interface SoupFacts {
  /** Whose states: member and generation, the winner's first. */
  readonly of: readonly { readonly member: MemberId; readonly generation: number }[];
  readonly mean: number;
  /** 95 % interval of the mean; null with fewer than two evaluations. */
  readonly interval: readonly [number, number] | null;
  /** The sentence that says so. */
  readonly text: string;
}

/** A run that ended of failures, or whose every segment has failed so far. */
export interface RunFailure {
  /** No segment ever gave a value. */
  readonly valueless: boolean;
  /** Members whose newest segment failed. */
  readonly failed: number;
  /** One of them, with its name: the log to read first. */
  readonly member: MemberId;
  readonly name: string;
  /** Members that failed with just these words; 0: no words were kept. */
  readonly alike: number;
  /** `exit`, `nan`, `timeout` … */
  readonly cause: string;
  /** One line: "the trainer exited with code 1". */
  readonly reason: string;
  /** What the trainer wrote last, possibly several lines; empty: nothing. */
  readonly lastWords: string;
}

/** What tells quality from noise, as the newest slow step measured it: "unknown" is an answer. */
export interface QualityFacts {
  readonly answer: string;
  readonly rows: readonly { readonly name: string; readonly value: string; readonly means: string }[];
  /** The score in use and why, where the fitness rule chooses (`auto`). */
  readonly note: string | null;
  /** What the slow step warns of, in words. */
  readonly alarms: readonly string[];
}

/** Sentences computed from data, shown under the panels' questions. */
export interface Answers {
  readonly improving: string;
  readonly winning: string;
  readonly moving: string;
  readonly selection: string;
  readonly separation: string;
  readonly diverse: string;
}

export interface BestFacts {
  readonly member: MemberId;
  readonly generation: number;
  readonly value: number;
  readonly step: number;
  readonly hyperparameters: Hyperparameters;
  /** Newest first: the member, whom it was copied from …, its founder. */
  readonly ancestry: readonly MemberId[];
  /**
   * The same state evaluated anew with fresh keys at the end of the run: `value` was selected for being good among many,
   * so it flatters (winner's curse). null: not evaluated anew.
   */
  readonly again: {
    readonly mean: number;
    /** 95 % interval of the mean; null with fewer than two evaluations. */
    readonly interval: readonly [number, number] | null;
    readonly evaluations: number;
  } | null;
}

/** A state that was evaluated anew at the end, by rank. */
export interface FinalistFacts {
  readonly member: MemberId;
  readonly generation: number;
  readonly step: number;
  /** What it was selected by. */
  readonly selected: number;
  readonly again: BestFacts["again"];
  /** 1 = the winner. */
  readonly rank: number;
}

/**
 * The gauge: r = interval / slowest time of the parameters. As the slow step measured it and the decision log keeps it.
 */
export interface SeparationSummary {
  readonly zone: "coupled" | "mixed" | "separated" | "unknown";
  readonly r: number | null;
  /** 95 % interval of r, where it is known. */
  readonly low: number | null;
  readonly high: number | null;
  /** What to change, or why it is unknown; a sentence. */
  readonly text: string;
}
