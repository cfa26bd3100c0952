import { UsageError } from "../errors/index.ts";
import { cellGrid, diffusionPropagator, type Grid, propagate } from "./diffusion.ts";
import { checkRanges } from "./ranges.ts";

/** A law of h on a grid. */
export interface Density {
  readonly grid: Grid;
  /** Probability of each cell `[size]`, sums to 1. */
  readonly mass: Float64Array;
}

export interface ReplicatorMutatorOptions {
  /** Effective fitness F(h). */
  readonly fitness: (h: number) => number;
  readonly domain: readonly [low: number, high: number];
  /** D ≥ 0. */
  readonly diffusion: number;
  /** Cells of h. */
  readonly size?: number;
}

export interface SolveOptions {
  readonly from: Density | { readonly mean: number; readonly variance: number };
  readonly time: number;
  /** Largest time step. */
  readonly step?: number;
}

/**
 * The reduced equation ∂ₜρ = ρ(F − ⟨F⟩) + Dρ_hh (docs/theory, T3.1 d) by Strang splitting SEL(dt/2) DIFF(dt) SEL(dt/2):
 * selection ρ ← ρ e^{(dt/2)F}/Σ is exact, diffusion is exact in time and spectral in h. Positive, mass exact, second
 * order in dt.
 * @throws UsageError when D < 0, the domain is empty, F is NaN somewhere, time < 0 or the variance is not positive
 * @example
 * const rho = replicatorMutator({ fitness: (h) => -h * h, domain: [-3, 3], diffusion: 0.05 })
 *   .solve({ from: { mean: -1, variance: 0.1 }, time: 5 });
 */
export function replicatorMutator(options: ReplicatorMutatorOptions): {
  readonly grid: Grid;
  solve(options: SolveOptions): Density;
} {
  const { fitness, domain, diffusion, size = 256 } = options;
  if (!(diffusion >= 0))
    throw new UsageError(`replicatorMutator.diffusion: needs a number >= 0, got ${diffusion}`);
  const grid = cellGrid(domain[0], domain[1], size);
  const F = grid.centres.map((h) => fitness(h));
  let top = -Infinity;
  for (const value of F) if (value > top) top = value;
  if (!Number.isFinite(top) || F.some(Number.isNaN))
    throw new UsageError("replicatorMutator.fitness: needs finite values on the domain");
  const solve = ({ from, time, step = 0.05 }: SolveOptions): Density => {
    checkRanges("replicatorMutator.solve", { time: [time, "notNegative"], step: [step, "positive"] });
    const mass = "mass" in from ? Float64Array.from(from.mass) : gaussianMass(grid, from.mean, from.variance);
    const steps = Math.max(1, Math.ceil(time / step - 1e-12));
    const dt = time / steps;
    const propagator = diffusionPropagator(grid, diffusion, dt, "spectral");
    const scratch = new Float64Array(size);
    const select = F.map((value) => Math.exp((dt / 2) * (value - top)));
    const selection = (): void => {
      let sum = 0;
      for (let i = 0; i < size; i++) sum += mass[i]! *= select[i]!;
      for (let i = 0; i < size; i++) mass[i]! /= sum;
    };
    for (let n = 0; n < steps; n++) {
      selection();
      propagate(propagator, mass, scratch);
      selection();
    }
    return { grid, mass };
  };
  return { grid, solve };
}

/**
 * Cell probabilities of N(mean, variance) by its density at the centres, normalised on the grid.
 * @throws UsageError unless the variance is positive and some mass lies on the grid
 */
export function gaussianMass(grid: Grid, mean: number, variance: number): Float64Array {
  checkRanges("from", { mean: [mean, "finite"], variance: [variance, "positive"] });
  const mass = grid.centres.map((h) => Math.exp(-((h - mean) ** 2) / (2 * variance)));
  let sum = 0;
  for (const value of mass) sum += value;
  if (sum === 0)
    throw new UsageError(
      `from: N(${mean}, ${variance}) has no mass on [${grid.low}, ${grid.high}]. Take a mean inside, or a wider variance.`,
    );
  return mass.map((value) => value / sum);
}

/** Mean and variance of a law on a grid (of its cell centres). */
export function momentsOf(law: Density): { readonly mean: number; readonly variance: number } {
  const { centres } = law.grid;
  let mean = 0;
  for (let i = 0; i < centres.length; i++) mean += law.mass[i]! * centres[i]!;
  let variance = 0;
  for (let i = 0; i < centres.length; i++) variance += law.mass[i]! * (centres[i]! - mean) ** 2;
  return { mean, variance };
}
