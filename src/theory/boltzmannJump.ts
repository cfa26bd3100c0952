import { refuse, UsageError } from "../errors/index.ts";
import { cellGrid, diffusionPropagator, propagate } from "./diffusion.ts";
import { checkRanges } from "./ranges.ts";
import { type Density, gaussianMass } from "./replicatorMutator.ts";

/**
 * The reduced equation of Boltzmann selection (docs/theory, T3.1 c): births at rate λ, parents drawn by W, children mutated,
 *
 *     ∂ₜρ = λ(M[Wρ/⟨W⟩] − ρ),   W(h) = E_{μ_h} e^{βφ},
 *
 * M a Gaussian kernel of given variance, reflected at the ends. With λ = 1/κ, β = κ and variance 2κD it tends to the
 * replicator–mutator equation at first order in κ (T3.2). Integrated by the classical Runge–Kutta method.
 */
export interface BoltzmannJump {
  readonly rate: number;
  /** W(h) > 0: what selection of strength β sees. */
  readonly weight: (h: number) => number;
  readonly mutationVariance: number;
  readonly domain: readonly [low: number, high: number];
  readonly size?: number;
}

/**
 * @param run.step largest time step; default 0.05/λ
 * @throws UsageError unless rate > 0 and variance ≥ 0
 */
export function boltzmannJump(
  model: BoltzmannJump,
  run: {
    readonly from: { readonly mean: number; readonly variance: number };
    readonly time: number;
    readonly step?: number;
  },
): Density {
  const { rate, mutationVariance, domain, size = 256 } = model;
  const problems: string[] = [];
  if (!(rate > 0)) problems.push(`boltzmannJump.rate: needs a number > 0, got ${rate}`);
  if (!(mutationVariance >= 0)) {
    problems.push(`boltzmannJump.mutationVariance: needs a number >= 0, got ${mutationVariance}`);
  }
  refuse(problems);
  const grid = cellGrid(domain[0], domain[1], size);
  const W = grid.centres.map(model.weight);
  if (!W.every((value) => value > 0 && value < Infinity))
    throw new UsageError(
      "boltzmannJump.weight: needs finite values > 0 on the domain. Narrow it, or divide W by a constant.",
    );
  const { time, step = 0.05 / rate } = run;
  checkRanges("boltzmannJump", { time: [time, "notNegative"], step: [step, "positive"] });
  // A Gaussian kernel of variance v is diffusion with D·τ = v/2.
  const kernel = diffusionPropagator(grid, mutationVariance / 2, 1, "spectral");
  const steps = Math.max(1, Math.ceil(time / step));
  const dt = time / steps;
  const scratch = new Float64Array(size);
  const derivative = (rho: Float64Array): Float64Array => {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += W[i]! * rho[i]!;
    const born = rho.map((value, i) => (W[i]! * value) / mean);
    propagate(kernel, born, scratch);
    return born.map((value, i) => rate * (value - rho[i]!));
  };
  let rho = gaussianMass(grid, run.from.mean, run.from.variance);
  const moved = (by: Float64Array, factor: number): Float64Array => rho.map((v, i) => v + factor * by[i]!);
  for (let n = 0; n < steps; n++) {
    const k1 = derivative(rho);
    const k2 = derivative(moved(k1, dt / 2));
    const k3 = derivative(moved(k2, dt / 2));
    const k4 = derivative(moved(k3, dt));
    rho = rho.map((v, i) => v + (dt / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!));
  }
  return { grid, mass: rho };
}
