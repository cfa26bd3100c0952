import type { Value } from "./types.ts";

/** The shortest text that reads back as the same number, with an exponent where zeros would hide the size. */
export function formatNumber(x: number): string {
  const size = Math.abs(x);
  return size !== 0 && Number.isFinite(x) && (size < 1e-3 || size >= 1e7) ? x.toExponential() : String(x);
}

/** A value as the text form of laws writes it: strings in double quotes. */
export function formatValue(value: Value): string {
  if (typeof value === "number") return formatNumber(value);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Anything, shortly, for an error message. */
export function show(value: unknown): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint")
    return typeof value;
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
