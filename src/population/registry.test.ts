import { describe, expect, it } from "vitest";
import type { Json } from "../space/index.ts";
import { fitnessContract } from "../testing/fitness-contract.ts";
import { mutationContract } from "../testing/mutation-contract.ts";
import { selectionContract } from "../testing/selection-contract.ts";
import { fitnessFrom, mutationFrom, registry, rulesFrom, rulesSpec, selectionFrom } from "./index.ts";

const selections: Json[] = [
  { kind: "none" },
  { kind: "truncation" },
  { kind: "truncation", fraction: 0.5 },
  { kind: "binaryTournament" },
  { kind: "binaryTournament", probability: 0.5 },
  { kind: "boltzmann" },
  { kind: "boltzmann", beta: 2, standardise: true, probability: 0.5, mutates: "all" },
  { kind: "fermi", beta: 1, probability: 0.7 },
  { kind: "linearPairwise" },
  { kind: "wrightFisher" },
  { kind: "wrightFisher", beta: 1, standardise: true, mutates: "all" },
  { kind: "welch", alpha: 0.2, window: 5 },
  { kind: "multiFrequency", frequencies: [1, 3], fraction: 0.25 },
];

const mutations: Json[] = [
  { kind: "none" },
  { kind: "keepOwn" },
  { kind: "gaussian" },
  { kind: "gaussian", sigma: 2, step: 0.1, switch: 1 },
  { kind: "pbtPerturb" },
  { kind: "pbtPerturb", factors: [0.8, 1.2], step: 0.5, switch: 0.5 },
  { kind: "pb2" },
  { kind: "pb2", forgetting: 0, sigma: 0.2, candidates: 20 },
  { kind: "resample" },
  { kind: "resample", probability: 1, otherwise: { kind: "pbtPerturb" } },
  {
    kind: "mixture",
    of: [
      { weight: 3, mutation: { kind: "gaussian", sigma: 0.05 } },
      { weight: 1, mutation: { kind: "resample" } },
    ],
  },
  { kind: "compose", of: [{ kind: "gaussian" }, { kind: "pbtPerturb" }, { kind: "gaussian" }] },
  {
    kind: "perHyperparameter",
    rules: { rate: { kind: "pbtPerturb" }, "group.batch": { kind: "resample" } },
    otherwise: { kind: "gaussian", sigma: 0.3 },
  },
];

const fitnesses: Json[] = [
  { kind: "instantaneous" },
  { kind: "intervalAverage" },
  { kind: "lineageEma" },
  { kind: "lineageEma", weight: 1 },
  { kind: "improvementRate" },
  { kind: "effective" },
  { kind: "effective", estimator: "quad", averaged: false, generations: 1, decay: 1 },
  { kind: "effective", estimator: "nw", generations: 2 },
  { kind: "effective", estimator: "ll", generations: 2 },
  { kind: "blend" },
  { kind: "blend", estimator: "quad", averaged: false, generations: 3, decay: 0.5 },
  { kind: "transition" },
  { kind: "transition", estimator: "gp", generations: 5, decay: 0.9, horizon: 1 },
  { kind: "auto" },
  { kind: "fire" },
  { kind: "fire", memory: 0, generations: 2 },
];

const kindOf = (spec: Json): string => (spec as { kind: string }).kind;
const named = (specs: readonly Json[]): [string, Json][] => specs.map((spec) => [JSON.stringify(spec), spec]);

describe("every rule of the registry", () => {
  it("is in the tables of this test", () => {
    const own = (specs: readonly Json[]): string[] => [...new Set(specs.map(kindOf))].toSorted();
    expect(Object.keys(registry.selection)).toEqual(expect.arrayContaining(own(selections)));
    expect(own(selections)).toEqual(Object.keys(registry.selection).toSorted());
    expect(own(mutations)).toEqual(Object.keys(registry.mutation).toSorted());
    expect(Object.keys(registry.fitness)).toEqual(expect.arrayContaining(own(fitnesses)));
  });

  it.each(named(selections))("selection %s keeps the contract", (_, spec) => {
    expect(() =>
      selectionContract(selectionFrom(spec), {
        selects: kindOf(spec) !== "none",
        neutral: kindOf(spec) !== "multiFrequency",
      }),
    ).not.toThrow();
  });

  it.each(named(mutations))("mutation %s keeps the contract", (_, spec) => {
    expect(() =>
      mutationContract(mutationFrom(spec), { moves: !["none", "keepOwn"].includes(kindOf(spec)) }),
    ).not.toThrow();
  });

  it.each(named(fitnesses))("fitness %s keeps the contract", (_, spec) => {
    expect(() => fitnessContract(fitnessFrom(spec))).not.toThrow();
  });

  it("comes back from its spec, defaults included", () => {
    for (const spec of selections) {
      const rule = selectionFrom(spec);
      expect(rule.spec).toMatchObject(spec as object);
      expect(selectionFrom(JSON.parse(JSON.stringify(rule.spec)) as Json).spec).toEqual(rule.spec);
    }
    for (const spec of mutations) {
      const rule = mutationFrom(spec);
      expect(rule.spec).toMatchObject(spec as object);
      expect(mutationFrom(JSON.parse(JSON.stringify(rule.spec)) as Json).spec).toEqual(rule.spec);
    }
    for (const spec of fitnesses) {
      const rule = fitnessFrom(spec);
      expect(rule.spec).toMatchObject(spec as object);
      expect(fitnessFrom(JSON.parse(JSON.stringify(rule.spec)) as Json).spec).toEqual(rule.spec);
    }
  });
});

