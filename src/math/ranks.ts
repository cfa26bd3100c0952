import { correlation } from "./moments.ts";

/**
 * Ranks 1 … n of values in rising order; equal values share the mean of their ranks.
 * @returns `[n]`, in the order of the values
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++;
    for (let k = start; k <= end; k++) result[order[k]!] = (start + end) / 2 + 1;
    start = end + 1;
  }
  return result;
}

/**
 * Spearman's rank correlation: Pearson's, of the ranks. NaN where a variable does not vary.
 * @throws RangeError when the lengths differ
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return correlation(ranks(x), ranks(y));
}
