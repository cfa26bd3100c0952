import type { Stream } from "../../src/random/index.ts";
import type { Hyperparameters, SearchSpace } from "../../src/space/index.ts";

/** A learning problem whose truth is known: small enough for thousands of runs. */
export interface Problem {
  readonly name: string;
  /** What we expect before the first run: do parameters relax within an interval, and is the best h constant? */
  readonly clocks: "separated" | "coupled";
  /** Held out: never run while the rule of `auto` was worked on. */
  readonly heldOut: boolean;
  readonly about: string;
  readonly space: SearchSpace<unknown>;
  readonly members: number;
  readonly generations: number;
  /** Steps of the fast clock between two slow steps. */
  readonly interval: number;
  /** Standard deviation of the Gaussian mutation in the unit cube. Default 0.1. */
  readonly sigma?: number;
  /**
   * What the run is for. `model`: the winner's parameters, chosen among finalists by evaluating them again.
   * `hyperparameters`: h to use again; the population's mean excess loss over the last quarter of the generations.
   */
  readonly product: "model" | "hyperparameters";
  /** Whether the state is a set of parameters whose mean over members is a state again: then a soup is tried. */
  readonly mergeable: boolean;
  /** Everything that a seed fixes: data, noise of labels, drifting targets. */
  create(draws: Stream): Instance;
}

export interface Instance {
  /** Where generation 0 begins, when it is not a draw from the space. */
  founder?(draws: Stream): Hyperparameters;
  readonly init: (h: Hyperparameters, draws: Stream) => Float64Array;
  /** Advances the state in place. @param from step at which it begins */
  readonly train: (
    state: Float64Array,
    h: Hyperparameters,
    steps: number,
    draws: Stream,
    from: number,
  ) => void;
  /** The metric as the trainer reports it, with its noise; it is minimised. */
  readonly evaluate: (state: Float64Array, h: Hyperparameters, draws: Stream) => number;
  /** What the run is really for: > 0, lower is better. */
  readonly truth: (state: Float64Array, h: Hyperparameters) => number;
}

export const number = (h: Hyperparameters, name: string): number => Number(h[name]);
