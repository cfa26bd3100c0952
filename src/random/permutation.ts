import type { Stream } from "./stream.ts";

/** A uniformly random order of 0 … n−1 (Fisher–Yates). */
export function permutation(draws: Stream, n: number): number[] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = draws.integer(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}

/**
 * An index drawn with probability weights[i] / Σ weights.
 * @param weights `[n]`, each finite and ≥ 0, at least one > 0
 * @throws RangeError when no weight is positive, or one is negative or not finite
 */
export function categorical(draws: Stream, weights: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new RangeError(`categorical: weights[${i}] needs to be finite and >= 0, got ${weight}`);
    }
    total += weight;
  }
  if (!(total > 0)) throw new RangeError("categorical: needs at least one positive weight");
  const target = draws.uniform() * total;
  let sum = 0;
  let last = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    sum += weight;
    last = i;
    if (target < sum) return i;
  }
  return last;
}
