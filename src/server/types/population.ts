import type { MemberId } from "../../population/index.ts";
import type { HyperparameterFacts } from "./runs.ts";

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
 * `GET …/lineage`: the feed of segments by seq, at most `limit` (default 20 000, at most 100 000) rows, with `newest=1` the
 * last ones. A row is one segment (member, generation) that ended. Arrays: `seq` u32 (of its evaluation), `generation` u32, `member` u32,
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
