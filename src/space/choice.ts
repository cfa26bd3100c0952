import type { LawOptions } from "./law.ts";
import type { Distribution, Value } from "./types.ts";
import { listed } from "./values.ts";

/**
 * One of an UNORDERED list of values, all as likely; mutation draws another one. Value k of n owns the cell
 * [k/n, (k+1)/n] of [0, 1]; distances between coordinates mean nothing.
 * @param values different finite numbers, strings or booleans
 * @throws UsageError when used, or from `searchSpace`, if the values or `init` do not fit
 * @example
 * choice(["adam", "sgd"]).encode("sgd"); // 0.75
 */
export function choice<const V extends Value>(
  values: readonly V[],
  options: LawOptions<NoInfer<V>> = {},
): Distribution<V> {
  return listed("choice", "unordered", values, options);
}
