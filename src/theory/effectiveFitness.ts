import { gibbsQuadrature, type Potential } from "./gibbs.ts";
import { checkRanges } from "./ranges.ts";

/** A two-time-scale model: a potential for θ and a fitness φ(θ, h) that is maximised. */
export interface TwoScaleModel extends Potential {
  readonly fitness: (theta: number, h: number) => number;
}

/** Mean and variance of φ under μ_h, and the certainty equivalents that selection operators see. */
export interface FitnessAtEquilibrium {
  /** F(h) = E φ: what operators that are linear in φ select on. */
  readonly mean: number;
  readonly variance: number;
  /** F_β(h) = (1/β) log E e^{βφ}: what Boltzmann selection of strength β sees; ≥ F, so fluctuations are rewarded. */
  certaintyEquivalent(beta: number): number;
}

/**
 * Effective fitness of h by quadrature over its Gibbs law (docs/theory, T3.1).
 * @param points nodes of the trapezoid rule
 */
export function fitnessAtEquilibrium(model: TwoScaleModel, h: number, points = 2001): FitnessAtEquilibrium {
  const { nodes, weights } = gibbsQuadrature(model, h, points);
  const phi = nodes.map((theta) => model.fitness(theta, h));
  let mean = 0;
  for (let i = 0; i < phi.length; i++) mean += weights[i]! * phi[i]!;
  let variance = 0;
  for (let i = 0; i < phi.length; i++) variance += weights[i]! * (phi[i]! - mean) ** 2;
  const certaintyEquivalent = (beta: number): number => {
    checkRanges("certaintyEquivalent", { beta: [beta, "positive"] });
    let top = -Infinity;
    for (const value of phi) if (value > top) top = value;
    let sum = 0;
    for (let i = 0; i < phi.length; i++) sum += weights[i]! * Math.exp(beta * (phi[i]! - top));
    return top + Math.log(sum) / beta;
  };
  return { mean, variance, certaintyEquivalent };
}

/** h ↦ F(h), for the solvers of the reduced equations. */
export function effectiveFitness(model: TwoScaleModel, points = 2001): (h: number) => number {
  return (h) => fitnessAtEquilibrium(model, h, points).mean;
}

/**
 * F′(h) without second derivatives (docs/theory, T5.6): F′ = E[∂φ/∂h] − Cov_{μ_h}(φ, ∂L/∂h)/T, for T independent of h.
 * @throws TypeError when the model gives no ∂L/∂h
 */
export function effectiveFitnessSlope(
  model: TwoScaleModel & { readonly fitnessGradientH?: (theta: number, h: number) => number },
  h: number,
  points = 2001,
): number {
  const { gradientH, fitnessGradientH } = model;
  if (gradientH === undefined)
    throw new TypeError("effectiveFitnessSlope: the model needs gradientH = ∂L/∂h");
  const { nodes, weights } = gibbsQuadrature(model, h, points);
  let phiMean = 0;
  let slopeMean = 0;
  let direct = 0;
  for (let i = 0; i < nodes.length; i++) {
    phiMean += weights[i]! * model.fitness(nodes[i]!, h);
    slopeMean += weights[i]! * gradientH(nodes[i]!, h);
    direct += weights[i]! * (fitnessGradientH?.(nodes[i]!, h) ?? 0);
  }
  let covariance = 0;
  for (let i = 0; i < nodes.length; i++) {
    covariance +=
      weights[i]! * (model.fitness(nodes[i]!, h) - phiMean) * (gradientH(nodes[i]!, h) - slopeMean);
  }
  return direct - covariance / model.temperature(h);
}
