import { refuse, UsageError } from "../errors/index.ts";
import { show } from "./format.ts";
import { distributionFrom } from "./spec.ts";
import type { Distribution, Hyperparameters, Json, SearchSpace, Value } from "./types.ts";

/** Names to laws, or to groups of them. */
export interface SpaceDefinition {
  readonly [name: string]: Distribution | SpaceDefinition;
}

/** The values that a definition's laws take, in the definition's own shape. */
export type InferDefinition<D> =
  D extends Distribution<infer V> ? V : { readonly [Name in keyof D]: InferDefinition<D[Name]> };

/** The type of a space's nested hyperparameters: `InferHyperparameters<typeof space>`. */
export type InferHyperparameters<S> = S extends SearchSpace<infer H> ? H : never;

/** Nested hyperparameters of a space that is known only at run time. */
export interface NestedHyperparameters {
  readonly [name: string]: Value | NestedHyperparameters;
}

/**
 * The product of named laws: what a population searches. Groups become names joined by "."; coordinates follow the order
 * of the definition.
 * @param definition names to laws or to groups; a name is letters, digits, "_" and "-", starting with a letter or "_"
 * @throws UsageError with every problem of every law, each with its place (`space.lr: …`)
 * @example
 * const space = searchSpace({ lr: logUniform(1e-5, 1e-1), model: { width: ordinal([64, 128]) } });
 * space.names; // ["lr", "model.width"]
 * type H = InferHyperparameters<typeof space>; // { lr: number, model: { width: 64 | 128 } }
 */
export function searchSpace<const D extends SpaceDefinition>(definition: D): SearchSpace<InferDefinition<D>> {
  const entries: [string, Distribution][] = [];
  const problems: string[] = [];
  const walk = (group: SpaceDefinition, prefix: string): void => {
    for (const [key, part] of Object.entries(group)) {
      const name = `${prefix}${key}`;
      const nameProblem = keyProblem(key);
      if (nameProblem !== undefined) problems.push(`space.${name}: ${nameProblem}`);
      if (isDistribution(part)) entries.push([name, part]);
      else if (typeof part === "object" && part !== null && !Array.isArray(part)) walk(part, `${name}.`);
      else problems.push(`space.${name}: needs a law such as uniform(0, 1), got ${show(part)}`);
    }
  };
  walk(definition, "");
  if (entries.length === 0 && problems.length === 0)
    problems.push("space: needs at least one hyperparameter");
  for (const [name, { problems: own = [] }] of entries)
    problems.push(...own.map((text) => `space.${name}: ${text}`));
  refuse(problems);
  return product<InferDefinition<D>>(entries);
}

/**
 * The inverse of `.spec`: a space from what the decision log holds.
 * @param spec list of `{ name, kind, … }`
 * @throws UsageError with every problem, each with its place
 */
export function searchSpaceFrom(spec: Json): SearchSpace<NestedHyperparameters> {
  if (!Array.isArray(spec)) throw new UsageError(`space: needs a list of laws, got ${show(spec)}`);
  const entries: [string, Distribution][] = [];
  const problems: string[] = [];
  for (const [index, part] of (spec as readonly Json[]).entries()) {
    if (typeof part !== "object" || part === null || Array.isArray(part)) {
      problems.push(`space[${index}]: needs { name, kind, … }, got ${show(part)}`);
      continue;
    }
    const { name, ...law } = part as { readonly [name: string]: Json };
    if (typeof name !== "string") {
      problems.push(`space[${index}]: needs a name, got ${show(name)}`);
      continue;
    }
    try {
      entries.push([name, distributionFrom(law)]);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems.map((text) => `space.${name}: ${text}`));
    }
  }
  return searchSpaceOf(entries, problems);
}

/**
 * A space from flat names: "." in a name makes groups, as in `model.width`.
 * @param earlier problems found while reading, reported with the others
 * @throws UsageError with every problem, each with its place; a name given twice, or as a value and as a group
 */
export function searchSpaceOf(
  entries: readonly (readonly [string, Distribution])[],
  earlier: readonly string[] = [],
): SearchSpace<NestedHyperparameters> {
  const problems = [...earlier];
  const names = new Set<string>();
  if (entries.length === 0 && problems.length === 0)
    problems.push("space: needs at least one hyperparameter");
  for (const [name, { problems: own = [] }] of entries) {
    const wrong = name
      .split(".")
      .map(keyProblem)
      .find((text) => text !== undefined);
    if (wrong !== undefined) problems.push(`space.${name}: ${wrong}`);
    if (names.has(name)) problems.push(`space.${name}: is given twice`);
    names.add(name);
    problems.push(...own.map((text) => `space.${name}: ${text}`));
  }
  for (const name of names) {
    const parts = name.split(".");
    for (let i = 1; i < parts.length; i++) {
      const group = parts.slice(0, i).join(".");
      if (names.has(group)) problems.push(`space.${group}: is a value and, because of ${name}, also a group`);
    }
  }
  refuse([...new Set(problems)]);
  return product<NestedHyperparameters>(entries);
}

function product<H>(entries: readonly (readonly [string, Distribution])[]): SearchSpace<H> {
  const names = entries.map(([name]) => name);
  const distributions = entries.map(([, distribution]) => distribution);
  return {
    names,
    distributions,
    spec: entries.map(([name, { spec }]) => ({ name, ...spec })),
    encode(h) {
      const problems = Object.keys(h)
        .filter((name) => !names.includes(name))
        .map((name) => `${name}: is not in the space (${names.join(", ")})`);
      const coordinates = entries.map(([name, distribution]) => {
        const value = Object.hasOwn(h, name) ? h[name] : undefined;
        if (value !== undefined && distribution.contains(value)) return distribution.encode(value);
        problems.push(`${name}: needs a value of ${distribution.describe()}, got ${show(value)}`);
        return Number.NaN;
      });
      refuse(problems);
      return coordinates;
    },
    decode(coordinates) {
      if (coordinates.length !== entries.length) {
        throw new UsageError(`space: needs ${entries.length} coordinates, got ${coordinates.length}`);
      }
      return record(entries.map(([name, distribution], i) => [name, distribution.decode(coordinates[i]!)]));
    },
    // One draw per hyperparameter, `init` or not: giving one a start value leaves the others' draws as they were.
    sample: (draws) =>
      record(
        entries.map(([name, distribution]) => {
          const drawn = distribution.sample(draws);
          return [name, distribution.init ?? drawn];
        }),
      ),
    nest(h) {
      const nested: { [name: string]: unknown } = {};
      for (const name of names) {
        const parts = name.split(".");
        let group = nested;
        for (const part of parts.slice(0, -1)) group = (group[part] ??= {}) as { [name: string]: unknown };
        group[parts.at(-1)!] = h[name];
      }
      // The shape is the definition's: names came from it, and decode and sample give each law's own values.
      return nested as H;
    },
  };
}

const record = (entries: readonly (readonly [string, Value])[]): Hyperparameters =>
  Object.fromEntries(entries);

function isDistribution(part: unknown): part is Distribution {
  return (
    typeof part === "object" &&
    part !== null &&
    "decode" in part &&
    typeof part.decode === "function" &&
    "kind" in part &&
    typeof part.kind === "string"
  );
}

function keyProblem(key: string): string | undefined {
  if (key === "__proto__") return "is a name that JavaScript keeps for itself";
  if (/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(key)) return undefined;
  if (key.includes(".")) return `"." joins groups: write { ${key.split(".").join(": { ")}: … }`;
  return 'needs a name of letters, digits, "_" and "-" that starts with a letter';
}
