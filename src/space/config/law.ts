import { UsageError } from "../../errors/index.ts";
import { choice } from "../choice.ts";
import { constant } from "../constant.ts";
import { formatNumber, show } from "../format.ts";
import { distributionFrom } from "../spec.ts";
import { namedLaw } from "../text/named.ts";
import { parseLaw } from "../text/law.ts";
import type { Distribution, Json, Value } from "../types.ts";

type JsonObject = { readonly [name: string]: Json };

/** Keys that mark an object as a law. */
const marks = [
  "kind",
  "distribution",
  "type",
  "_type",
  "min",
  "max",
  "low",
  "high",
  "values",
  "value",
  "choices",
];

export function isObject(json: Json): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

/** Whether an object is a law rather than a group of hyperparameters. Laws hold no objects; groups may hold a `type`. */
export function isLaw(json: JsonObject): boolean {
  const marked = marks.some((mark) => Object.hasOwn(json, mark));
  return optunaName(json) !== undefined || (marked && !Object.values(json).some(isObject));
}

function optunaName(json: JsonObject): string | undefined {
  const match =
    typeof json.name === "string" ? /^(Float|Int|Categorical)Distribution$/.exec(json.name) : null;
  return match !== null && isObject(json.attributes ?? null) ? match[1]!.toLowerCase() : undefined;
}

function without(json: JsonObject, ...keys: readonly string[]): Map<string, Json> {
  return new Map(Object.entries(json).filter(([key]) => !keys.includes(key)));
}

/** W&B's plain log laws take exponents, which others take for values: we do not guess. */
function refuseExponents(distribution: string, json: JsonObject): never {
  const { min, max } = json;
  const bounds =
    typeof min === "number" && typeof max === "number"
      ? `min: ${formatNumber(Number(Math.exp(min).toPrecision(6)))} and max: ${formatNumber(Number(Math.exp(max).toPrecision(6)))} if ` +
        `${show(min)} and ${show(max)} are exponents of e, or min: ${show(min)} and max: ${show(max)} if they are the values`
      : "min and max as values";
  throw new UsageError(
    `${distribution} takes exponents in W&B. Write distribution: ${distribution}_values with ${bounds}`,
  );
}

function weightsAndBiases(json: JsonObject): Distribution {
  const { distribution } = json;
  if (typeof distribution !== "string") {
    throw new UsageError(`needs distribution to be a name, got ${show(distribution)}`);
  }
  const named = without(json, "distribution");
  if (/^(q_)?log_uniform$/.test(distribution)) refuseExponents(distribution, json);
  if (distribution.startsWith("q_") && !named.has("q") && !named.has("step")) named.set("step", 1);
  if (distribution === "normal" && json.mu === undefined && json.mean === undefined) named.set("mean", 0);
  if (distribution === "normal" && json.sigma === undefined && json.sd === undefined) named.set("sd", 1);
  return namedLaw(distribution, { items: [], named });
}

/** `{ min, max }` alone, as W&B reads it: whole numbers where both are whole. */
function bounds(json: JsonObject): Distribution {
  const [low, high] = [json.min, json.max];
  const both =
    typeof low === "number" && typeof high === "number" && Number.isInteger(low) && Number.isInteger(high);
  return namedLaw(both ? "integer" : "uniform", { items: [], named: without(json) });
}

function object(json: JsonObject): Distribution {
  const optuna = optunaName(json);
  if (optuna !== undefined) {
    return namedLaw(optuna, { items: [], named: without(json.attributes as JsonObject) });
  }
  if (json.kind !== undefined) return distributionFrom(json);
  if (json.distribution !== undefined) return weightsAndBiases(json);
  if (json._type !== undefined) {
    const { _type: type, _value: value } = json;
    if (typeof type !== "string" || !Array.isArray(value)) {
      throw new UsageError(`needs _type to be a name and _value a list, got ${show(json)}`);
    }
    // NNI writes the values of a choice as the list itself, and the arguments of other laws in order.
    return namedLaw(type, {
      items: type === "choice" ? [value as Json] : value,
      named: without(json, "_type", "_value"),
    });
  }
  if (json.type !== undefined) {
    if (typeof json.type !== "string")
      throw new UsageError(`needs type to be a name, got ${show(json.type)}`);
    return namedLaw(json.type, { items: [], named: without(json, "type") });
  }
  if (json.values !== undefined) return namedLaw("choice", { items: [], named: without(json) });
  if (json.choices !== undefined) return namedLaw("choice", { items: [], named: without(json) });
  if (json.value !== undefined) return namedLaw("constant", { items: [], named: without(json) });
  if (json.min !== undefined || json.max !== undefined) return bounds(json);
  throw new UsageError(`needs type: float or type: int beside low and high, got ${show(json)}`);
}

/**
 * The law that JSON or YAML describes: our specs, the text form as a string, a list (choice), a plain value (constant),
 * and the objects of W&B, Optuna and NNI.
 * @throws UsageError
 */
export function lawFromConfig(json: Json): Distribution {
  if (typeof json === "string") {
    return /^[A-Za-z_][\w.-]*[([].*[)\]]$/s.test(json.trim()) ? parseLaw(json.trim()) : constant(json);
  }
  if (typeof json === "number" || typeof json === "boolean") return constant<Value>(json);
  // choice checks what the list holds.
  if (Array.isArray(json)) return choice(json as readonly Value[]);
  if (isObject(json)) return object(json);
  throw new UsageError(`needs a law or a value, got ${show(json)}`);
}
