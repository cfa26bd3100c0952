import { fillUniform, type Key, stream } from "../random/index.ts";

/**
 * Parents of a Fleming–Viot step with weights w (docs/theory, T1.2 d and T2.4).
 * - `multinomial`: every parent drawn independently; adds 1/N of drift at every step.
 * - `systematic`: one uniform, N equally spaced points on the cumulative weights: offspring differ from their mean by < 1.
 * - `keep`: agent i stays with probability w_i/max w, else is replaced by a draw from w: few copies when dt is small.
 */
export type Resampling = "multinomial" | "systematic" | "keep";

/**
 * parent[i] for every agent.
 * @param weights `[N]`, ≥ 0, not all 0
 * @param step counter of the random stream
 */
export function resample(weights: Float64Array, kind: Resampling, key: Key, step: number): Int32Array {
  const n = weights.length;
  const parents = new Int32Array(n);
  const cumulative = new Float64Array(n);
  let total = 0;
  let top = 0;
  for (let i = 0; i < n; i++) {
    total += weights[i]!;
    cumulative[i] = total;
    if (weights[i]! > top) top = weights[i]!;
  }
  if (kind === "systematic") {
    const offset = stream(key, "systematic", 0, step).uniform();
    let j = 0;
    for (let i = 0; i < n; i++) {
      const target = ((i + offset) / n) * total;
      while (j < n - 1 && cumulative[j]! <= target) j++;
      parents[i] = j;
    }
    return parents;
  }
  const draws = new Float64Array(n);
  fillUniform(draws, key, "parent", step);
  const keep = new Float64Array(n);
  if (kind === "keep") fillUniform(keep, key, "keep", step);
  for (let i = 0; i < n; i++) {
    if (kind === "keep" && keep[i]! < weights[i]! / top) parents[i] = i;
    else parents[i] = search(cumulative, draws[i]! * total);
  }
  return parents;
}

/** First index whose cumulative weight exceeds the target. */
function search(cumulative: Float64Array, target: number): number {
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
