import type { Mutation, MutationInput, Population } from "../population/index.ts";
import { key, stream } from "../random/index.ts";
import {
  choice,
  constant,
  type Hyperparameters,
  integer,
  logInteger,
  logUniform,
  normal,
  ordinal,
  quantized,
  type SearchSpace,
  searchSpace,
  uniform,
  type Value,
} from "../space/index.ts";
import { type Demand, demandFor, frozen, isPlainJson, text } from "./expectations.ts";

export interface MutationContractOptions {
  /** Whether the rule moves things at all. False only for "no mutation". Default true. */
  readonly moves?: boolean;
  /** Mutations in a row, each of the result of the one before. Default 2000. */
  readonly mutations?: number;
  /** Seed. Default 0. */
  readonly seed?: number;
}

/** Every law, with zeros, fixed ones and groups. */
export function everyLaw(): SearchSpace<unknown> {
  return searchSpace({
    rate: logUniform(1e-5, 1e-1),
    dropout: uniform(0, 0.9),
    offset: uniform(-2, 3),
    gain: normal(0, 1),
    layers: integer(0, 6),
    pair: integer(1, 2),
    width: logInteger(1, 512),
    share: quantized(0, 1, 0.05),
    group: {
      batch: ordinal([16, 32, 64, 128]),
      optimiser: choice(["sgd", "adam", "lion"]),
      flag: choice([true, false]),
    },
    held: uniform(0, 1, { fixed: true }),
    name: constant("net"),
  });
}

/**
 * What every mutation must keep, as a function that any test framework can call: each value is one of its law, under
 * thousands of mutations in a row; names stay, in the order of the space; fixed hyperparameters never move; the rule
 * is pure and its reasons plain JSON; zero, tiny values and the bounds are no traps; integers, ordered and unordered
 * values reach every value.
 * @throws Error that says which clause failed, with the value
 * @example
 * it("keeps the contract", () => mutationContract(gaussian({ sigma: 0.2 })));
 */
export function mutationContract(mutation: Mutation, options: MutationContractOptions = {}): void {
  const { moves = true, mutations = 2000, seed = 0 } = options;
  const demand = demandFor(text(mutation.spec));
  demand(isPlainJson(mutation.spec), "needs a spec of plain JSON");
  const space = everyLaw();
  const founder = space.sample(stream(key(seed), "mutation-contract"));
  const seen = new Map<string, Set<Value>>(space.names.map((name) => [name, new Set()]));
  let current = founder;
  for (let generation = 0; generation < mutations; generation++) {
    const given = input(space, current, generation, seed);
    const { hyperparameters, detail } = mutation.mutate(given);
    check(space, founder, hyperparameters, demand);
    demand(detail === undefined || isPlainJson(detail), "gives reasons that are not plain JSON");
    if (generation < 50) {
      demand(
        text(mutation.mutate(given)) === text({ hyperparameters, detail }),
        "gives two results for one input",
      );
    }
    for (const name of space.names) seen.get(name)!.add(hyperparameters[name]!);
    current = hyperparameters;
  }
  if (!moves) return;
  for (const [i, name] of space.names.entries()) {
    const { cardinality, fixed } = space.distributions[i]!;
    const reached = seen.get(name)!.size;
    if (fixed) continue;
    const least = cardinality <= 50 ? cardinality : 50;
    demand(
      reached >= least,
      `reached ${reached} of ${cardinality} values of ${name} in ${mutations} mutations`,
    );
  }
  leavesTraps(mutation, space, founder, seed, demand);
}

/** From zero, from a tiny value and from both bounds every number gets away. */
function leavesTraps(
  mutation: Mutation,
  space: SearchSpace<unknown>,
  founder: Hyperparameters,
  seed: number,
  demand: Demand,
): void {
  const traps: Record<string, readonly Value[]> = {
    dropout: [0, 1e-12, 0.9],
    offset: [0, -2, 3],
    layers: [0, 6],
    width: [1, 512],
    share: [0, 1],
    rate: [1e-5, 1e-1],
  };
  for (const [name, values] of Object.entries(traps)) {
    const distribution = space.distributions[space.names.indexOf(name)]!;
    for (const value of values) {
      const start = distribution.encode(value);
      let current: Hyperparameters = { ...founder, [name]: value };
      let furthest = 0;
      for (let generation = 0; generation < 200; generation++) {
        current = mutation.mutate(input(space, current, generation, seed + 1)).hyperparameters;
        furthest = Math.max(furthest, Math.abs(distribution.encode(current[name]!) - start));
      }
      demand(
        furthest >= 0.05,
        `cannot leave ${name} = ${String(value)}: went ${furthest} of its range in 200 mutations`,
      );
    }
  }
}

function check(
  space: SearchSpace<unknown>,
  founder: Hyperparameters,
  h: Hyperparameters,
  demand: Demand,
): void {
  demand(text(Object.keys(h)) === text(space.names), `gives names ${Object.keys(h).join(", ")}`);
  for (const [i, name] of space.names.entries()) {
    const distribution = space.distributions[i]!;
    const value = h[name]!;
    demand(
      distribution.contains(value),
      `gives ${name} = ${String(value)}, outside ${distribution.describe()}`,
    );
    demand(
      !distribution.fixed || value === founder[name],
      `moves ${name}, which is fixed, to ${String(value)}`,
    );
  }
}

function input(
  space: SearchSpace<unknown>,
  parent: Hyperparameters,
  generation: number,
  seed: number,
): MutationInput {
  const population: Population = {
    generation,
    memory: null,
    members: [0, 1].map((id) => ({
      id,
      founder: id,
      parent: id,
      hyperparameters: parent,
      step: 10 * generation,
      generation,
      checkpoint: { member: id, generation, step: 10 * generation },
      status: "active",
    })),
  };
  const scores = [
    { member: 0, score: 0 },
    { member: 1, score: 1 },
  ];
  frozen(population);
  return {
    parent: frozen(parent),
    space,
    member: 0,
    generation,
    key: key(seed),
    population,
    scores: frozen(scores),
  };
}
