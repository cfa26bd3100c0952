import { UsageError } from "../errors/index.ts";
import type { Json } from "../space/index.ts";
import { autoFitness } from "./fitness/auto.ts";
import { blend } from "./fitness/blend.ts";
import { effective } from "./fitness/effective.ts";
import { fire } from "./fitness/fire.ts";
import { improvementRate } from "./fitness/improvementRate.ts";
import { instantaneous } from "./fitness/instantaneous.ts";
import { intervalAverage } from "./fitness/intervalAverage.ts";
import { lineageEma } from "./fitness/lineageEma.ts";
import { transition } from "./fitness/transition.ts";
import { compose } from "./mutation/compose.ts";
import { gaussian } from "./mutation/gaussian.ts";
import { keepOwn } from "./mutation/keepOwn.ts";
import { mixture } from "./mutation/mixture.ts";
import { noMutation } from "./mutation/none.ts";
import { pb2 } from "./mutation/pb2.ts";
import { pbtPerturb } from "./mutation/pbtPerturb.ts";
import { perHyperparameter } from "./mutation/perHyperparameter.ts";
import { resample } from "./mutation/resample.ts";
import { binaryTournament } from "./selection/binaryTournament.ts";
import { boltzmann } from "./selection/boltzmann.ts";
import { fermi } from "./selection/fermi.ts";
import { linearPairwise } from "./selection/linearPairwise.ts";
import { multiFrequency } from "./selection/multiFrequency.ts";
import { noSelection } from "./selection/none.ts";
import { truncation } from "./selection/truncation.ts";
import { welch } from "./selection/welch.ts";
import { wrightFisher } from "./selection/wrightFisher.ts";
import type { Fitness, Mutation, Selection, Spec } from "./types.ts";

/** Builds a rule from its spec. */
export interface RuleEntry<Rule> {
  /** Names of the options that the rule knows. */
  readonly options: readonly string[];
  build(options: { readonly [name: string]: Json }, registry: Registry): Rule;
}

/** Rules by kind. A caller's own rules join by `{ ...registry, selection: { ...registry.selection, mine } }`. */
export interface Registry {
  readonly selection: Readonly<Record<string, RuleEntry<Selection>>>;
  readonly mutation: Readonly<Record<string, RuleEntry<Mutation>>>;
  readonly fitness: Readonly<Record<string, RuleEntry<Fitness>>>;
}

/** An entry of a constructor that takes one object of options and checks their values itself. */
function entry<Options extends object, Rule>(
  constructor: (options?: Options) => Rule,
  options: readonly (keyof Options & string)[],
): RuleEntry<Rule> {
  return { options, build: (given) => constructor(given as Options) };
}

