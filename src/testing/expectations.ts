import type { Json } from "../space/index.ts";

/** Throws where a clause of a contract is broken. */
export type Demand = (holds: boolean, clause: string) => void;

/** A Demand whose errors begin with the place. */
export function demandFor(place: string): Demand {
  return (holds, clause) => {
    if (!holds) throw new Error(`${place}: ${clause}`);
  };
}

/** Whether something survives JSON unchanged. */
export function isPlainJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isPlainJson);
  if (typeof value !== "object") return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlainJson);
}

/** Text that is equal for equal data, whatever the order of names. */
export function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** Freezes data in depth, so that a rule that writes into its arguments throws. */
export function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}

/** The same data through text and back. */
export function throughJson<T extends Json>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
