import type { SearchSpace } from "../../space/index.ts";
import type { MemberId, Population, Score } from "../types.ts";
import { selectionDifferential } from "./selectionDifferential.ts";

/** Decaying means over recent generations, each with its weight. */
export interface Differentials {
  /** Standardised selection differential of the score. */
  readonly score: Averaged;
  /** Of F̂ at the members: over that of the score it is √R. */
  readonly estimate: Averaged;
  /** Of each hyperparameter's encoded values; unordered ones stay empty. */
  readonly traits: readonly Averaged[];
}

export type Averaged = readonly [mean: number, weight: number];

export const noDifferentials: Differentials = { score: [0, 0], estimate: [0, 0], traits: [] };

/** What one slow step selected. */
export interface Selected {
  readonly before: Population;
  readonly counts: readonly number[];
  readonly scores: readonly Score[];
  /** F̂ by member. */
  readonly heights: { readonly [member: string]: number };
  readonly space: SearchSpace<unknown>;
  /** Part of a generation that the step was, and what older ones weigh after it. */
  readonly share: number;
  readonly keep: number;
}

/**
 * The standardised selection differentials, per generation: a slow step of one ready member is the N-th part of one.
 * @see docs/theory, T9.4
 */
export function addDifferentials(past: Differentials, step: Selected): Differentials {
  const { before, counts, scores, heights, space, share, keep } = step;
  const { members } = before;
  const idle = counts.every((count) => count === 1);
  const scoreOf = new Map<MemberId, number | null>(scores.map(({ member, score }) => [member, score]));
  const add = (so: Averaged, values: () => readonly (number | null)[]): Averaged => {
    // Nobody was copied: no differential, whatever the spread.
    const value = idle ? 0 : (selectionDifferential(values(), counts)?.standardised ?? null);
    return average(so, value, keep, share);
  };
  return {
    score: add(past.score, () => members.map(({ id }) => scoreOf.get(id) ?? null)),
    estimate:
      Object.keys(heights).length === 0
        ? average(past.estimate, null, keep, share)
        : add(past.estimate, () => members.map(({ id }) => heights[`${id}`] ?? null)),
    traits: space.distributions.map((distribution, d): Averaged => {
      const { topology, fixed } = distribution;
      if (fixed || topology === "fixed" || topology === "unordered") return [0, 0];
      const name = space.names[d]!;
      return add(past.traits[d] ?? [0, 0], () =>
        members.map(({ hyperparameters }) => distribution.encode(hyperparameters[name]!)),
      );
    }),
  };
}

/** Decaying mean with its weight; `value` is of the part `share` of a generation, the mean is per generation. */
export function average([mean, weight]: Averaged, value: number | null, keep: number, share = 1): Averaged {
  if (value === null) return [mean, keep * weight];
  const next = keep * weight + share;
  return [mean + (value - share * mean) / next, next];
}
