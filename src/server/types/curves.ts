import type { MemberId } from "../../population/index.ts";

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
 * `failedMember` i32 [F], `nanAt` f32 [N] and `nanMember` i32 [N]: middles of pixels in which samples were no numbers;
 * with `smooth` (a half-life in steps, > 0) and samples, also `smooth` f32 [M, P]: debiased
 * exponential smoothing over every sample, then put into pixels (its value at the last sample of each).
 */
export interface CurvesMeta extends RangeMeta {
  readonly members: readonly MemberId[];
}

/**
 * `GET …/ancestry`: one curve along the path that led to a state, from the founder on, as `columns` gives curves. Of each
 * segment on the way only what that segment itself reported, so steps that its slot trained more than once are not mixed.
 * `member`; `generation` of the state (default: the winning one of the winner, else its best evaluation's); `metric`, `x0`,
 * `x1`, `px`, `smooth` as in `columns`. Arrays: `first`, `min`, `max`, `last` f32 [1, P], `nanAt`, `nanMember`; with `smooth`
 * also `smooth` f32 [1, P], one line over the whole path.
 */
export interface AncestryMeta extends CurvesMeta {
  /** Of the state that the path leads to. */
  readonly generation: number;
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
