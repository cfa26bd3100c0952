import { studentTCdf } from "../../src/math/index.ts";

/** Paired comparison of two methods on one problem, in logarithms: −0.1 is a loss lower by about 10 %. */
export interface Comparison {
  /** Mean of ln(truth / truth of the reference) over seeds. */
  readonly difference: number;
  /** Half of the 95 % interval. */
  readonly margin: number;
  /** Two-sided, of the paired t test. */
  readonly p: number;
}

export function paired(values: readonly number[], reference: readonly number[]): Comparison {
  const logs = values.map((value, i) => Math.log(value / reference[i]!));
  const n = logs.length;
  const mean = logs.reduce((sum, value) => sum + value / n, 0);
  const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const error = Math.sqrt(variance / n);
  if (!(error > 0)) return { difference: mean, margin: 0, p: mean === 0 ? 1 : 0 };
  return {
    difference: mean,
    margin: quantile975(n - 1) * error,
    p: 2 * (1 - studentTCdf(Math.abs(mean / error), n - 1)),
  };
}

/** t with P(|T| > t) = 0.05, by bisection. */
function quantile975(freedom: number): number {
  let low = 0;
  let high = 100;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (studentTCdf(middle, freedom) < 0.975) low = middle;
    else high = middle;
  }
  return low;
}

/** Holm's step-down adjustment of p values. */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).toSorted((a, b) => p[a]! - p[b]!);
  const adjusted = p.map(() => 1);
  let running = 0;
  for (const [rank, i] of order.entries()) {
    running = Math.max(running, Math.min(1, (p.length - rank) * p[i]!));
    adjusted[i] = running;
  }
  return adjusted;
}
