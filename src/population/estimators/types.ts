/** Observations of fitness: features of h, a value each, and a weight (older generations count less). */
export interface Sample {
  /** `[n]` rows of features `[p]`, in units of the population's spread. */
  readonly features: readonly (readonly number[])[];
  /** `[n]` */
  readonly values: readonly number[];
  /** `[n]` in (0, 1]; all 1 where absent. */
  readonly weights?: readonly number[];
}

/** What an estimator says of F at some h. */
export interface Estimate {
  readonly mean: number;
  /** Standard error of the estimated F(h), where the estimator knows one. */
  readonly error: number | null;
}

/**
 * Estimates F(h) = E[φ | h] at the query features from scattered, noisy observations.
 * @returns one estimate per query; null where the sample cannot carry the estimator (too few, no spread)
 */
export type Estimator = (
  sample: Sample,
  queries: readonly (readonly number[])[],
) => readonly (Estimate | null)[];
