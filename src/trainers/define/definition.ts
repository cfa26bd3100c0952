import type { Metrics } from "../../engine/index.ts";
import type { Key } from "../../random/index.ts";

/** What a trainer's functions may know and do beside their state and hyperparameters. */
export interface TrainContext {
  /** `m07`. */
  readonly member: string;
  readonly generation: number;
  readonly fromStep: number;
  readonly untilStep: number;
  /** For every random draw of this call: depends on (run seed, member, generation) only, so a retry draws the same. */
  readonly key: Key;
  /** The same as a plain integer, 0 … 2⁵³−1. */
  readonly seed: number;
  /** Aborted when the segment must end early; long asynchronous work should look at it. */
  readonly signal: AbortSignal;
  /** Metrics on the way; `step` counts from 0 at the beginning of training. */
  readonly report: (step: number, metrics: Metrics) => void;
}

/**
 * A model written in TypeScript. State is plain data (anything that `encodeState` takes), so that a copy is an
 * exploit; with `save` and `load` it may be anything. Every function may be asynchronous.
 */
export interface TrainerDefinition<H, S> {
  /** For the run's record. */
  readonly name?: string;
  /** The state before the first step. */
  init(h: H, context: TrainContext): S | Promise<S>;
  /**
   * Trains for `steps` steps. Gives the new state; a function that changes `state` in place may give nothing.
   * @param steps how many, ≥ 0
   */
  train(state: S, h: H, steps: number, context: TrainContext): S | void | Promise<S | void>;
  /**
   * The metric, or several by name. Does not change the state. Called anew for the finalists of a run, with another
   * `context.key`: draw from it what is random in the measurement.
   */
  evaluate(state: S, h: H, context: TrainContext): number | Metrics | Promise<number | Metrics>;
  /**
   * Metrics on data that neither training nor selection has seen. Called after a run, once, for the best member; not
   * during it, so that nothing is ever chosen by these numbers.
   */
  test?(state: S, h: H): number | Metrics | Promise<number | Metrics>;
  /**
   * The weighted mean of states, such as that of weights trained from one beginning. With it, a mixture of the finalists
   * is tried at the end of a run, and offered beside the best member when it measures better.
   * @param weights Σ = 1
   */
  merge?(states: readonly S[], weights: readonly number[]): S | Promise<S>;
  /** Writes the state into a directory of its own; default: one file, `state.bin`. */
  save?(state: S, directory: string): void | Promise<void>;
  /** Reads what `save` wrote. The directory is read-only. */
  load?(directory: string): S | Promise<S>;
}
