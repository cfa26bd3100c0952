import { came, refuse } from "../errors/index.ts";

/** What a number must be: a test, and its words. */
const rules = {
  positive: [(x: number) => x > 0 && x < Infinity, "a finite number > 0"],
  notNegative: [(x: number) => x >= 0 && x < Infinity, "a finite number >= 0"],
  finite: [(x: number) => Number.isFinite(x), "a finite number"],
  count: [(x: number) => Number.isSafeInteger(x) && x >= 1, "an integer >= 1"],
} as const;

export type Range = keyof typeof rules;

/**
 * What is wrong with numbers that would otherwise end as NaN.
 * @param place what takes them: `riccati`
 * @param values by name: a value and what it must be
 */
export function rangeProblems(
  place: string,
  values: Readonly<Record<string, readonly [value: unknown, range: Range]>>,
): string[] {
  return Object.entries(values).flatMap(([name, [value, range]]) => {
    const [holds, words] = rules[range];
    if (typeof value === "number" && holds(value)) return [];
    return [`${place}.${name}: needs ${words}, got ${came(value)}.`];
  });
}

/** @throws UsageError with all of them */
export function checkRanges(
  place: string,
  values: Readonly<Record<string, readonly [value: unknown, range: Range]>>,
): void {
  refuse(rangeProblems(place, values));
}
