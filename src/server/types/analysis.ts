import type { HyperparameterFacts, MetricFacts, SeparationSummary } from "./runs.ts";

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
  /** Slope across the observed range from the regression, with its bootstrap interval over generations: of the drawn window, whose lineages repeat themselves, so no test. */
  readonly slope: { readonly estimate: number; readonly low: number; readonly high: number } | null;
  /**
   * Chance of seeing as much when fitness depends on no hyperparameter, over the whole run and corrected for how many
   * there are (`dependenceOf`); at most 0.01: fitness is said to depend on it. null: not tested.
   */
  readonly p: number | null;
  /** That in a sentence: the one that the page, the overview and the report go by. */
  readonly text: string;
}

/** `GET …/effective-fitness/pair`: arrays `estimate` f32 [n, n] (NaN: too few data near), `weight` f32 [n, n], `x`, `y` f32 [n]. */
export interface PairMeta {
  readonly x: string;
  readonly y: string;
  readonly count: number;
  readonly notIdentifiable: string | null;
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

/** Which hyperparameters fitness depends on: p that as much is seen when it depends on none, corrected for how many there are. */
export interface Dependence {
  /** Replicates of the null. */
  readonly replicates: number;
  /** By place in the space; null: not tested, or it does not differ. */
  readonly p: readonly (number | null)[];
}
