import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { choice, logUniform, searchSpace, uniform } from "../../space/index.ts";
import { genealogyOf, type GenealogyOptions } from "../fixtures/genealogies.ts";
import { dependenceOf, level } from "./dependence.ts";

const space = searchSpace({ a: uniform(0, 1), b: logUniform(1e-5, 1e-1), c: choice(["x", "y", "z"]) });
const wide = searchSpace(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`h${i}`, uniform(0, 1)])));
const boltzmann = { selection: { kind: "boltzmann", beta: 1 } };
const resample = {
  mutation: { kind: "resample", probability: 0.25, otherwise: { kind: "pbtPerturb" } },
};
const usual = { members: 12, generations: 30, space };

const nulls: readonly (readonly [string, Omit<GenealogyOptions, "seed">])[] = [
  ["random walks, truncation", { ...usual, walk: 1, noise: 0.1 }],
  ["fresh noise, truncation", { ...usual, walk: 0, noise: 1 }],
  ["random walks, Boltzmann", { ...usual, walk: 1, noise: 0.1, rules: boltzmann }],
  ["fresh noise, Boltzmann", { ...usual, walk: 0, noise: 1, rules: boltzmann }],
  ["both, new draws", { ...usual, members: 20, walk: 0.5, noise: 0.5, rules: resample }],
  ["random walks, forty hyperparameters", { ...usual, members: 8, space: wide, walk: 1, noise: 0.3 }],
];

/*
 * How often an effect is told where there is none. The level, p ≤ 0.01, was chosen with seeds 1000 to 1199. Then, once, with
 * seeds that nothing had been run with (920000 to 920999, keys of the permutations 7000000 further on), 1000 runs of each kind;
 * counts, and the 95 % interval of Clopper and Pearson for the rate in per cent:
 *
 *                                          p ≤ 0.01              p ≤ 0.05
 *   random walks, truncation               12   0.6 … 2.1        61   4.7 … 7.8
 *   fresh noise, truncation                15   0.8 … 2.5        56   4.3 … 7.2
 *   random walks, Boltzmann                 7   0.3 … 1.4        54   4.1 … 7.0
 *   fresh noise, Boltzmann                 10   0.5 … 1.8        52   3.9 … 6.8
 *   both, new draws                         4   0.1 … 1.0        50   3.7 … 6.5
 *   random walks, forty hyperparameters    16   0.9 … 2.6        56   4.3 … 7.2
 *   random walks, score auto (of 500)       4   0.2 … 2.0        27   3.6 … 7.8   (seeds 930000 to 930499)
 *
 * So the level keeps what it says, within its interval for every kind, and stays far below the 5 % that are promised. Below are
 * the first 200 of these seeds.
 */
const runs = 200;
const first = 920_000;

describe("trainers that ignore their hyperparameters", () => {
  it.each(nulls)("%s: fitness is said to depend on one in at most 5 % of runs", (_, options) => {
    let said = 0;
    for (let seed = first; seed < first + runs; seed++) {
      const { p } = dependenceOf(genealogyOf({ ...options, seed }), key(seed + 7_000_000))!;
      if (p.some((one) => one !== null && one <= level)) said++;
    }
    expect(said / runs).toBeLessThanOrEqual(0.05);
  });
});
