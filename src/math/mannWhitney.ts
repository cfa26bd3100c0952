import { normalCdf } from "./normal.ts";
import { ranks } from "./ranks.ts";
import { sum } from "./sum.ts";

/** Up to this many values in all, and without ties, p-values are counted exactly. */
const exactUpTo = 40;

export interface MannWhitneyTest {
  /** Number of pairs with x > y, ties counted half: 0 … n·m. */
  readonly u: number;
  /** P(U ≥ u) if both samples come from one law: small where x is larger. */
  readonly greater: number;
  /** P of a U at least as far from n·m/2 as u. */
  readonly twoSided: number;
  /** Whether the p-values are counted exactly rather than by the normal approximation. */
  readonly exact: boolean;
}

/**
 * The number of ways to reach each U = 0 … n·m without ties: the coefficients of the Gaussian binomial
 * [n+m choose n]_q, by c(n, m, u) = c(n−1, m, u−m) + c(n, m−1, u). Exact below 2⁵³.
 */
function counts(n: number, m: number): Float64Array {
  let rows: Float64Array[] = Array.from({ length: m + 1 }, () => Float64Array.of(1));
  for (let i = 1; i <= n; i++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let j = 1; j <= m; j++) {
      const row = new Float64Array(i * j + 1);
      for (const [u, count] of rows[j]!.entries()) row[u + j]! += count;
      for (const [u, count] of next[j - 1]!.entries()) row[u]! += count;
      next.push(row);
    }
    rows = next;
  }
  return rows[m]!;
}

/**
 * The Mann–Whitney (Wilcoxon rank-sum) test. Exact where n + m ≤ 40 without ties, else normal with the correction for
 * ties and continuity.
 * @param x, y at least one value each, no NaN
 * @returns null where a sample is empty or holds NaN
 */
export function mannWhitney(x: ArrayLike<number>, y: ArrayLike<number>): MannWhitneyTest | null {
  const n = x.length;
  const m = y.length;
  const all = Float64Array.from([...Array.from(x), ...Array.from(y)]);
  if (n === 0 || m === 0 || all.some(Number.isNaN)) return null;
  const rank = ranks(all);
  const u = sum(rank.subarray(0, n)) - (n * (n + 1)) / 2;
  const sizes = new Map<number, number>();
  for (const value of all) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  const tied = sizes.size < all.length;
  const pairs = n * m;
  if (!tied && n + m <= exactUpTo) {
    const ways = counts(n, m);
    const total = sum(ways);
    const atLeast = (least: number): number => sum(ways.subarray(least)) / total;
    return {
      u,
      greater: atLeast(u),
      twoSided: Math.min(1, 2 * atLeast(Math.max(u, pairs - u))),
      exact: true,
    };
  }
  const size = n + m;
  let ties = 0;
  for (const t of sizes.values()) ties += t * t * t - t;
  const deviation = Math.sqrt((pairs / 12) * (size + 1 - ties / (size * (size - 1))));
  if (!(deviation > 0)) return { u, greater: 1, twoSided: 1, exact: false };
  const upper = (v: number): number => normalCdf(-(v - pairs / 2 - 0.5) / deviation);
  return { u, greater: upper(u), twoSided: Math.min(1, 2 * upper(Math.max(u, pairs - u))), exact: false };
}
