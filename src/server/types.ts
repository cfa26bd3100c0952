import type { Diagnostics, MemberId } from "../population/index.ts";
import type { Hyperparameters, Json } from "../space/index.ts";
import type { ControlRequest, RunWriter } from "../store/index.ts";

/**
 * The dashboard's API, complete: what each route takes and gives. Text is JSON (`Content-Type: application/json`);
 * numbers in bulk are `Columns` (`application/octet-stream`, `decodeColumns` of src/figures): the interfaces named
 * `…Meta` are their `meta`, and the comment of each lists their arrays. Everything here is also what a snapshot holds.
 *
 * Routes (`:run` is a name from `GET /api/runs`, percent-encoded):
 *
 *     GET  /api/session                                   SessionFacts
 *     POST /api/session            { token }              204, Set-Cookie · 403
 *     GET  /api/runs                                      RunList
 *     GET  /api/runs/:run                                 RunManifest            ≤ 100 kB
 *     GET  /api/runs/:run/generations?from                Columns<GenerationsMeta>
 *     GET  /api/runs/:run/columns?metric&members&x0&x1&px&smooth Columns<CurvesMeta>
 *     GET  /api/runs/:run/fan?metric&x0&x1&px             Columns<FanMeta>
 *     GET  /api/runs/:run/raster?metric&x0&x1&px&sort     Columns<RasterMeta>
 *     GET  /api/runs/:run/population?from&until           Columns<PopulationMeta>
 *     GET  /api/runs/:run/hyperparameters?name            Columns<ProgressionMeta>
 *     GET  /api/runs/:run/shares                          Columns<SharesMeta>
 *     GET  /api/runs/:run/lineage?from&limit              Columns<LineageMeta>
 *     GET  /api/runs/:run/effective-fitness?name&window   SliceSet
 *     GET  /api/runs/:run/effective-fitness/pair?x&y&window   Columns<PairMeta>
 *     GET  /api/runs/:run/separation                      SeparationFacts
 *     GET  /api/runs/:run/members                         MemberTable
 *     GET  /api/runs/:run/members/:member?generation      MemberFacts
 *     GET  /api/runs/:run/members/:member/schedule.csv?generation   text/csv
 *     GET  /api/runs/:run/members/:member/log?bytes       LogTail
 *     GET  /api/runs/:run/feed?after&before&limit&q&kind&member    Feed
 *     GET  /api/runs/:run/export.csv?what                 text/csv (full data: `evaluations`, `samples`, `generations`)
 *     GET  /api/runs/:run/snapshot                        a snapshot file (gzip), as a download
 *     GET  /api/compare?runs&metric&px                    Columns<CompareMeta>
 *     GET  /api/events?run                                server-sent events: see `ServerMessage`
 *     POST /api/runs/:run/controls    ControlBody         202 ControlAnswer · 403 · 409
 *
 * Errors are `ApiError` with status 400 (bad parameter), 403 (Host, Origin or token), 404, 405, 409 (no process runs it).
 */
export interface ApiError {
  readonly error: {
    /** `parameter`, `host`, `origin`, `token`, `missing`, `method`, `read-only`, `not-live`, `store`, `bug`. */
    readonly kind: string;
    /** For people; plain text. */
    readonly message: string;
  };
}

/** `GET /api/session`. */
export interface SessionFacts {
  readonly version: string;
  /** The server takes controls at all: not started with `--read-only`. */
  readonly controls: boolean;
  /** This browser has exchanged the token: its controls are accepted. */
  readonly authorised: boolean;
}

