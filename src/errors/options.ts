import { UsageError } from "./usage.ts";
import { didYouMean } from "./suggest.ts";

/** A value as a message names it: `"3" (a string)`, `undefined`, `a promise`. */
export function came(value: unknown): string {
  if (typeof value === "string") return `${JSON.stringify(value)} (a string)`;
  if (typeof value === "bigint") return `${value}n (a BigInt)`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  if (typeof (value as { readonly then?: unknown }).then === "function") return "a promise";
  const name = (Object.getPrototypeOf(value) as object | null)?.constructor.name ?? "Object";
  return name === "Object" ? "an object" : `an object of ${name}`;
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * What is wrong with the names in an object of options: it is none, or it has names that nothing reads, which would be
 * passed over in silence.
 * @param place what takes the options: `mlp`, `adam`
 */
export function optionProblems(place: string, options: unknown, known: readonly string[]): string[] {
  if (!isRecord(options)) return [`${place}: needs an object of options, got ${came(options)}.`];
  return Object.keys(options).flatMap((name) => {
    if (known.includes(name) || options[name] === undefined) return [];
    return [
      `${place}.${name}: is not an option of ${place} (it has ${known.join(", ")}).${didYouMean(name, known)}`,
    ];
  });
}

/**
 * Refuses options with names that nothing reads.
 * @param known all names, as keys: TypeScript then keeps the list complete
 * @throws UsageError listing each unknown name, what there is, and what may have been meant
 */
export function checkOptions<T extends object>(
  place: string,
  options: T,
  known: { readonly [K in keyof Required<T>]: true },
): void {
  const problems = optionProblems(place, options, Object.keys(known));
  if (problems.length > 0) throw new UsageError(problems);
}
