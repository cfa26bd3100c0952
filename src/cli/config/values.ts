import type { Json } from "../../space/index.ts";
import { parseBytes, parseSeconds } from "../text/numbers.ts";
import { didYouMean } from "../text/suggest.ts";
import { parseRule } from "./rule.ts";
import type { Spec } from "../../population/index.ts";

/** What a value must be, or how it breaks the rule. */
export type Reading<T> = { readonly value: T } | { readonly problem: string };

const shown = (value: Json): string => {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
};

const bad = (rule: string, value: Json): { readonly problem: string } => ({
  problem: `${rule}, got ${shown(value)}`,
});

export const text = (value: Json): Reading<string> =>
  typeof value === "string" && value !== "" ? { value } : bad("needs a text", value);

export const flagValue = (value: Json): Reading<boolean> =>
  typeof value === "boolean" ? { value } : bad("needs true or false", value);

export const whole =
  (least: number) =>
  (value: Json): Reading<number> =>
    typeof value === "number" && Number.isSafeInteger(value) && value >= least
      ? { value }
      : bad(`needs a whole number of at least ${least}`, value);

export const real = (value: Json): Reading<number> =>
  typeof value === "number" && Number.isFinite(value) ? { value } : bad("needs a number", value);

export const oneOf =
  <const T extends string>(choices: readonly T[]) =>
  (value: Json): Reading<T> => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return { value: found };
    const hint = typeof value === "string" ? didYouMean(value, choices) : "";
    return { problem: `needs one of ${choices.join(", ")}, got ${shown(value)}.${hint}` };
  };

/** `90`, `15m`, `2h`. */
export const seconds = (value: Json): Reading<number> => {
  const read = typeof value === "number" ? value : typeof value === "string" ? parseSeconds(value) : null;
  return read !== null && read > 0 ? { value: read } : bad("needs a time such as 90, 15m or 2h", value);
};

/** `20GB`, or a number of bytes. */
export const sizeInBytes = (value: Json): Reading<number> => {
  const read = typeof value === "number" ? value : typeof value === "string" ? parseBytes(value) : null;
  return read !== null && read > 0 ? { value: read } : bad("needs a size such as 500MB or 20GB", value);
};

/** `truncation(fraction=0.3)`, or `{ kind: truncation, fraction: 0.3 }`. */
export const rule = (value: Json): Reading<Spec> => {
  if (typeof value === "string") {
    const parsed = parseRule(value);
    return "problem" in parsed && typeof parsed["problem"] === "string"
      ? { problem: `needs ${parsed["problem"]}` }
      : { value: parsed as Spec };
  }
  if (isRecord(value) && typeof value["kind"] === "string") return { value: value as Spec };
  return bad("needs a rule such as truncation(fraction=0.3), or {kind: …}", value);
};

/** `0,1` or a list. */
export const devices = (value: Json): Reading<readonly string[]> => {
  const list = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [value];
  const names = list.map((item) => String(item).trim());
  return names.length > 0 && names.every((name) => /^[\w.:/-]+$/.test(name))
    ? { value: names }
    : bad("needs devices such as 0,1", value);
};

const modes: Readonly<Record<string, "min" | "max">> = {
  min: "min",
  minimize: "min",
  minimise: "min",
  max: "max",
  maximize: "max",
  maximise: "max",
};

/** `min`, `maximize` …: the spellings of Ray, W&B and Optuna. */
export const direction = (value: Json): Reading<"min" | "max"> => {
  const found = typeof value === "string" ? modes[value.toLowerCase()] : undefined;
  return found === undefined ? bad("needs min or max", value) : { value: found };
};

/** `loss:min`. */
export function metricText(value: string): Reading<{ name: string; mode: "min" | "max" }> {
  const match = /^(.+):([a-z]+)$/i.exec(value.trim());
  if (match === null) {
    return {
      problem: `needs NAME:min or NAME:max, got "${value}". Try "${value}:min" if less is better, "${value}:max" if more is`,
    };
  }
  const mode = direction(match[2]!);
  return "problem" in mode
    ? { problem: `after the colon, ${mode.problem}` }
    : { value: { name: match[1]!, mode: mode.value } };
}

export const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);
