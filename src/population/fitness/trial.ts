import { normalQuantile, ranks } from "../../math/index.ts";
import type { MemberId } from "../types.ts";

/**
 * Which of two scores predicts better what comes? Both, as normal scores x of their ranks over the population, and the
 * later evaluation y of whoever descends from the member (normal scores, too) enter the regression
 *
 *     y = a + b₀ x₀ + b₁ x₁ + noise
 *
 * Its coefficients are not distorted by selection on either score, which a plain correlation over the survivors would
 * be. Selecting on x₁ then moves y by b₁ + r b₀ per unit of intensity, on x₀ by b₀ + r b₁ (r their correlation before
 * selection): the gain of x₁ is (1 − r)(b₁ − b₀).
 */
export interface Trial {
  /** Decaying sums: of 1, x₀, x₁, y, x₀², x₁², x₀x₁, x₀y, x₁y, y². */
  readonly sums: readonly number[];
  /** Decaying mean of r and its weight. */
  readonly overlap: number;
  readonly weight: number;
}

export const noTrial: Trial = { sums: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], overlap: 0, weight: 0 };

/** Weight of what was learnt a generation ago. */
const DECAY = 0.9;
/** Siblings share the luck of their parent: pairs count for less than one each. */
const INDEPENDENT = 0.7;

/** @param rows x₀, x₁, y of each lineage that has a new evaluation; @param share part of the population they are */
export function extendTrial(
  trial: Trial,
  rows: readonly (readonly [number, number, number])[],
  r: number,
  share: number,
): Trial {
  const keep = DECAY ** share;
  const sums = trial.sums.map((value) => keep * value);
  for (const [u, v, y] of rows) {
    for (const [k, term] of [1, u, v, y, u * u, v * v, u * v, u * y, v * y, y * y].entries())
      sums[k]! += term;
  }
  const weight = keep * trial.weight + share;
  return { sums, overlap: trial.overlap + ((r - trial.overlap) * share) / weight, weight };
}

export interface Verdict {
  /** Gain of the challenger in the response per unit of selection intensity, in standard deviations. */
  readonly gain: number;
  readonly error: number;
}

/** What the trial says; null while the two cannot be told apart. */
export function verdict({ sums, overlap }: Trial): Verdict | null {
  const [n, u, v, y, uu, vv, uv, uy, vy, yy] = sums as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (n < 6 || overlap > 0.9995) return null;
  const A = uu - (u * u) / n;
  const B = vv - (v * v) / n;
  const C = uv - (u * v) / n;
  const p = uy - (u * y) / n;
  const q = vy - (v * y) / n;
  const determinant = A * B - C * C;
  if (!(determinant > 1e-9 * A * B)) return null;
  const first = (p * B - q * C) / determinant;
  const second = (q * A - p * C) / determinant;
  const residual = Math.max(0, yy - (y * y) / n - first * p - second * q);
  const variance = residual / Math.max(1, INDEPENDENT * n - 3);
  const apart = 1 - overlap;
  return {
    gain: apart * (second - first),
    error: apart * Math.sqrt((variance * (A + B + 2 * C)) / determinant / INDEPENDENT),
  };
}

/** Normal scores of ranks: Φ⁻¹((rank − ½)/n); equal values share theirs. */
export function normalScores(values: ReadonlyMap<MemberId, number>): Map<MemberId, number> {
  const n = values.size;
  const rank = ranks([...values.values()]);
  return new Map([...values.keys()].map((member, i) => [member, normalQuantile((rank[i]! - 0.5) / n)]));
}