/** `POST /api/session`: the token from the page's fragment (`#k=…`), once. The fragment is then removed by the page. */
export interface SessionBody {
  readonly token: string;
}

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
  readonly hyperparameters: readonly HyperparameterFacts[];
  /** Set for a replay: the size of the population whose member it walks. */
  readonly replayOf: number | null;
  readonly writer: RunWriter | null;
  /** The process takes controls, and the server does. */
  readonly controllable: boolean;
  readonly paused: boolean;
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
  /** Newest generation's. */
  readonly diagnostics: Diagnostics | null;
  readonly separation: SeparationSummary;
  /** The best so far by generation (at most 512 points, first and last among them): `[generation, step, value]`. */
  readonly bestSoFar: readonly (readonly [number, number, number])[];
  /** One computed sentence for each overview panel. */
  readonly answers: Answers;
  /** Environment of the process that started it, as far as it was recorded. */
  readonly environment: { readonly [name: string]: Json };
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
 * `GET …/generations`: one row per closed generation from `from` (default 0) on. Arrays (G rows; NaN: unknown):
 * `generation` u32, `timeMs` f64 (NaN where not recorded), `step` f64 (most of any member), `quantiles` f64 [G, 7]
 * (0, 10, 25, 50, 75, 90, 100 % of the evaluations), `best` f64 (of this generation), `bestMember` i32 (−1: none),
 * `bestSoFar` f64, `bestSoFarStep` f64, `bestSoFarMember` i32, `copies` u32, `failed` u32, `alive` u32, `founders` u32 (surviving),
 * `lineages` f64 (effective number), `effectiveSize` f64 (NaN: infinite), `ancestorAge` f64 (generations since the
 * common ancestor of all; NaN: none), `differential` f64 (standardised), `interventions` u32; measured over recent generations, f64: `separation`, `relaxation` and
 * `fluctuation` (steps), `persistence`, `heritability`, `reliability`, `explained`, `noiseSeeking`; for the j-th of the K
 * `traits`: `change`, `selection`, `transmission` f64 [G, K] (Price, encoded units; NaN where unordered), `diversity`
 * f64 [G, K], `mean` f64 [G, K] (encoded), `atBound` f32 [G, K] (share of members on a face).
 */
export interface GenerationsMeta {
  readonly seq: number;
  /** Names of hyperparameters, the columns of the arrays with K. */
  readonly traits: readonly string[];
  /** Effective size of neutral selection at this N and rule; null where no reference is known. */
  readonly neutralSize: number | null;
}

/** What the numbers of a range of steps were made from. */
export interface RangeMeta {
  readonly metric: string;
  /** `samples`, or `evaluations` where the metric has none. */
  readonly source: "samples" | "evaluations";
  readonly x0: number;
  readonly x1: number;
  readonly px: number;
  /** Steps per pixel. */
  readonly pixelSteps: number;
  /** Samples in one bucket of the rollup that was read; 1: every sample. */
  readonly bucketSamples: number;
  readonly seq: number;
  /** As in `ProgressMessage`: older than the newest message's, so ask again. */
  readonly version: number;
}

/**
 * `GET …/columns`: M4 per pixel, so that a line through first, min, max, last draws what all samples would. `members`:
 * ids with commas, at most 64; x0, x1: steps (default: all); px: 16 … 4096 (default 1500). Arrays (M members, P pixels):
 * `first`, `min`, `max`, `last` f32 [M, P] (NaN: no sample in the pixel), `breakAt` f32 [B] and `breakMember` i32 [B],
 * `breakDonor` i32 [B]: steps at which a member became a copy (the line breaks there), `failedAt` f32 [F],
 * `failedMember` i32 [F]; with `smooth` (a half-life in steps, > 0) and samples, also `smooth` f32 [M, P]: debiased
 * exponential smoothing over every sample, then put into pixels (its value at the last sample of each).
 */
export interface CurvesMeta extends RangeMeta {
  readonly members: readonly MemberId[];
}

/**
 * `GET …/fan`: quantiles over all members per pixel. Arrays: `quantiles` f32 [7, P] for `levels`; `count` u16 [P]
 * members with a value there; `bestSoFar` f32 [P] in the run's own direction (only for the run's metric).
 */
export interface FanMeta extends RangeMeta {
  /** 0, 0.1, 0.25, 0.5, 0.75, 0.9, 1. */
  readonly levels: readonly number[];
  /** Members that the quantiles are over. */
  readonly members: number;
  /** Limits that leave out at most 2 % of the members' values at either end: for axes that one outlier must not ruin. */
  readonly robust: readonly [number, number] | null;
}

/**
 * `GET …/raster`: one byte per member and pixel, rows by `sort` (`slot`, `rank`: best at the end first, `lineage`: by
 * founder, then slot). Arrays: `image` u8 [M, P] (0: nothing; 1 … 255: `low` … `high` linear), `rows` i32 [M] the member
 * of each row, `exploitAt` u32 [E] the pixel and `exploitRow` u32 [E] the row of each copy.
 */
