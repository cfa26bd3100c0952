import type { Hyperparameters } from "../../space/index.ts";

export type Phase = "starting" | "running" | "pausing" | "paused" | "stopping" | "stopped" | "finished";

/** Everything that the terminal view shows; the renderer needs nothing else, not even a clock. */
export interface ViewModel {
  readonly name: string;
  readonly directory: string;
  /** Address of the dashboard that goes with the run. */
  readonly dashboard?: string | null;
  readonly members: number;
  readonly seed: number;
  readonly phase: Phase;
  readonly metric: { readonly name: string; readonly mode: "min" | "max" };
  readonly mode: "synchronous" | "asynchronous";
  /** Slow steps done. */
  readonly generation: number;
  /** Slow steps in total; null when only another rule ends the run. */
  readonly generations: number | null;
  /** Steps between slow steps, where the run fits them itself; null: they were given. */
  readonly fittedInterval?: number | null;
  /** Share of the steps of all members that is done, where members are not in step; null: they are. */
  readonly shareDone?: number | null;
  /** Steps per member done, and in total. */
  readonly steps: number;
  readonly totalSteps: number | null;
  readonly elapsedMs: number;
  /** null until two generations are done. */
  readonly etaMs: number | null;
  /** Segments of this generation that are done, of all of them. */
  readonly segmentsDone: number;
  readonly best: BestView | null;
  /** Of the raw metric: 0, 25, 50, 75, 100 %. */
  readonly quantiles: readonly number[] | null;
  readonly alive: number;
  readonly lineages: number | null;
  /** Selection interval over relaxation time; null when unknown. */
  readonly separation: number | null;
  /** False: hyperparameters are what was asked for, not what the trainer said it used. */
  readonly verified: boolean;
  readonly rows: readonly MemberRow[];
  readonly hyperparameters: readonly string[];
  /** Latest event of interest last. */
  readonly events: readonly string[];
  readonly showAll: boolean;
  readonly showKeys: boolean;
}

export interface BestView {
  readonly name: string;
  readonly value: number;
  /** `m07 ← m21 ← m03`: the member, then those it was copied from, newest first. */
  readonly ancestry: readonly string[];
  readonly hyperparameters: Hyperparameters;
}

export interface MemberRow {
  readonly name: string;
  /** Of the last evaluation; null when it failed or has none yet. */
  readonly value: number | null;
  /** (value − value before) / |value before|; null when either is missing. */
  readonly change: number | null;
  /** What `value` was trained with; before the first evaluation, what it trains with now. */
  readonly hyperparameters: Hyperparameters;
  /** What it trains with now, where the last slow step changed that. */
  readonly next?: Hyperparameters;
  readonly founder: string;
  /** `training`, `waiting`, `copying m07`, `failed: …`, `retired`. */
  readonly state: string;
}
