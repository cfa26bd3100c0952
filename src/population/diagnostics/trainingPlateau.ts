import { median } from "../../math/index.ts";

/** A stretch of a training curve in which nothing happens. */
export interface TrainingPlateau {
  /** Step at which the first of its windows begins. */
  readonly from: number;
  /** Step at which the decrease resumed; null: it has not. */
  readonly until: number | null;
  /** Mean of the smoothed curve over it. */
  readonly level: number;
}

const SMOOTH = 5;
const CONSECUTIVE = 3;

/**
 * Plateaus of a loss curve in linear steps (docs/theory, T7.2): smoothed by the median of 5 evaluations, with noise σ from the
 * differences of the raw curve (1.4826 MAD/√2). A window of n points is flat when its least-squares slope times n is within twice its own
 * uncertainty and the decrease over it below 1 %. A plateau is called after three flat windows in a row, and ends when the
 * curve has fallen by more than 4σ below its level.
 * @param losses `[m]`, lower is better; @param steps `[m]` rising
 * @param window n ≥ 4 evaluations. Default 10
 */
export function trainingPlateaus(
  steps: readonly number[],
  losses: readonly number[],
  window = 10,
): TrainingPlateau[] {
  const m = losses.length;
  const half = (SMOOTH - 1) / 2;
  const smooth = losses.map((_, i) => median(losses.slice(Math.max(0, i - half), Math.min(m, i + half + 1))));
  const found: TrainingPlateau[] = [];
  const differences = losses.slice(1).map((value, i) => value - losses[i]!);
  if (differences.length === 0) return found;
  const centre = median(differences);
  const sigma = (1.4826 * median(differences.map((d) => Math.abs(d - centre)))) / Math.SQRT2;
  let flat = 0;
  for (let end = window; end <= m; end++) {
    const last = found.at(-1);
    if (last !== undefined && last.until === null) {
      if (last.level - smooth[end - 1]! > Math.max(4 * sigma, 1e-12 * Math.abs(last.level))) {
        found[found.length - 1] = { ...last, until: steps[end - 1]! };
        flat = 0;
      }
      continue;
    }
    const part = smooth.slice(end - window, end);
    flat = isFlat(part, sigma) ? flat + 1 : 0;
    if (flat < CONSECUTIVE) continue;
    const begin = end - window - (CONSECUTIVE - 1);
    const whole = smooth.slice(begin, end);
    found.push({
      from: steps[begin]!,
      until: null,
      level: whole.reduce((sum, value) => sum + value / whole.length, 0),
    });
  }
  return found;
}

function isFlat(part: readonly number[], sigma: number): boolean {
  const n = part.length;
  const middle = (n - 1) / 2;
  const mean = part.reduce((sum, value) => sum + value / n, 0);
  let covariance = 0;
  let variance = 0;
  for (const [i, value] of part.entries()) {
    covariance += (i - middle) * value;
    variance += (i - middle) ** 2;
  }
  const slope = covariance / variance;
  const fall = -slope * n;
  return Math.abs(fall) <= (2 * sigma * n) / Math.sqrt(variance) + 1e-15 && fall < 0.01 * Math.abs(mean);
}
