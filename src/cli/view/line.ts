import { significant } from "../text/numbers.ts";
import type { ViewModel } from "./model.ts";

/** One `key=value` line for logs: plain numbers, no spaces within a value. */
export function logLine(model: ViewModel, timeMs: number): string {
  const pairs = Object.entries(logFields(model)).map(([name, value]) => `${name}=${value}`);
  return `${timestamp(timeMs)} ${pairs.join(" ")}`;
}

/** The same facts as JSON, for `--log-format json`. */
export function logJson(model: ViewModel, timeMs: number): string {
  return JSON.stringify({ time: timestamp(timeMs), ...logFields(model) });
}

/** 2026-11-22T03:44:10Z. */
export const timestamp = (timeMs: number): string => new Date(timeMs).toISOString().replace(/\.\d+Z$/, "Z");

const number = (value: number): string => significant(value).replaceAll(" ", "").replaceAll("−", "-");

function logFields(model: ViewModel): Record<string, string | number> {
  const fields: Record<string, string | number> = {
    gen: model.generations === null ? model.generation : `${model.generation}/${model.generations}`,
    steps: model.steps,
  };
  if (model.best !== null) {
    fields["best"] = number(model.best.value);
    fields["member"] = model.best.name;
  }
  const median = model.quantiles?.[2];
  if (median !== undefined) fields["median"] = number(median);
  fields["alive"] = `${model.alive}/${model.members}`;
  if (model.separation !== null) fields["r"] = number(model.separation);
  if (model.etaMs !== null) fields["eta_s"] = Math.round(model.etaMs / 1000);
  return fields;
}
