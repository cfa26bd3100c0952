import { UsageError } from "../../errors/index.ts";
import { show } from "../format.ts";
import { searchSpaceOf, type NestedHyperparameters } from "../searchSpace.ts";
import type { Distribution, Json, SearchSpace } from "../types.ts";
import { isLaw, isObject, lawFromConfig } from "./law.ts";

/**
 * A space from JSON or YAML: names to laws, groups as nested objects. Laws may be written as our specs
 * (`{ kind: logUniform, low: 1e-5, high: 0.1 }`), as text (`"loguniform(1e-5, 0.1)"`), as a list (choice), as a plain
 * value (constant), or as other tools write them:
 * W&B `{ min, max }` (both ends included; whole numbers where both are whole), `{ values: [] }`, `{ distribution, … }`;
 * Optuna `{ type: float | int | categorical, low, high, log, step }` (both ends included); NNI `{ _type, _value }`;
 * Hydra and Ray as text. `docs/search-spaces.md` lists all names with their bounds.
 * @param json an object, with or without `parameters:` around the names
 * @throws UsageError with every problem, each with its place
 * @example
 * searchSpaceFromConfig({ lr: "loguniform(1e-5, 1e-1)", model: { width: { type: "int", low: 8, high: 64 } } });
 */
export function searchSpaceFromConfig(json: Json): SearchSpace<NestedHyperparameters> {
  if (!isObject(json)) throw new UsageError(`space: needs names and laws, got ${show(json)}`);
  const entries: [string, Distribution][] = [];
  const problems: string[] = [];
  const walk = (group: { readonly [name: string]: Json }, prefix: string): void => {
    const keys = Object.keys(group);
    const inner = group.parameters;
    if (keys.length === 1 && inner !== undefined && isObject(inner) && !isLaw(inner)) {
      walk(inner, prefix);
      return;
    }
    for (const key of keys) {
      const part = group[key]!;
      const name = `${prefix}${key}`;
      if (isObject(part) && !isLaw(part)) {
        if (Object.keys(part).length === 0) problems.push(`space.${name}: needs a law or a group, got {}`);
        else walk(part, `${name}.`);
        continue;
      }
      try {
        entries.push([name, lawFromConfig(part)]);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        problems.push(...error.problems.map((text) => `space.${name}: ${text}`));
      }
    }
  };
  walk(json, "");
  return searchSpaceOf(entries, problems);
}
