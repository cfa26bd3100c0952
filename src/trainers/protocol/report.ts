import type { Hyperparameters, Value } from "../../space/index.ts";
import { isJsonObject, type JsonObject, JsonProblem, type JsonValue, parseJson } from "./json.ts";
import { LIMITS } from "./limits.ts";

/** What a trainer said in one line, checked. */
export interface TrainerReport {
  readonly step: number | null;
  readonly metrics: ReadonlyMap<string, number>;
  readonly using: Hyperparameters | null;
}

/** A line that breaks the protocol; the message says the rule and what came. */
export class ProtocolProblem extends Error {
  override readonly name = "ProtocolProblem";
}

/** Fields of a line that are not metrics when metrics are written flat. */
const RESERVED = new Set([
  "type",
  "id",
  "step",
  "metrics",
  "using",
  "message",
  "cause",
  "protocol",
  "client",
]);

/** Shows a piece of a trainer's text in a message: one line, bounded. */
export function excerpt(text: string, length = 80): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return line.length > length ? `${line.slice(0, length)}…` : line;
}

/** @throws ProtocolProblem unless the text is one JSON object */
export function parseMessage(text: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new ProtocolProblem(`needs one JSON object in a line: ${error.message}: ${excerpt(text)}`);
  }
  if (!isJsonObject(value)) throw new ProtocolProblem(`needs a JSON object in a line, got ${excerpt(text)}`);
  return value;
}

/**
 * The report in a message: `{"step": 50, "metrics": {"loss": 0.1}, "using": {"lr": 0.01}}`, or with the metrics flat
 * beside `step`: `{"step": 50, "loss": 0.1}`. `null` in place of a metric's number means NaN.
 * @throws ProtocolProblem naming the field, the rule and what came
 */
export function reportOf(message: JsonObject): TrainerReport {
  return {
    step: stepOf(message.get("step")),
    metrics: metricsOf(message),
    using: usingOf(message.get("using")),
  };
}

function stepOf(value: JsonValue | undefined): number | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 0) {
    throw new ProtocolProblem(`"step" needs an integer from 0, got ${show(value)}`);
  }
  return value;
}

function metricsOf(message: JsonObject): ReadonlyMap<string, number> {
  const nested = message.get("metrics");
  if (nested !== undefined && !isJsonObject(nested)) {
    throw new ProtocolProblem(`"metrics" needs an object of names and numbers, got ${show(nested)}`);
  }
  const metrics = new Map<string, number>();
  for (const [name, value] of nested ?? message) {
    if (nested === undefined && RESERVED.has(name)) continue;
    if (name.length < 1 || name.length > LIMITS.nameLength) {
      throw new ProtocolProblem(
        `a metric's name needs 1 to ${LIMITS.nameLength} characters, got ${name.length}`,
      );
    }
    if (value === null) metrics.set(name, Number.NaN);
    else if (typeof value === "number") metrics.set(name, value);
    else throw new ProtocolProblem(`metric "${excerpt(name)}" needs a number, got ${show(value)}`);
  }
  if (metrics.size > LIMITS.metricsPerReport) {
    throw new ProtocolProblem(
      `a report takes at most ${LIMITS.metricsPerReport} metrics, got ${metrics.size}`,
    );
  }
  return metrics;
}

function usingOf(value: JsonValue | undefined): Hyperparameters | null {
  if (value === undefined || value === null) return null;
  if (!isJsonObject(value)) {
    throw new ProtocolProblem(`"using" needs an object of hyperparameters, got ${show(value)}`);
  }
  const flat = new Map<string, Value>();
  const walk = (group: JsonObject, prefix: string): void => {
    for (const [name, inner] of group) {
      const path = prefix + name;
      if (path.length > LIMITS.nameLength) {
        throw new ProtocolProblem(`names in "using" take at most ${LIMITS.nameLength} characters`);
      }
      if (isJsonObject(inner)) walk(inner, `${path}.`);
      else if (inner === null || typeof inner === "object") {
        throw new ProtocolProblem(
          `"using": "${excerpt(path)}" needs a number, string or boolean, got ${show(inner)}`,
        );
      } else flat.set(path, inner);
    }
  };
  walk(value, "");
  if (flat.size > LIMITS.metricsPerReport) {
    throw new ProtocolProblem(`"using" takes at most ${LIMITS.metricsPerReport} names, got ${flat.size}`);
  }
  return Object.fromEntries(flat);
}

/** A text field of a message, bounded. */
export function textOf(message: JsonObject, name: string): string | null {
  const value = message.get(name);
  return typeof value === "string" ? value.slice(0, LIMITS.messageLength) : null;
}

/** Shows a value in a message. */
export function show(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return `"${excerpt(value, 40)}"`;
  if (value === null || typeof value !== "object") return String(value);
  return isJsonObject(value) ? "an object" : "a list";
}
