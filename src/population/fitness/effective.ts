import { demand } from "../options.ts";
import type { Fitness, Score } from "../types.ts";
import {
  type Estimate,
  type EstimateOptions,
  estimateDefaults,
  estimateFitness,
  estimateRequirements,
  short,
} from "./estimate.ts";
import { extendPool, present, readPool, writePool } from "./observations.ts";

export interface EffectiveOptions extends EstimateOptions {}

/**
 * Effective fitness: the score is an estimate of F(h) = E[φ | h], what the member's hyperparameters are worth, not what
 * its parameters happen to be worth now. A regression over the population and its recent generations:
 *
 *     s_i = F̂(h_i),   observations φ̄_j with weights decay^age
 *
 * It removes the noise of a single evaluation and the taste for noise that selection on it has. It is right where the
 * clocks are separated (interval ≫ relaxation time); where parameters carry the progress it selects the wrong thing:
 * `blend`, `transition` and `autoFitness` know the difference. With too few observations the scores are the
 * instantaneous ones, and the note says so.
 * @throws UsageError naming every option out of range
 * @example
 * effective({ estimator: "quad", generations: 3 });
 * @see docs/effective-fitness.md
 */
export function effective(given: EffectiveOptions = {}): Fitness {
  const options = { ...estimateDefaults, ...given };
  demand("effective", estimateRequirements(options));
  return {
    spec: { kind: "effective", ...options },
    initial: [],
    score(memory, input) {
      const now = present(input, options.averaged);
      const pool = readPool(memory);
      const { of, lacking, pooled } = estimateFitness(now, pool, options, input);
      const scores = input.evaluations.map(({ member }): Score => {
        const phi = now.last.get(member);
        if (phi === undefined) return { member, score: null };
        const estimate = of.get(member);
        return estimate === undefined
          ? { member, score: phi }
          : { member, score: estimate.mean, detail: detailOf(estimate) };
      });
      return {
        memory: writePool(extendPool(pool, now, options.generations, input)),
        scores,
        ...(lacking === null
          ? { pooled }
          : { note: `effective fitness (${options.estimator}): ${lacking}; last values are compared` }),
      };
    },
  };
}

/** What the decision log keeps of an estimate. */
export function detailOf({ mean, error }: Estimate): NonNullable<Score["detail"]> {
  return { estimate: short(mean), error: error === null || !Number.isFinite(error) ? null : short(error) };
}
