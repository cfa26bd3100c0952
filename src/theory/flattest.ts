import { UsageError } from "../errors/index.ts";
import { solveTridiagonal } from "../math/index.ts";
import { cellGrid, type Grid } from "./diffusion.ts";
import { checkRanges } from "./ranges.ts";
import { eigenvalueFromTop } from "./sturm.ts";

/** The long-time law of the replicator–mutator equation. */
export interface StationaryLaw {
  readonly grid: Grid;
  /** Probability of each cell `[size]`. */
  readonly mass: Float64Array;
  /** Growth rate: ⟨F⟩ at the stationary law. */
  readonly eigenvalue: number;
  readonly mean: number;
}

/**
 * Principal eigenfunction of D ∂_hh + F with reflecting ends (docs/theory, T4.4): where evolution ends. The operator on
 * cells is a symmetric tridiagonal matrix.
 * @param diffusion D > 0
 * @param size cells of h; the error is of second order in their width
 * @throws UsageError unless D > 0 and F is finite on the domain
 */
export function stationaryLaw(
  fitness: (h: number) => number,
  domain: readonly [low: number, high: number],
  diffusion: number,
  size = 800,
): StationaryLaw {
  const grid = cellGrid(domain[0], domain[1], size);
  checkRanges("stationaryLaw", { diffusion: [diffusion, "positive"] });
  const rate = diffusion / grid.spacing ** 2;
  const diagonal = grid.centres.map((h, i) => fitness(h) - rate * (i === 0 || i === size - 1 ? 1 : 2));
  if (!diagonal.every(Number.isFinite))
    throw new UsageError("stationaryLaw.fitness: needs finite values on the domain.");
  const eigenvalue = eigenvalueFromTop(diagonal, new Float64Array(size - 1).fill(rate));
  // Inverse iteration just above the eigenvalue: the principal vector is positive and dominates at once.
  const shift = eigenvalue + 1e-12 * Math.max(1, Math.abs(eigenvalue));
  const off = new Float64Array(size).fill(-rate);
  const shifted = diagonal.map((value) => shift - value);
  let mass = new Float64Array(size).fill(1 / size);
  for (let round = 0; round < 4; round++) {
    const next = solveTridiagonal(off, shifted, off, mass);
    const sum = next.reduce((a, b) => a + b, 0);
    mass = next.map((value) => value / sum);
  }
  const mean = mass.reduce((total, p, i) => total + p * grid.centres[i]!, 0);
  return { grid, mass, eigenvalue, mean };
}

/** Two peaks of unequal width: D_c = 2(F₁ − F₂)²/(√k₁ − √k₂)² is where the broad one begins to win. */
export function criticalDiffusion(peaks: {
  readonly heights: readonly [number, number];
  readonly curvatures: readonly [number, number];
}): number {
  const [F1, F2] = peaks.heights;
  const [k1, k2] = peaks.curvatures;
  return (2 * (F1 - F2) ** 2) / (Math.sqrt(k1) - Math.sqrt(k2)) ** 2;
}
