/** Points of an interval, as shares of its length, at which the excess after a copy is looked at. */
export const GRID = 16;

/** Mean excess after copies, which can be added and can decay: one entry per point of the grid. */
export interface Excess {
  /** Σ over copies of |x(t) − x(end)| `[GRID + 1]`. */
  readonly sums: readonly number[];
  /** Number of copies (decaying). */
  readonly count: number;
}

export const noExcess: Excess = { sums: Array.from({ length: GRID + 1 }, () => 0), count: 0 };

/** Adds one copy's interval. @param times rising `[n]`; @param values `[n]`, n ≥ 4, else it is left out */
export function addExcess(
  before: Excess,
  times: readonly number[],
  values: readonly number[],
  keep = 1,
): Excess {
  const n = values.length;
  const sums = before.sums.map((sum) => keep * sum);
  const count = keep * before.count;
  if (n < 4) return { sums, count };
  const tail = values.slice(-Math.max(1, Math.round(n / 4)));
  const end = tail.reduce((sum, value) => sum + value / tail.length, 0);
  const [from, until] = [times[0]!, times[n - 1]!];
  let j = 0;
  for (let k = 0; k <= GRID; k++) {
    const t = from + ((until - from) * k) / GRID;
    while (j < n - 2 && times[j + 1]! < t) j++;
    const share = (t - times[j]!) / (times[j + 1]! - times[j]!);
    sums[k]! += Math.abs(values[j]! + Math.min(1, share) * (values[j + 1]! - values[j]!) - end);
  }
  return { sums, count: count + 1 };
}

const LEAST = 3;
/** The first excess must stand this far out of the floor of fluctuations to be called a relaxation. */
const OUT = 2;

/**
 * Relaxation time after copies: the mean excess |x(t) − x(end)|, less the floor that fluctuations leave at the end, is
 * fitted log-linearly over its first decay to 20 %.
 * @param span length of the interval that the grid covers, in steps
 * @returns in steps; null with fewer than three copies, when no relaxation stands out, or when it takes more than half of
 *   the span, which is too short to see it
 * @see docs/theory, T9.1
 */
export function relaxationTime({ sums, count }: Excess, span: number): number | null {
  if (count < LEAST) return null;
  const mean = sums.map((sum) => sum / count);
  const tail = mean.slice(-Math.round(GRID / 4));
  const floor = tail.reduce((sum, value) => sum + value / tail.length, 0);
  const first = mean[0]! - floor;
  if (!(first > 0) || mean[0]! < OUT * floor) return null;
  const points: [number, number][] = [];
  for (let k = 0; k <= GRID; k++) {
    const excess = mean[k]! - floor;
    if (excess < 0.2 * first) break;
    points.push([(span * k) / GRID, Math.log(excess)]);
  }
  // Over before the second point of the grid.
  if (points.length < 2) return span / GRID / Math.log(5);
  const n = points.length;
  const centre = points.reduce((sum, [t]) => sum + t / n, 0);
  let covariance = 0;
  let variance = 0;
  for (const [t, y] of points) {
    covariance += (t - centre) * y;
    variance += (t - centre) ** 2;
  }
  const slope = covariance / variance;
  return slope < 0 && -1 / slope <= span / 2 ? -1 / slope : null;
}
