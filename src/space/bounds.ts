import { formatNumber, show } from "./format.ts";

/** Problems of a pair of bounds: finite numbers with low < high, and `rule` where the law needs more. */
export function boundsProblems(kind: string, low: number, high: number, rule: "any" | "positive"): string[] {
  const needs = `${kind} needs ${rule === "positive" ? "0 < low < high" : "low < high"}`;
  const got = `got low=${show(low)}, high=${show(high)}`;
  if (typeof low !== "number" || typeof high !== "number") return [`${needs} as numbers, ${got}`];
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [`${needs}, both finite, ${got}`];
  if (rule === "positive" && (low <= 0 || high <= 0)) {
    return [`${needs}, ${got}. Zero has no logarithm: start at a small positive bound, or use a linear law`];
  }
  if (low > high) return [`${needs}, ${got}. Swap the bounds?`];
  if (low === high) return [`${needs}, ${got}. Use constant(${formatNumber(low)})?`];
  if (!Number.isFinite(high - low)) return [`${needs} with a finite difference, ${got}`];
  return [];
}

/** Problems of a pair of inclusive integer bounds. */
export function integerBoundsProblems(
  kind: string,
  low: number,
  high: number,
  rule: "any" | "positive",
): string[] {
  const problems = boundsProblems(kind, low, high, rule);
  if (problems.length > 0) return problems;
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    return [`${kind} needs whole numbers up to 2^53-1 as bounds, got low=${show(low)}, high=${show(high)}`];
  }
  return [];
}

/** Whether a value is a number in [low, high]. */
export function within(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}

/** x, or the bound that it crossed. */
export function clamp(x: number, low: number, high: number): number {
  return x < low ? low : x > high ? high : x;
}

/** low + u (high − low), exact at both ends, never outside. */
export function interpolate(unit: number, low: number, high: number): number {
  const span = high - low;
  return clamp(unit < 0.5 ? low + unit * span : high - (1 - unit) * span, low, high);
}
