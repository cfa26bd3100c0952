import type { Hyperparameters, SearchSpace } from "../../space/index.ts";

/** Below this share of the range a feature counts as constant: regression on it would only amplify rounding. */
const FLOOR = 1e-3;

/**
 * A member's hyperparameters as numbers that a regression can use: encoded coordinates in [0, 1]; an unordered one
 * with K values as K indicators (one for K = 2); fixed ones are left out.
 * @returns `[p]`; p depends on the space alone
 */
export function featuresOf(space: SearchSpace<unknown>, h: Hyperparameters): number[] {
  const out: number[] = [];
  for (const [i, distribution] of space.distributions.entries()) {
    const { topology, cardinality, fixed } = distribution;
    if (fixed || topology === "fixed" || cardinality <= 1) continue;
    const unit = distribution.encode(h[space.names[i]!]!);
    if (topology !== "unordered") out.push(unit);
    else {
      const cell = Math.min(cardinality - 1, Math.floor(unit * cardinality));
      for (let k = cardinality === 2 ? 1 : 0; k < cardinality; k++) out.push(k === cell ? 1 : 0);
    }
  }
  return out;
}

/** How rows of features become those that an estimator gets. */
export interface Scaling {
  /** Columns that vary enough to say anything. */
  readonly columns: readonly number[];
  readonly apply: (row: readonly number[]) => number[];
}

/**
 * Centres on the mean of the current members and divides by their spread, column by column: an estimator's lengths are
 * then in units of the population's spread. Columns that do not vary over `rows` are left out.
 * @param current features of the members now `[n][p]`
 * @param rows features of all observations, the current ones among them `[m][p]`
 */
export function scaling(
  current: readonly (readonly number[])[],
  rows: readonly (readonly number[])[],
): Scaling {
  const columns: number[] = [];
  const centres: number[] = [];
  const units: number[] = [];
  for (let d = 0; d < (rows[0]?.length ?? 0); d++) {
    const all = moments(rows, d);
    if (all.spread < FLOOR) continue;
    const now = moments(current, d);
    columns.push(d);
    centres.push(now.mean);
    units.push(Math.max(now.spread, FLOOR, 0.1 * all.spread));
  }
  return {
    columns,
    apply: (row) => columns.map((d, i) => (row[d]! - centres[i]!) / units[i]!),
  };
}

function moments(rows: readonly (readonly number[])[], d: number): { mean: number; spread: number } {
  let mean = 0;
  let square = 0;
  let n = 0;
  for (const row of rows) {
    n++;
    const offset = row[d]! - mean;
    mean += offset / n;
    square += offset * (row[d]! - mean);
  }
  return { mean, spread: n > 0 ? Math.sqrt(square / n) : 0 };
}
