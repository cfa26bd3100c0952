import type { CheckpointId } from "../types.ts";

/** A saved state that may be the winner of a run. */
export interface Candidate {
  readonly checkpoint: CheckpointId;
  /** The metric as it was when the run selected by it. */
  readonly value: number;
  /** The run's score, higher is better; null ranks behind every number. */
  readonly score: number | null;
  /** States with the same origin are near copies of each other: one of them speaks for all while there are others. */
  readonly origin: string | number;
}

/** A candidate's fresh evaluations; null: that evaluation failed. */
export interface Reevaluated<C extends Candidate = Candidate> {
  readonly candidate: C;
  readonly values: readonly (number | null)[];
  /** Mean of those that succeeded; null: none did. */
  readonly mean: number | null;
  /** Student's 95 % interval of the mean; null with fewer than two values. */
  readonly interval: readonly [number, number] | null;
}
