import { summarise } from "./winner.ts";

/** A mixture of finalists' states with equal weights, and its fresh evaluations. */
export interface SoupTrial {
  /** Places in the ranking of finalists, 0 = the winner; sorted. */
  readonly of: readonly number[];
  readonly values: readonly (number | null)[];
}

/** Where a greedy soup stands. */
export interface Soup {
  /** What is in it; `[0]`: the winner alone. */
  readonly of: readonly number[];
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
  /** The mixture to evaluate next; null: none is left. */
  readonly next: readonly number[] | null;
}

/**
 * Greedy soup: beginning with the winner, each further finalist is mixed in with equal weights, and stays when the
 * mixture's fresh evaluations are better on average than those of the mixture before. It never ends below the winner.
 * @param winner mean and interval of the winner's own evaluations
 * @param finalists how many are ranked, the winner among them
 * @param trials those done so far, in order
 * @param sign +1 where the metric is maximised, −1 where it is minimised
 * @see Wortsman et al. 2022, "Model soups", recipe 1
 */
export function greedySoup(
  winner: Pick<Soup, "mean" | "interval">,
  finalists: number,
  trials: readonly SoupTrial[],
  sign: 1 | -1,
): Soup {
  let current: Omit<Soup, "next"> = { of: [0], mean: winner.mean, interval: winner.interval };
  for (const { of, values } of trials) {
    const { mean, interval } = summarise(values);
    if (mean !== null && sign * mean > sign * current.mean) current = { of, mean, interval };
  }
  const place = 1 + trials.length;
  return { ...current, next: place < finalists ? [...current.of, place] : null };
}
