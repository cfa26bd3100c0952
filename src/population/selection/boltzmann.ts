import { stream } from "../../random/index.ts";
import { demand, positiveOption, probabilityOption } from "../options.ts";
import type { Choice, Selection } from "../types.ts";
import { boltzmannWeights, cumulative, position } from "./weights.ts";

export interface BoltzmannOptions {
  /** Selection strength per unit of score: > 0. Default 5. */
  readonly beta?: number;
  /** Measure scores in their standard deviations, so that β does not depend on their unit. Default false. */
  readonly standardise?: boolean;
  /** Chance that a member draws a parent in a step, 0 … 1: 1 − e^(−λτ) for a Poisson clock. Default 1. */
  readonly probability?: number;
  /** `copies` (default): who draws itself stays as it is. `all`: it stays, and its hyperparameters mutate. */
  readonly mutates?: "copies" | "all";
}

/**
 * Boltzmann selection: each member draws its parent, itself included, with probability
 *
 *     P(j) = e^(β φ_j) / Σ e^(β φ)
 *
 * independently of the others. In the two-time-scale limit it sees not E φ but (1/β) log E e^(βφ): it rewards
 * hyperparameters whose fitness fluctuates. `wrightFisher` has the same mean and less noise.
 * @throws UsageError naming every option out of range
 */
export function boltzmann(options: BoltzmannOptions = {}): Selection {
  const { beta = 5, standardise = false, probability = 1, mutates = "copies" } = options;
  demand("boltzmann", [
    positiveOption("beta", beta),
    probabilityOption("probability", probability),
    ...weightOptions(standardise, mutates),
  ]);
  return {
    spec: { kind: "boltzmann", beta, standardise, probability, mutates },
    select(contestants, key, generation) {
      const sorted = contestants.toSorted((a, b) => a.id - b.id);
      const parents = sorted.filter(({ eligible }) => eligible);
      const sums = cumulative(
        boltzmannWeights(
          parents.map(({ score }) => score!),
          beta,
          standardise,
        ),
      );
      const total = sums.at(-1) ?? 0;
      return sorted
        .filter(({ replaceable }) => replaceable)
        .map(({ id, eligible }): Choice => {
          if (parents.length === 0) {
            return { member: id, donor: null, reason: "failed, and no member can be copied" };
          }
          const draws = stream(key, "boltzmann", id, generation);
          const draw = draws.uniform();
          if (eligible && probability < 1 && draws.uniform() >= probability) {
            return { member: id, donor: null, reason: "drew no parent" };
          }
          const parent = parents[position(sums, draw * total)]!.id;
          const detail = { draw };
          if (parent !== id) {
            return { member: id, donor: parent, reason: eligible ? "drew a parent" : "failed", detail };
          }
          return { member: id, donor: mutates === "all" ? id : null, reason: "drew itself", detail };
        });
    },
  };
}

/** Requirements of the options that Boltzmann and Wright–Fisher share. */
export function weightOptions(standardise: unknown, mutates: unknown): Parameters<typeof demand>[1] {
  return [
    {
      name: "standardise",
      value: standardise,
      needs: "true or false",
      holds: typeof standardise === "boolean",
    },
    {
      name: "mutates",
      value: mutates,
      needs: '"copies" or "all"',
      holds: mutates === "copies" || mutates === "all",
    },
  ];
}
