import type { SearchSpace } from "../../space/index.ts";
import type { Member } from "../types.ts";

/**
 * Mean distance of two different members: the mean over hyperparameters of |x − x′| in encoded coordinates (1 where two
 * values of an unordered one differ). It is E‖X − X′‖ of the energy distance with the city-block metric: 0 where all agree,
 * 1/3 for uniform values.
 * @param columns encoded coordinates by dimension `[dims][N]`; null: unordered, its values are compared
 * @returns 0 with fewer than two members or nothing that could vary. O(N log N) per hyperparameter
 * @see docs/theory, T9.7
 */
export function pairDistance(
  members: readonly Member[],
  columns: readonly (readonly number[] | null)[],
  space: SearchSpace<unknown>,
): number {
  const n = members.length;
  if (n < 2) return 0;
  let total = 0;
  let dims = 0;
  for (const [d, { fixed, topology, cardinality }] of space.distributions.entries()) {
    if (fixed || topology === "fixed" || cardinality <= 1) continue;
    dims++;
    const column = columns[d];
    total += column == null ? differing(members, space.names[d]!) : spread(column);
  }
  return dims === 0 ? 0 : total / dims;
}

/** Mean |x − x′| over pairs, from the sorted values: Σ_k (2k − n + 1) x_(k) · 2/(n(n − 1)). */
function spread(values: readonly number[]): number {
  const n = values.length;
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (let k = 0; k < n; k++) sum += (2 * k - n + 1) * sorted[k]!;
  return (2 * sum) / (n * (n - 1));
}

/** Chance that two members have different values. */
function differing(members: readonly Member[], name: string): number {
  const counts = new Map<unknown, number>();
  for (const { hyperparameters } of members) {
    counts.set(hyperparameters[name], (counts.get(hyperparameters[name]) ?? 0) + 1);
  }
  const n = members.length;
  let same = 0;
  for (const count of counts.values()) same += count * (count - 1);
  return 1 - same / (n * (n - 1));
}