export interface RasterMeta extends RangeMeta {
  readonly low: number;
  readonly high: number;
  readonly sort: "slot" | "rank" | "lineage";
}

/**
 * `GET …/population`: members at the boundaries of generations `from` … `until` (default: the newest). Arrays (R rows,
 * by generation, then member): `generation` u32, `member` u32, `founder` u32, `donor` i32 (whom it had copied at the
 * boundary before; −1: nobody), `status` u8 (0 ok, 1 failed, 2 retired), `value` f64 (NaN: none), `score` f64, `step`
 * f64, `coordinates` f32 [R, K] (encoded, of the segment that ended there).
 */
export interface PopulationMeta {
  readonly traits: readonly string[];
  readonly from: number;
  readonly until: number;
  /** The founders' coordinates, `[N][K]`: the grey cloud. */
  readonly founders: readonly (readonly number[])[];
}

/**
 * `GET …/hyperparameters?name`: Arrays (G generations, B bins): `density` f32 [G, B] (share of members), `generation`
 * u32 [G], `mean` f64 [G] (encoded), `weighted` f64 [G] (encoded, weights: offspring), `winner` f64 [G] (the best
 * member's ancestry, encoded; NaN beyond it), `founders` f32 [N], `atBound` f32 [G].
 */
export interface ProgressionMeta {
  readonly name: string;
  readonly bins: number;
  readonly scale: HyperparameterFacts["scale"];
  readonly members: number;
  readonly winner: MemberId | null;
}

/**
 * `GET …/shares` (Muller plot). The eight founders with the largest shares, then "other". Arrays: `generation` u32 [G],
 * `shares` f32 [G, F] (rows sum to 1), bands in the order of `founders`.
 */
export interface SharesMeta {
  /** Founder ids of the bands; −1: all others together. A founder's colour is its place here, in every view. */
  readonly founders: readonly MemberId[];
  readonly surviving: number;
}

/**
 * `GET …/lineage`: the feed of segments by seq, at most `limit` (default 20 000, at most 100 000) rows. A row is one
 * segment (member, generation) that ended. Arrays: `seq` u32 (of its evaluation), `generation` u32, `member` u32,
 * `parent` i32 (the row index in the whole feed of the segment that it started from; −1: a founder), `donor` i32 (−1: went
 * on from its own state), `founder` u32, `fromStep` f64, `untilStep` f64, `value` f64, `surviving` u8 (1: has
 * descendants among the newest). Next page: `from=` `next`.
 */
export interface LineageMeta {
  /** Rows before this page in the whole feed. */
  readonly first: number;
  /** Rows of the whole feed so far. */
  readonly total: number;
  /** `from` of the next page; null at the end of the feed. */
  readonly next: number | null;
}

/** `GET …/effective-fitness`: one slice per hyperparameter (or the one named). `window`: newest generations used (default 10; 0: all). */
export interface SliceSet {
  readonly window: number;
  readonly metric: MetricFacts;
  readonly slices: readonly Slice[];
}

/** Local linear regression of the evaluation, centred per generation, on the encoded hyperparameter. */
export interface Slice {
  readonly name: string;
  readonly scale: HyperparameterFacts["scale"];
  /** Observations used. */
  readonly count: number;
  /** Null when the slice can be shown; else why not: too few observations, no spread. */
  readonly notIdentifiable: string | null;
  /** Encoded positions, within the observed range only. */
  readonly at: readonly number[];
  /** Fitness (higher is better) relative to its generation's mean. */
  readonly estimate: readonly (number | null)[];
  /** 90 % bootstrap band (generations resampled). */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  /** Encoded coordinates of the members now. */
  readonly rug: readonly number[];
  /** Of the last slow step, encoded per generation: Price's selection term. */
  readonly gradient: number | null;
  /** Slope across the observed range from the regression, with its bootstrap interval; excludes 0: selection sees it. */
  readonly slope: { readonly estimate: number; readonly low: number; readonly high: number } | null;
}

