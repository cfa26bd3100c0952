import {
  type Candidate,
  finalists,
  greedySoup,
  rankFinalists,
  type SoupTrial,
} from "../../src/population/index.ts";
import { key, stream } from "../../src/random/index.ts";
import type { Hyperparameters } from "../../src/space/index.ts";
import type { Instance, Problem } from "./problem.ts";

/** As the engine does it: so many finalists, each evaluated so often with fresh draws. */
const FINALISTS = 5;
const AGAIN = 4;

export interface Contender extends Candidate {
  readonly state: Float64Array;
  readonly hyperparameters: Hyperparameters;
}

export interface Finals {
  /** Truth of the finalist whose fresh evaluations are best. */
  readonly truth: number;
  /** Truth of who had the best last value. */
  readonly lastValue: number;
  /** Truth of the greedy soup of the finalists; null where states cannot be merged. */
  readonly soup: number | null;
}

/** @param last the states at the last boundary with their values; @param all those and the best ever */
export function judge(
  problem: Problem,
  instance: Instance,
  last: readonly Contender[],
  all: readonly Contender[],
  seed: number,
): Finals {
  const evaluate = (one: Pick<Contender, "state" | "hyperparameters">, purpose: string, place: number) =>
    Array.from({ length: AGAIN }, (_, n) =>
      instance.evaluate(one.state, one.hyperparameters, stream(key(seed), purpose, place, n)),
    );
  const ranked = rankFinalists(
    finalists(all, { count: FINALISTS, sign: -1 }).map((candidate, i) => ({
      candidate,
      values: evaluate(candidate, "again", i),
    })),
    -1,
  );
  const winner = ranked[0]!;
  const [luckiest] = last.toSorted((a, b) => a.value - b.value);
  const truth = (one: Pick<Contender, "state" | "hyperparameters">): number =>
    instance.truth(one.state, one.hyperparameters);
  if (!problem.mergeable) return { truth: truth(winner.candidate), lastValue: truth(luckiest!), soup: null };
  const merged = (of: readonly number[]) => {
    const states = of.map((place) => ranked[place]!.candidate.state);
    return {
      state: states[0]!.map((_, k) => states.reduce((sum, state) => sum + state[k]! / states.length, 0)),
      hyperparameters: winner.candidate.hyperparameters,
    };
  };
  const trials: SoupTrial[] = [];
  const begin = { mean: winner.mean!, interval: winner.interval };
  let soup = greedySoup(begin, ranked.length, trials, -1);
  while (soup.next !== null) {
    trials.push({ of: soup.next, values: evaluate(merged(soup.next), "soup", trials.length) });
    soup = greedySoup(begin, ranked.length, trials, -1);
  }
  return {
    truth: truth(winner.candidate),
    lastValue: truth(luckiest!),
    soup: truth(soup.of.length > 1 ? merged(soup.of) : winner.candidate),
  };
}
