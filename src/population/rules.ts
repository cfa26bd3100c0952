import { UsageError } from "../errors/index.ts";
import type { Json } from "../space/index.ts";
import { type Registry, fitnessFrom, mutationFrom, registry, selectionFrom } from "./registry.ts";
import type { Rules, Spec } from "./types.ts";

/** The slow clock's rules as plain JSON: what a run's record holds, and `rulesFrom` reads. */
export interface RulesSpec {
  readonly [name: string]: Json;
  readonly selection: Spec;
  readonly mutation: Spec;
  readonly fitness: Spec;
  readonly sign: 1 | -1;
  readonly control: Rules["control"];
}

/** Rules → plain JSON. */
export function rulesSpec({ selection, mutation, fitness, sign, control }: Rules): RulesSpec {
  return { selection: selection.spec, mutation: mutation.spec, fitness: fitness.spec, sign, control };
}

/**
 * Plain JSON → rules: `rulesFrom(rulesSpec(rules))` decides as `rules` does.
 * @param rules where kinds are looked up: this package's, or with a caller's own added
 * @throws UsageError listing every part that is not understood
 */
export function rulesFrom(spec: Json, rules: Registry = registry): Rules {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new UsageError(`rules: needs an object, got ${JSON.stringify(spec)}`);
  }
  const parts = spec as { readonly [name: string]: Json };
  const problems: string[] = [];
  const part = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
      return undefined;
    }
  };
  const selection = part(() => selectionFrom(parts["selection"], rules));
  const mutation = part(() => mutationFrom(parts["mutation"], rules));
  const fitness = part(() => fitnessFrom(parts["fitness"], rules));
  const { sign, control } = parts;
  if (sign !== 1 && sign !== -1)
    problems.push(`rules.sign: needs 1 or -1, got ${JSON.stringify(sign ?? null)}`);
  if (!isControl(control)) {
    problems.push(
      `rules.control: needs none, random-search or frozen, got ${JSON.stringify(control ?? null)}`,
    );
  }
  if (
    selection === undefined ||
    mutation === undefined ||
    fitness === undefined ||
    (sign !== 1 && sign !== -1) ||
    !isControl(control)
  ) {
    throw new UsageError(problems);
  }
  return { selection, mutation, fitness, sign, control };
}

function isControl(control: Json | undefined): control is Rules["control"] {
  return control === "none" || control === "random-search" || control === "frozen";
}
