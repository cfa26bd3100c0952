import { came, refuse } from "../errors/index.ts";
import { boundsText } from "../tensor/index.ts";

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 1;

/**
 * Checks the sizes of a net when it is made.
 * @throws UsageError listing each that is not an integer of at least 1
 */
export function checkSizes(place: string, sizes: Readonly<Record<string, unknown>>): void {
  refuse(
    Object.entries(sizes).flatMap(([name, value]) =>
      isCount(value) ? [] : [`${place}.${name}: needs an integer >= 1, got ${came(value)}.`],
    ),
  );
}

/** Checks sizes in a list. @throws UsageError */
export function checkList(place: string, list: unknown): void {
  if (Array.isArray(list) && list.every(isCount)) return;
  const text = Array.isArray(list) ? `[${list.map(String).join(", ")}]` : came(list);
  refuse([`${place}: needs an array of integers >= 1, got ${text}.`]);
}

/** Checks a dropout rate. @throws UsageError for a number out of [0, 1), and for what is no name */
export function checkRate(place: string, rate: unknown): void {
  if (typeof rate === "number" ? rate >= 0 && rate < 1 : typeof rate === "string" && rate !== "") return;
  const rule = boundsText({ low: 0, high: 1, openHigh: true });
  refuse([`${place}: needs ${rule}, or the name of a hyperparameter, got ${came(rate)}.`]);
}
