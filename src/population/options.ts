import { refuse } from "../errors/index.ts";

/** A requirement on one option of a rule. */
export interface Requirement {
  readonly name: string;
  readonly value: unknown;
  /** What it needs, as text: `0 < fraction <= 0.5`. */
  readonly needs: string;
  readonly holds: boolean;
}

/** A number in [low, high]. */
export function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}

/** A finite number above zero. */
export function isPositive(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < Infinity;
}

/** Requirement of a probability. */
export function probabilityOption(name: string, value: unknown): Requirement {
  return { name, value, needs: `0 <= ${name} <= 1`, holds: isWithin(value, 0, 1) };
}

/** Requirement of a finite number above zero. */
export function positiveOption(name: string, value: unknown): Requirement {
  return { name, value, needs: `a finite ${name} > 0`, holds: isPositive(value) };
}

/**
 * Refuses a rule whose options do not fit, naming all of them.
 * @throws UsageError `truncation.fraction: needs 0 < fraction <= 0.5, got 0.7`
 */
export function demand(rule: string, requirements: readonly Requirement[]): void {
  refuse(
    requirements
      .filter(({ holds }) => !holds)
      .map(({ name, value, needs }) => `${rule}.${name}: needs ${needs}, got ${show(value)}`),
  );
}

function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "undefined") return String(value);
  return JSON.stringify(value) ?? typeof value;
}