describe("specs that do not fit", () => {
  it("name the known kinds and options", () => {
    expect(() => selectionFrom({ kind: "truncatoin" })).toThrow(
      /^selection\.kind: needs one of none, truncation, .*, got "truncatoin"$/,
    );
    expect(() => selectionFrom({ kind: "truncation", fractoin: 0.1 })).toThrow(
      "truncation: knows fraction, got fractoin",
    );
    expect(() => fitnessFrom({ kind: "instantaneous", window: 3 })).toThrow(
      "instantaneous: takes no options, got window",
    );
    expect(() => mutationFrom("gaussian")).toThrow('mutation: needs an object, got "gaussian"');
    expect(() => mutationFrom({ kind: "toString" })).toThrow(/^mutation\.kind: needs one of/);
    expect(() => mutationFrom({ kind: "mixture", of: 3 })).toThrow("mixture.of: needs a list, got 3");
  });

  it.each<[() => unknown, string]>([
    [
      () => selectionFrom({ kind: "truncation", fraction: 0.7 }),
      "truncation.fraction: needs 0 < fraction <= 0.5, got 0.7",
    ],
    [
      () => selectionFrom({ kind: "truncation", fraction: "0.2" }),
      'truncation.fraction: needs 0 < fraction <= 0.5, got "0.2"',
    ],
    [
      () => selectionFrom({ kind: "boltzmann", beta: 0, mutates: "some" }),
      'boltzmann.beta: needs a finite beta > 0, got 0\nboltzmann.mutates: needs "copies" or "all", got "some"',
    ],
    [() => selectionFrom({ kind: "welch", window: 1.5 }), "welch.window: needs an integer >= 2, got 1.5"],
    [
      () => mutationFrom({ kind: "gaussian", sigma: -1, switch: 2 }),
      "gaussian.sigma: needs a finite sigma > 0, got -1\ngaussian.switch: needs 0 <= switch <= 1, got 2",
    ],
    [
      () => mutationFrom({ kind: "pbtPerturb", factors: [1.2, 0.8] }),
      "pbtPerturb.factors: needs [down, up] with 0 < down < 1 < up, got [1.2,0.8]",
    ],
    [
      () => mutationFrom({ kind: "mixture", of: [{ weight: 0, mutation: { kind: "gaussian" } }] }),
      "mixture.weights: needs finite numbers >= 0, at least one of them > 0, got [0]",
    ],
    [() => fitnessFrom({ kind: "lineageEma", weight: 0 }), "lineageEma.weight: needs 0 < weight <= 1, got 0"],
  ])("say place, need and what came (%#)", (build, message) => {
    expect(build).toThrow(message);
  });
});

describe("rules", () => {
  const spec = {
    selection: { kind: "truncation", fraction: 0.25 },
    mutation: { kind: "gaussian", sigma: 0.1, step: 0.5, switch: 0.25 },
    fitness: { kind: "lineageEma", weight: 0.5 },
    sign: -1,
    control: "frozen",
  };

  it("go to JSON and come back", () => {
    expect(rulesSpec(rulesFrom(spec))).toEqual(spec);
  });

  it("report every part that is not understood at once", () => {
    expect(() =>
      rulesFrom({ ...spec, selection: { kind: "x" }, fitness: 3, sign: 2, control: "off" }),
    ).toThrow(
      /selection\.kind.*\nfitness: needs an object, got 3\nrules\.sign: needs 1 or -1, got 2\nrules\.control: needs none, random-search or frozen, got "off"/,
    );
  });

  it("accept a caller's own rule", () => {
    const own = {
      ...registry,
      fitness: {
        ...registry.fitness,
        mine: {
          options: [],
          build: () => ({ ...fitnessFrom({ kind: "instantaneous" }), spec: { kind: "mine" } }),
        },
      },
    };
    expect(rulesFrom({ ...spec, fitness: { kind: "mine" } }, own).fitness.spec.kind).toBe("mine");
  });
});
