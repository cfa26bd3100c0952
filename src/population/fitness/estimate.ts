import {
  type Estimate,
  type Estimator,
  gaussianProcess,
  localLinear,
  nadarayaWatson,
  quadraticRidge,
} from "../estimators/index.ts";
import type { Requirement } from "../options.ts";
import { isWithin } from "../options.ts";
import type { FitnessInput, MemberId } from "../types.ts";
import { scaling } from "./features.ts";
import { type Pool, type Present, thinned } from "./observations.ts";

export type EstimatorName = "nw" | "ll" | "quad" | "gp";

/** How F is estimated from what the population has seen. */
export interface EstimateOptions {
  /**
   * `nw` Nadaraya–Watson, `ll` local linear, `quad` quadratic ridge (best for one peak and few members), `gp` Gaussian
   * process (default).
   */
  readonly estimator?: EstimatorName;
  /** Regress the means over the interval in place of its last values. Default true. */
  readonly averaged?: boolean;
  /** Generations that are pooled: an integer ≥ 1. Default 5. */
  readonly generations?: number;
  /** Weight of an observation per generation of its age: 0 < decay ≤ 1. Default 0.8. */
  readonly decay?: number;
}

export const estimateDefaults = { estimator: "gp", averaged: true, generations: 5, decay: 0.8 } as const;

const estimators: Readonly<Record<EstimatorName, Estimator>> = {
  nw: nadarayaWatson,
  ll: localLinear,
  quad: quadraticRidge,
  gp: gaussianProcess,
};

/** Observations that an estimator gets at most: its cost per slow step stays bounded. */
const most: Readonly<Record<EstimatorName, number>> = { nw: 512, ll: 256, quad: 1024, gp: 100 };

/** What the options of `EstimateOptions` need. */
export function estimateRequirements(options: Required<EstimateOptions>): Requirement[] {
  const { estimator, averaged, generations, decay } = options;
  return [
    {
      name: "estimator",
      value: estimator,
      needs: `one of ${Object.keys(estimators).join(", ")}`,
      holds: typeof estimator === "string" && Object.hasOwn(estimators, estimator),
    },
    { name: "averaged", value: averaged, needs: "true or false", holds: typeof averaged === "boolean" },
    {
      name: "generations",
      value: generations,
      needs: "an integer from 1 to 100",
      holds: Number.isInteger(generations) && isWithin(generations, 1, 100),
    },
    { name: "decay", value: decay, needs: "0 < decay <= 1", holds: isWithin(decay, Number.MIN_VALUE, 1) },
  ];
}

/** F̂ at the members' hyperparameters. */
export interface Estimated {
  readonly of: ReadonlyMap<MemberId, Estimate>;
  /** Why there is none; null when there is. */
  readonly lacking: string | null;
  /** n_eff = (Σw)²/Σw² of the observations that the regression pools. */
  readonly pooled: number;
}

/**
 * F̂(h) at every member that can be compared: a regression of fitness on hyperparameters over the members now (weight
 * 1) and earlier generations (decay^age).
 */
export function estimateFitness(
  now: Present,
  pool: Pool,
  options: Required<EstimateOptions>,
  input: FitnessInput,
): Estimated {
  const { generations } = options;
  const earlier = pool.filter(
    ({ generation }) => generation < now.generation && generation > now.generation - generations,
  );
  const sample = [
    ...earlier,
    ...now.observations.map((observation) => ({ ...observation, generation: now.generation })),
  ];
  const current = now.observations.map(({ features }) => features);
  const { estimates, lacking, pooled } = regress(sample, current, current, now.generation, options, input);
  return {
    of: new Map(estimates.map((estimate, i) => [now.observations[i]!.member, estimate])),
    lacking,
    pooled,
  };
}

/**
 * Regression of values on features, with weights decay^age.
 * @param current features of the members now: the unit of each feature is their spread
 * @param queries where the regression is wanted
 * @returns one estimate per query, or none and why
 */
export function regress(
  all: Pool,
  current: readonly (readonly number[])[],
  queries: readonly (readonly number[])[],
  generation: number,
  { estimator, decay }: Pick<Required<EstimateOptions>, "estimator" | "decay">,
  input: FitnessInput,
): { readonly estimates: readonly Estimate[]; readonly lacking: string | null; readonly pooled: number } {
  const sample = thinned(all, most[estimator], input);
  const rows = sample.map(({ features }) => features);
  const scale = scaling(current, rows);
  if (scale.columns.length === 0)
    return { estimates: [], lacking: "hyperparameters do not differ", pooled: 1 };
  const weights = sample.map((observation) => decay ** (generation - observation.generation));
  const estimates = estimators[estimator](
    {
      features: rows.map(scale.apply),
      values: sample.map(({ value }) => value),
      weights,
    },
    queries.map(scale.apply),
  );
  const known = estimates.filter(
    (estimate): estimate is Estimate => estimate !== null && Number.isFinite(estimate.mean),
  );
  return known.length < queries.length || queries.length === 0
    ? { estimates: [], lacking: `${sample.length} observations are too few`, pooled: 1 }
    : { estimates: known, lacking: null, pooled: effectiveNumber(weights) };
}

/** Kish's effective number of weighted observations, (Σw)²/Σw². */
function effectiveNumber(weights: readonly number[]): number {
  const sum = weights.reduce((total, w) => total + w, 0);
  return (sum * sum) / weights.reduce((total, w) => total + w * w, 0);
}

/** A number as the decision log keeps it: six digits. */
export function short(value: number): number {
  return Number(value.toPrecision(6));
}

export type { Estimate };
