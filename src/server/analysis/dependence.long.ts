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

const runs = 200;

describe("trainers that ignore their hyperparameters", () => {
  it.each(nulls)("%s: fitness is said to depend on one in at most 5 % of runs", (_, options) => {
    let said = 0;
    for (let seed = 1000; seed < 1000 + runs; seed++) {
      const { p } = dependenceOf(genealogyOf({ ...options, seed }), key(seed - 1000))!;
      if (p.some((one) => one !== null && one <= level)) said++;
    }
    expect(said / runs).toBeLessThanOrEqual(0.05);
  });
});
