import type { Problem } from "./problem.ts";
import { digitsFewWrong, digitsManyWrong } from "./problems/digits.ts";
import { doubleWell } from "./problems/doubleWell.ts";
import { driftingDigits } from "./problems/driftingDigits.ts";
import { gibbsWell, noisyMixture } from "./problems/gibbs.ts";
import { greedyDeceives, greedyPays } from "./problems/greedy.ts";
import { bandit, chain } from "./problems/policyGradient.ts";
import { illConditioned, shortHorizon } from "./problems/quadratics.ts";
import { recurrent } from "./problems/recurrent.ts";
import { ridgeLangevin } from "./problems/ridgeLangevin.ts";
import { exhaustion, pbtToy, triangle } from "./problems/toys.ts";
import { tracking } from "./problems/tracking.ts";

/*
 * Fixed before the first run of the comparison; changed only by a commit that says why.
 *
 * Outcome: `Outcome.truth` of `simulate`. Test: paired t test over seeds of ln(truth / truth of instantaneous), 95 %
 * interval, Holm's correction over all cells of the tables (scores and rules; intervals of the default score; the automatic
 * interval, whose reference is the one that it begins with; choice among its finalists, whose reference is the choice by fresh
 * evaluations), level 0.05. A mean difference below 2 % in size
 * is called none, whatever its p value.
 *
 * A peer (`--python`, Optuna's TPE) is no population: as many trials as members, one after another, each for the whole run
 * with hyperparameters that do not change; it may begin anywhere in the space. Its column is compared in a table of its own,
 * together with `auto`'s: `--from … --methods=auto,"Optuna TPE"`.
 *
 * The rule of `auto` may be worked on with the problems that are not held out, and with the working seeds only.
 *
 * History. A first table (seeds 1000 to 1023, ten methods at one interval) showed that `auto` gained too little where the
 * clocks are separated; its rule was changed with working seeds and tried on seeds 2000 to 2023. Both are spent. Before the
 * present table was run: `leaky units` left (every method reached its floor: nothing to compare) for `recurrent`, a network
 * trained through time; the two toys that motivate less greedy training, `greedy pays` and `greedy deceives`, joined, and
 * `drifting digits`, a real learning problem with separated clocks; three other intervals, and other choices among the
 * finalists, joined the columns. Seeds are new.
 *
 * The automatic interval got another rule and another first guess after that table had shown its column to gain nothing. They
 * were worked on with seeds 5000 to 5129, on the problems that are not held out; on "greedy pays" alone, to find out why, the
 * former rule was looked at. Then the two columns `interval first` and `interval auto` were run on the seeds of the table, once;
 * all other columns are as they were. `--budget=8` repeats these two with eight times the steps: a table of its own.
 */

export const problems: readonly Problem[] = [
  gibbsWell,
  noisyMixture,
  doubleWell,
  ridgeLangevin,
  tracking,
  driftingDigits,
  digitsFewWrong,
  digitsManyWrong,
  recurrent,
  illConditioned,
  shortHorizon,
  exhaustion,
  greedyPays,
  greedyDeceives,
  bandit,
  chain,
  triangle,
  pbtToy,
];

/** Seeds of the table. */
export const seeds: readonly number[] = Array.from({ length: 24 }, (_, i) => 3000 + i);

/** Seeds with which rules may be worked on. */
export const workingSeeds: readonly number[] = Array.from({ length: 24 }, (_, i) => i);

/** |mean of ln ratio| below this is no difference. */
export const margin = 0.02;
export const level = 0.05;
