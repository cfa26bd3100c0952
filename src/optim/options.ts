import { came, didYouMean, isRecord, optionProblems, refuse } from "../errors/index.ts";
import { type Bounds, boundsText, type Coefficient, isWithin, type Range } from "../tensor/index.ts";

export const anyNumber: Bounds = { low: -Infinity, high: Infinity };
export const nonNegative: Bounds = { low: 0, high: Infinity };
export const positive: Bounds = { low: 0, high: Infinity, openLow: true };
/** What is left of something that decays: [0, 1). */
export const decay: Bounds = { low: 0, high: 1, openHigh: true };
export const share: Bounds = { low: 0, high: 1 };

type Given = Coefficient | readonly Coefficient[] | undefined;

/** An option that is no coefficient, or a coefficient (or several) with what it may be. */
export type Option = "other" | readonly [value: Given, bounds: Bounds];

/**
 * Checks the options of an update rule or a schedule when it is made.
 * @param place its name
 * @param options as they were given
 * @param known every option that there is, the coefficients with their defaults
 * @returns the range of each coefficient, for `RuleContext.coefficient`
 * @throws UsageError listing unknown names, missing coefficients and numbers out of range
 */
export function checkedOptions<K extends string>(
  place: string,
  options: unknown,
  known: Readonly<Record<K, Option>>,
): Readonly<Record<K, Range>> {
  const entries = Object.entries<Option>(known);
  const problems = optionProblems(place, options, Object.keys(known));
  if (isRecord(options)) {
    for (const [name, option] of entries) {
      if (option !== "other") problems.push(...coefficientProblems(`${place}.${name}`, option[0], option[1]));
    }
  }
  refuse(problems);
  return Object.fromEntries(
    entries.map(([name, option]) => [
      name,
      { ...(option === "other" ? anyNumber : option[1]), why: `${place}.${name}` },
    ]),
  ) as unknown as Readonly<Record<K, Range>>;
}

function coefficientProblems(place: string, value: Given, bounds: Bounds): string[] {
  if (Array.isArray(value)) {
    return (value as readonly Coefficient[]).flatMap((one, i) =>
      coefficientProblems(`${place}[${i}]`, one, bounds),
    );
  }
  if (typeof value === "function" || (typeof value === "string" && value !== "")) return [];
  if (typeof value === "number" && isWithin(value, bounds)) return [];
  return [
    typeof value === "number"
      ? `${place}: needs ${boundsText(bounds)}, got ${value}.`
      : `${place}: needs ${boundsText(bounds)}, the name of a hyperparameter, or a schedule, got ${came(value)}.`,
  ];
}

/** What is wrong with an option that has to be one of some words. */
export function checkChoice(place: string, value: unknown, choices: readonly string[]): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const hint = typeof value === "string" ? didYouMean(value, choices) : "";
  refuse([
    `${place}: needs ${choices.map((choice) => `"${choice}"`).join(" or ")}, got ${came(value)}.${hint}`,
  ]);
}