/** `GET …/effective-fitness/pair`: arrays `estimate` f32 [n, n] (NaN: too few data near), `weight` f32 [n, n], `x`, `y` f32 [n]. */
export interface PairMeta {
  readonly x: string;
  readonly y: string;
  readonly count: number;
  readonly notIdentifiable: string | null;
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

/** `GET …/separation`. */
export interface SeparationFacts extends SeparationSummary {
  readonly interval: number;
  readonly relaxationSteps: number | null;
  readonly fluctuationSteps: number | null;
  /** What is left of a lineage's advantage after one interval, ρ. */
  readonly persistence: number | null;
  /** Recommended steps between slow steps, and why. */
  readonly recommended: { readonly steps: number | null; readonly reasons: readonly string[] } | null;
  /** What the slow step warns of; empty when nothing is wrong. */
  readonly alarms: readonly string[];
  /** Copies that the mean curve is over. */
  readonly copies: number;
  /** Steps after the copy, and mean excess of the metric over its end value in units of the excess at the copy. */
  readonly curve: readonly {
    readonly step: number;
    readonly excess: number;
    readonly standardError: number;
  }[];
}

/** `GET …/members`. */
export interface MemberTable {
  readonly members: readonly MemberRow[];
}

export interface MemberRow {
  readonly member: MemberId;
  readonly name: string;
  readonly founder: MemberId;
  readonly generation: number;
  readonly step: number;
  readonly value: number | null;
  /** Relative to the evaluation before. */
  readonly change: number | null;
  /** 1 = best now. */
  readonly rank: number | null;
  readonly hyperparameters: Hyperparameters;
  readonly status: "ok" | "failed" | "retired";
  readonly cause: string | null;
  /** Whom it copied at its last boundary. */
  readonly donor: MemberId | null;
  /** Copies made of it in the whole run. */
  readonly children: number;
  /** Evaluations, thinned to at most 32, oldest first. */
  readonly spark: readonly (number | null)[];
}

/** `GET …/members/:member`: at `generation` (default: its best evaluation's). */
export interface MemberFacts {
  readonly row: MemberRow;
  readonly generation: number;
  /** Newest first. */
  readonly ancestry: readonly MemberId[];
  /** Segments from the founder on. */
  readonly legs: readonly MemberLeg[];
  readonly schedule: readonly {
    readonly fromStep: number;
    readonly untilStep: number;
    readonly hyperparameters: Hyperparameters;
  }[];
  /** Segments that started from a state of this member, itself left out. */
  readonly children: readonly {
    readonly member: MemberId;
    readonly generation: number;
    readonly step: number;
  }[];
  readonly checkpoints: readonly { readonly generation: number; readonly step: number }[];
  /** Commands to copy. */
  readonly commands: { readonly schedule: string; readonly replay: string; readonly best: string };
  readonly hasLog: boolean;
}

export interface MemberLeg {
  readonly member: MemberId;
  readonly generation: number;
  readonly fromStep: number;
  readonly untilStep: number;
  readonly value: number | null;
  readonly hyperparameters: Hyperparameters;
}

/** `GET …/members/:member/log?bytes` (at most 256 kB, default 16 kB): what its trainer printed last. */
export interface LogTail {
  readonly text: string;
  /** Bytes of the file before this tail. */
  readonly skipped: number;
  readonly exists: boolean;
}

/**
 * `GET …/feed`: decision log and operations log as one list, newest first. Pages: `before` = `next` of the page before
 * (older), or `after` = a `decisionSeq,operationId` pair as in `position` (newer, for live tails). `q`: text that the
 * line must contain; `kind`: kinds with commas; `member`: id; `limit` ≤ 500 (default 100).
 */
export interface Feed {
  readonly entries: readonly FeedEntry[];
  readonly next: string | null;
  /** Where a live tail goes on. */
  readonly position: string;
}

export interface FeedEntry {
  /** `d12` of the decision log, `o7` of the operations log. */
  readonly id: string;
  readonly log: "decisions" | "operations";
  /** `copy`, `mutation`, `failed`, `generation`, `intervention`, `end`, `started`, `control`, `warning`, `segment-lost` … */
  readonly kind: string;
  readonly generation: number | null;
  readonly member: MemberId | null;
  /** Only in the operations log. */
  readonly timeMs: number | null;
  readonly step: number | null;
  /** A person did it. */
  readonly human: boolean;
  /** One line, plain text. */
  readonly text: string;
}

/**
 * `GET /api/compare?runs=a,b,c`: 2 … 8 runs on the axis of steps. Arrays for the i-th run: `x` f32 [P] (shared),
 * `quantiles<i>` f32 [7, P], `bestSoFar<i>` f32 [P], `bestByEvaluations<i>` f32 [P] (x: member steps paid for, `evaluations`
 * f32 [P]), `timeMs<i>` f64 [P].
 */
export interface CompareMeta {
  readonly runs: readonly ComparedRun[];
  readonly levels: readonly number[];
  /** Metrics differ: nothing is drawn on one axis, and this says so. */
  readonly refusal: string | null;
  /** Settings in which the runs differ: path, then one JSON text per run. */
  readonly differences: readonly { readonly path: string; readonly values: readonly (string | null)[] }[];
}

export interface ComparedRun {
  readonly run: string;
  readonly metric: MetricFacts;
  readonly members: number;
  readonly best: number | null;
  readonly bestStep: number | null;
  /** Steps over all members. */
  readonly memberSteps: number;
  readonly phase: Phase;
  readonly hyperparameters: Hyperparameters;
  /** Final values of the members, sorted: for the interval of a difference. */
  readonly finalValues: readonly number[];
  /** Difference of the medians to the first run, with a 90 % bootstrap interval over members. */
  readonly difference: { readonly estimate: number; readonly low: number; readonly high: number } | null;
}

/** `POST /api/runs/:run/controls`. Needs the cookie, this origin and a live run. */
export interface ControlBody {
  readonly action: ControlRequest["action"];
  /** For `retire`. */
  readonly member?: MemberId;
  /** For `change-stop`: totals. */
  readonly stop?: { readonly [name: string]: number };
}

/** 202: the request is stored; its outcome is an operation of kind `control` in the feed. */
export interface ControlAnswer {
  readonly id: number;
  /** What it will do, as asked of the person before: "6 members mid-generation will lose at most 500 steps". */
  readonly effect: string;
}

/**
 * `GET /api/events?run=…`: at most four messages a second. `event: progress` has `id: <seq>`; a browser that comes back
 * sends `Last-Event-ID`, and gets the generations since (`since`). `event: runs` has no id: read `GET /api/runs` anew.
 * A slow reader is given newer facts instead of a queue; nothing piles up.
 */
export type ServerMessage =
  | { readonly type: "progress"; readonly data: ProgressMessage }
  | { readonly type: "runs"; readonly data: { readonly changedMs: number } };

export interface ProgressMessage {
  readonly run: string;
  /** Events in the decision log. */
  readonly seq: number;
  /** Changes also when only samples came: panels of curves read anew. */
  readonly version: number;
  readonly phase: Phase;
  readonly paused: boolean;
  readonly generation: number;
  readonly generations: number | null;
  readonly step: number;
  readonly alive: number;
  readonly members: number;
  readonly copies: number;
  readonly failed: number;
  readonly best: { readonly member: MemberId; readonly value: number } | null;
  readonly median: number | null;
  readonly etaMs: number | null;
  /** Generations closed since `Last-Event-ID` (at most 64, newest kept); empty without one. */
  readonly since: readonly number[];
  /** More than 64 closed: read everything anew. */
  readonly reset: boolean;
}

/**
 * A snapshot file: gzip of `Columns` whose `meta` is this. Each answer of the routes above, under its canonical request
 * (`snapshotKey`: path and query without `/api`, parameters sorted by name): JSON in `json`, columns as a `u8` array of
 * the same name (their encoded bytes). A viewer asks it as it asks a server. Whatever is not held is answered by the
 * nearest that is: for ranges of steps, the request without x0 and x1 (all steps, 1500 px).
 */
export interface SnapshotMeta {
  readonly format: "polytempo-snapshot";
  readonly version: 1;
  readonly madeMs: number;
  readonly polytempo: string;
  readonly runs: readonly string[];
  readonly json: { readonly [request: string]: Json };
  /** Names of the arrays that are encoded `Columns`. */
  readonly binary: readonly string[];
  /** Requests left out to keep the file small. */
  readonly leftOut: readonly string[];
}
