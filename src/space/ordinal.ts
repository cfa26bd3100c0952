import type { LawOptions } from "./law.ts";
import type { Distribution, Value } from "./types.ts";
import { listed } from "./values.ts";

/**
 * One of an ORDERED list of values, all as likely; mutation moves to neighbours in the list. The coordinate is the rank:
 * value k of n owns the cell [k/n, (k+1)/n] and sits at (k + ½)/n.
 * @param values different finite numbers, strings or booleans, in the order that counts (not sorted for you)
 * @throws UsageError when used, or from `searchSpace`, if the values or `init` do not fit
 * @example
 * ordinal([16, 32, 64, 128]).decode(0.3); // 32
 */
export function ordinal<const V extends Value>(
  values: readonly V[],
  options: LawOptions<NoInfer<V>> = {},
): Distribution<V> {
  return listed("ordinal", "ordered", values, options);
}
