import { mean, welchT } from "../../math/index.ts";
import { demand, isWithin, probabilityOption } from "../options.ts";
import type { Selection } from "../types.ts";
import { pairwise } from "./pairwise.ts";

export interface WelchOptions {
  /** Significance level of the one-sided test: 0 < alpha < 1. Default 0.05. */
  readonly alpha?: number;
  /** Newest reports of each member that enter the test: an integer ≥ 2. Default 10. */
  readonly window?: number;
  /** Chance that a member meets another one in a step, 0 … 1. Default 1. */
  readonly probability?: number;
}

/**
 * Significance gate: each member meets a random other one and copies it if that one's recent reports are larger by
 * Welch's t-test, P(T ≥ t) < α. Needs at least two reports of both within their interval; without them nobody copies
 * (members that failed still do).
 * @throws UsageError naming every option out of range
 * @see Jaderberg et al. 2017, Population Based Training of Neural Networks
 */
export function welch({ alpha = 0.05, window = 10, probability = 1 }: WelchOptions = {}): Selection {
  demand("welch", [
    {
      name: "alpha",
      value: alpha,
      needs: "0 < alpha < 1",
      holds: isWithin(alpha, Number.MIN_VALUE, 1 - Number.EPSILON),
    },
    {
      name: "window",
      value: window,
      needs: "an integer >= 2",
      holds: Number.isInteger(window) && window >= 2,
    },
    probabilityOption("probability", probability),
  ]);
  return pairwise({ kind: "welch", alpha, window, probability }, probability, ({ own, other }) => {
    const mine = own.samples.slice(-window);
    const theirs = other.samples.slice(-window);
    const test = welchT(theirs, mine);
    if (test === null) {
      const detail = { reports: mine.length, opponentReports: theirs.length };
      return { replaced: false, reason: "too few reports for a test", detail };
    }
    const replaced = test.greater < alpha;
    return {
      replaced,
      reason: replaced ? "significantly worse" : "not significantly worse",
      detail: { mean: mean(mine), opponentMean: mean(theirs), p: test.greater },
    };
  });
}
