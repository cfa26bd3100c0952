/**
 * The errors that users meet. A message says: place, rule, what came, what to do.
 * `space.lr: logUniform needs 0 < low < high, got low=0.1, high=0.001. Swap the bounds?`
 */

export { came, checkOptions, isRecord, optionProblems } from "./options.ts";
export { didYouMean, editDistance, nearest } from "./suggest.ts";
export { refuse, shownProblems, UsageError } from "./usage.ts";

/** A member's trainer failed: data for the population, never the end of it. */
export class TrainerError extends Error {
  override readonly name = "TrainerError";
  override readonly cause: string;
  readonly member: number;
  readonly generation: number;
  readonly step: number;

  constructor(message: string, where: { cause: string; member: number; generation: number; step: number }) {
    super(message);
    this.cause = where.cause;
    this.member = where.member;
    this.generation = where.generation;
    this.step = where.step;
  }
}

/** The population as a whole cannot go on (fewer alive than `minAlive`): exit code 3. */
export class PopulationError extends Error {
  override readonly name = "PopulationError";
}

/** Run directory conflict, corruption, or a resume that does not match: exit code 4. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** `locked`, `corrupt`, `mismatch`, `missing`, `full`, `readonly`, `exists`, `version`. */
  readonly kind: string;

  constructor(kind: string, message: string) {
    super(message);
    this.kind = kind;
  }
}
