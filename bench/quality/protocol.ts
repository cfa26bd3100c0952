import { digitsFewWrong, digitsManyWrong } from "./problems/digits.ts";
import { doubleWell } from "./problems/doubleWell.ts";
import { gibbsWell, noisyMixture } from "./problems/gibbs.ts";
import { leaky } from "./problems/leaky.ts";
import { bandit, chain } from "./problems/policyGradient.ts";
import { illConditioned, shortHorizon } from "./problems/quadratics.ts";
import { ridgeLangevin } from "./problems/ridgeLangevin.ts";
import { exhaustion, pbtToy, triangle } from "./problems/toys.ts";
import { tracking } from "./problems/tracking.ts";
import type { Problem } from "./problem.ts";

/*
 * Fixed before the first run of the comparison; changed only by a commit that says why.
 *
 * Outcome: `Outcome.truth` of `simulate`. Test: paired t test over seeds of ln(truth / truth of instantaneous), 95 %
 * interval, Holm's correction over the whole table (problems × methods other than the reference), level 0.05. A mean
 * difference below 2 % in size is called none, whatever its p value.
 *
 * The rule of `auto` may be worked on with the problems that are not held out, and with the working seeds only.
 */

export const problems: readonly Problem[] = [
  gibbsWell,
  noisyMixture,
  doubleWell,
  ridgeLangevin,
  tracking,
  digitsFewWrong,
  digitsManyWrong,
  leaky,
  illConditioned,
  shortHorizon,
  exhaustion,
  bandit,
  chain,
  triangle,
  pbtToy,
];

/** Seeds of the table. */
export const seeds: readonly number[] = Array.from({ length: 24 }, (_, i) => 1000 + i);

/** Seeds with which rules may be worked on. */
export const workingSeeds: readonly number[] = Array.from({ length: 12 }, (_, i) => i);

/**
 * Seeds for a second look: the first table showed that `auto` gained too little where the clocks are separated. Its rule was
 * changed with the working seeds of problems that are not held out, then compared on these, which nobody had seen.
 */
export const freshSeeds: readonly number[] = Array.from({ length: 24 }, (_, i) => 2000 + i);

/** |mean of ln ratio| below this is no difference. */
export const margin = 0.02;
export const level = 0.05;
