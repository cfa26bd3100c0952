import { refuse } from "../errors/index.ts";
import { birthOperator, birthProblems, type Births } from "./births.ts";
import { cellGrid, diffusionPropagator, propagate } from "./diffusion.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import { gibbsQuadrature } from "./gibbs.ts";
import { checkRanges } from "./ranges.ts";
import { type Density, gaussianMass } from "./replicatorMutator.ts";

export interface ReducedBirths {
  readonly model: TwoScaleModel;
  readonly births: Births;
  readonly domain: readonly [low: number, high: number];
  /** Cells of h. Default 128. */
  readonly size?: number;
  /** Nodes of each Gibbs law. Default 401. */
  readonly points?: number;
}

/**
 * The reduced equations of selection by births (docs/theory, T3.1 a–c), f = μ_h(θ)ρ(t, h) integrated over θ:
 *
 *     (a) ∂ₜρ = λ(M[ρ Pr_{μ_h}(φ ≥ c_hi)] − ρ Pr_{μ_h}(φ ≤ c_lo))
 *     (b) ∂ₜρ = λ(M[ρ ∫P(h, h′)ρ(h′)dh′] − ρ ∫P(h′, h)ρ(h′)dh′),   P(h, h′) = E p(φ − φ′)
 *     (c) ∂ₜρ = λ(M[ρW/⟨W⟩] − ρ),   W(h) = E_{μ_h} e^{βφ}
 *
 * M is a Gaussian kernel, reflected at the ends. Only a linear p in (b) sees F = E φ alone. Copies that keep their own θ
 * have the same limit. Classical Runge–Kutta in time; mass exact to rounding.
 * @throws UsageError for impossible rules, all at once
 */
export function reducedBirths(options: ReducedBirths): {
  /** @param run.step largest time step; default 0.05/λ */
  solve(run: {
    readonly from: Density | { readonly mean: number; readonly variance: number };
    readonly time: number;
    readonly step?: number;
  }): Density;
} {
  const { model, births, domain, size = 128, points = 401 } = options;
  refuse(birthProblems(births, "reducedBirths"));
  const { rule, rate, mutationVariance = 0 } = births;
  const grid = cellGrid(domain[0], domain[1], size);
  const weights = new Float64Array(size * points);
  const fitness = new Float64Array(size * points);
  grid.centres.forEach((h, j) => {
    const law = gibbsQuadrature(model, h, points);
    weights.set(law.weights, j * points);
    law.nodes.forEach((theta, i) => {
      fitness[j * points + i] = model.fitness(theta, h);
    });
  });
  const operator = birthOperator(rule, fitness);
  const kernel = diffusionPropagator(grid, mutationVariance / 2, 1);
  const mass = new Float64Array(size * points);
  const gain = new Float64Array(size * points);
  const loss = new Float64Array(size * points);
  const scratch = new Float64Array(size);
  const derivative = (rho: Float64Array): Float64Array => {
    for (let j = 0; j < size; j++) {
      for (let i = j * points; i < (j + 1) * points; i++) mass[i] = weights[i]! * rho[j]!;
    }
    operator(mass, gain, loss);
    const born = summed(gain, points);
    if (mutationVariance > 0) propagate(kernel, born, scratch);
    const dead = summed(loss, points);
    return born.map((value, j) => rate * (value - dead[j]!));
  };
  return {
    solve({ from, time, step = 0.05 / rate }) {
      checkRanges("reducedBirths.solve", { time: [time, "notNegative"], step: [step, "positive"] });
      const steps = Math.max(1, Math.ceil(time / step - 1e-12));
      const dt = time / steps;
      let rho = "mass" in from ? Float64Array.from(from.mass) : gaussianMass(grid, from.mean, from.variance);
      const moved = (by: Float64Array, factor: number): Float64Array =>
        rho.map((value, j) => value + factor * by[j]!);
      for (let n = 0; n < steps; n++) {
        const k1 = derivative(rho);
        const k2 = derivative(moved(k1, dt / 2));
        const k3 = derivative(moved(k2, dt / 2));
        const k4 = derivative(moved(k3, dt));
        rho = rho.map((v, j) => v + (dt / 6) * (k1[j]! + 2 * k2[j]! + 2 * k3[j]! + k4[j]!));
      }
      return { grid, mass: rho };
    },
  };
}

function summed(cells: Float64Array, points: number): Float64Array {
  const out = new Float64Array(cells.length / points);
  for (let i = 0; i < cells.length; i++) out[Math.floor(i / points)]! += cells[i]!;
  return out;
}