/** Every rule that this package has. */
export const registry: Registry = {
  selection: {
    none: entry(noSelection, []),
    truncation: entry(truncation, ["fraction"]),
    binaryTournament: entry(binaryTournament, ["probability"]),
    boltzmann: entry(boltzmann, ["beta", "standardise", "probability", "mutates"]),
    fermi: entry(fermi, ["beta", "probability"]),
    linearPairwise: entry(linearPairwise, ["beta", "probability"]),
    wrightFisher: entry(wrightFisher, ["beta", "standardise", "mutates"]),
    multiFrequency: entry(multiFrequency, ["frequencies", "fraction"]),
    welch: entry(welch, ["alpha", "window", "probability"]),
  },
  mutation: {
    none: entry(noMutation, []),
    keepOwn: entry(keepOwn, []),
    gaussian: entry(gaussian, ["sigma", "step", "switch"]),
    pb2: entry(pb2, ["forgetting", "sigma", "candidates"]),
    pbtPerturb: entry(pbtPerturb, ["factors", "step", "switch"]),
    resample: {
      options: ["probability", "otherwise"],
      build: ({ otherwise, ...options }, rules) =>
        resample({
          ...options,
          ...(otherwise === undefined ? {} : { otherwise: mutationFrom(otherwise, rules) }),
        }),
    },
    mixture: {
      options: ["of"],
      build: ({ of }, rules) =>
        mixture(
          list("mixture.of", of).map((component, i) => {
            const { weight, mutation } = object(`mixture.of[${i}]`, component);
            return { weight: weight as number, mutation: mutationFrom(mutation, rules) };
          }),
        ),
    },
    compose: {
      options: ["of"],
      build: ({ of }, rules) => compose(list("compose.of", of).map((spec) => mutationFrom(spec, rules))),
    },
    perHyperparameter: {
      options: ["rules", "otherwise"],
      build: ({ rules: own, otherwise }, rules) =>
        perHyperparameter(
          Object.fromEntries(
            Object.entries(object("perHyperparameter.rules", own)).map(([name, spec]) => [
              name,
              mutationFrom(spec, rules),
            ]),
          ),
          ...(otherwise === undefined ? [] : [mutationFrom(otherwise, rules)]),
        ),
    },
  },
  fitness: {
    instantaneous: entry(instantaneous, []),
    intervalAverage: entry(intervalAverage, []),
    lineageEma: entry(lineageEma, ["weight"]),
    improvementRate: entry(improvementRate, []),
    effective: entry(effective, ["estimator", "averaged", "generations", "decay"]),
    blend: entry(blend, ["estimator", "averaged", "generations", "decay"]),
    transition: entry(transition, ["estimator", "generations", "decay", "horizon"]),
    auto: entry(autoFitness, []),
    fire: entry(fire, ["memory", "generations"]),
  },
};

/**
 * The selection rule of a spec.
 * @throws UsageError when the kind or an option is unknown, or an option out of range
 * @example
 * selectionFrom({ kind: "truncation", fraction: 0.25 });
 */
export function selectionFrom(spec: Json | undefined, rules: Registry = registry): Selection {
  return ruleFrom("selection", spec, rules.selection, rules);
}

/** The mutation rule of a spec. @throws UsageError as `selectionFrom` */
export function mutationFrom(spec: Json | undefined, rules: Registry = registry): Mutation {
  return ruleFrom("mutation", spec, rules.mutation, rules);
}

/** The fitness rule of a spec. @throws UsageError as `selectionFrom` */
export function fitnessFrom(spec: Json | undefined, rules: Registry = registry): Fitness {
  return ruleFrom("fitness", spec, rules.fitness, rules);
}

function ruleFrom<Rule extends { readonly spec: Spec }>(
  place: string,
  spec: Json | undefined,
  entries: Readonly<Record<string, RuleEntry<Rule>>>,
  rules: Registry,
): Rule {
  const { kind, ...options } = object(place, spec);
  const known = Object.keys(entries).join(", ");
  const found = typeof kind === "string" && Object.hasOwn(entries, kind) ? entries[kind] : undefined;
  if (typeof kind !== "string" || found === undefined) {
    throw new UsageError(`${place}.kind: needs one of ${known}, got ${JSON.stringify(kind ?? null)}`);
  }
  const unknown = Object.keys(options).filter((name) => !found.options.includes(name));
  if (unknown.length > 0) {
    const needs = found.options.length > 0 ? `knows ${found.options.join(", ")}` : "takes no options";
    throw new UsageError(unknown.map((name) => `${kind}: ${needs}, got ${name}`));
  }
  return found.build(options, rules);
}

function object(place: string, json: Json | undefined): { readonly [name: string]: Json } {
  if (typeof json === "object" && json !== null && !isList(json)) return json;
  throw new UsageError(`${place}: needs an object, got ${JSON.stringify(json ?? null)}`);
}

function list(place: string, json: Json | undefined): readonly Json[] {
  if (json !== undefined && isList(json)) return json;
  throw new UsageError(`${place}: needs a list, got ${JSON.stringify(json ?? null)}`);
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}
