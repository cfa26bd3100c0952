import { permutation, stream } from "../../random/index.ts";
import { demand, positiveOption } from "../options.ts";
import type { Choice, MemberId, Selection } from "../types.ts";
import { weightOptions } from "./boltzmann.ts";
import { boltzmannWeights } from "./weights.ts";

export interface WrightFisherOptions {
  /** Selection strength per unit of score: > 0. Default 5. */
  readonly beta?: number;
  /** Measure scores in their standard deviations, so that β does not depend on their unit. Default false. */
  readonly standardise?: boolean;
  /** `copies` (default): the first descendant of a member is itself, unchanged. `all`: it too mutates. */
  readonly mutates?: "copies" | "all";
}

/**
 * Wright–Fisher selection with systematic resampling: of M places to fill, member j gets k_j with
 *
 *     E[k_j] = M w_j / Σ w,   w = e^(βφ),   |k_j − E[k_j]| < 1
 *
 * so the chance of the draw adds less noise than independent draws do. Members are laid out in a random order of the
 * generation; one uniform number decides all. A member with k_j ≥ 1 descends from itself first; its further copies
 * fill the places of members with k = 0.
 * @throws UsageError naming every option out of range
 * @see Kitagawa 1996, Monte Carlo Filter and Smoother for Non-Gaussian Nonlinear State Space Models
 */
export function wrightFisher(options: WrightFisherOptions = {}): Selection {
  const { beta = 5, standardise = false, mutates = "copies" } = options;
  demand("wrightFisher", [positiveOption("beta", beta), ...weightOptions(standardise, mutates)]);
  return {
    spec: { kind: "wrightFisher", beta, standardise, mutates },
    select(contestants, key, generation) {
      const sorted = contestants.toSorted((a, b) => a.id - b.id);
      const parents = sorted.filter(({ eligible }) => eligible);
      const places = sorted.filter(({ replaceable }) => replaceable);
      if (parents.length === 0) {
        const reason = "failed, and no member can be copied";
        return places.map(({ id }): Choice => ({ member: id, donor: null, reason }));
      }
      const weights = boltzmannWeights(
        parents.map(({ score }) => score!),
        beta,
        standardise,
      );
      const draws = stream(key, "wrightFisher", 0, generation);
      const order = permutation(draws, parents.length);
      const offset = draws.uniform();
      const counts = systematic(weights, order, places.length, offset);
      const countOf = new Map<MemberId, number>(parents.map(({ id }, i) => [id, counts[i]!]));
      const stays = new Set<MemberId>();
      for (const { id } of places) if ((countOf.get(id) ?? 0) > 0) stays.add(id);
      const surplus = parents.flatMap(({ id }) =>
        Array.from({ length: countOf.get(id)! - (stays.has(id) ? 1 : 0) }, () => id),
      );
      let next = 0;
      return places.map(({ id, eligible }): Choice => {
        const offspring = countOf.get(id) ?? 0;
        const detail = { offspring, offset };
        if (stays.has(id)) {
          return {
            member: id,
            donor: mutates === "all" ? id : null,
            reason: "descends from itself",
            detail,
          };
        }
        return {
          member: id,
          donor: surplus[next++]!,
          reason: eligible ? "no descendants" : "failed",
          detail,
        };
      });
    },
  };
}

/**
 * Systematic resampling: the points (m + offset), m = 0 … places−1, fall into intervals of length places·w/Σw.
 * @param order permutation of positions in which the intervals are laid out
 * @returns counts `[n]`, Σ = places
 */
export function systematic(
  weights: ArrayLike<number>,
  order: readonly number[],
  places: number,
  offset: number,
): number[] {
  let total = 0;
  for (const i of order) total += weights[i]!;
  const counts = Array.from({ length: weights.length }, () => 0);
  let edge = 0;
  let point = 0;
  for (const i of order) {
    edge += weights[i]!;
    // The last edge is the total to the bit, so all places are filled.
    const until = (edge / total) * places;
    while (offset < until - point) {
      counts[i] = counts[i]! + 1;
      point++;
    }
  }
  return counts;
}
