import { cellGrid } from "./diffusion.ts";
import type { TwoScaleModel } from "./effectiveFitness.ts";
import { scharfetterGummel } from "./fokkerPlanck.ts";
import { gibbsQuadrature } from "./gibbs.ts";
import { eigenvalueFromTop } from "./sturm.ts";

/**
 * The growth rate of clones at a fixed h when the clocks are not apart (docs/theory, T3.3): the principal eigenvalue of
 *
 *     (1/ε)∂_θ(L_θ f + T f_θ) + φ f
 *
 * It tends to F(h) as ε → 0, by ε∫Cov(φ₀, φ_s)ds at first order, and exceeds it always: lineages with lucky θ multiply while
 * their luck lasts. Where ε reaches the slowest relaxation time, it is the fitness of the best well, not of h.
 * @param cells of θ; the error is of second order in their width
 */
export function realisedFitness(model: TwoScaleModel, h: number, eps: number, cells = 400): number {
  const { nodes } = gibbsQuadrature(model, h, 401);
  const grid = cellGrid(nodes[0]!, nodes.at(-1)!, cells);
  const { lower, diagonal, upper } = scharfetterGummel(
    grid,
    grid.centres.map((theta) => model.loss(theta, h)),
    model.temperature(h),
    eps,
  );
  // Detailed balance: in the coordinates f/√μ the operator is symmetric.
  const off = Float64Array.from({ length: cells - 1 }, (_, i) => Math.sqrt(lower[i + 1]! * upper[i]!));
  return eigenvalueFromTop(
    diagonal.map((rate, i) => rate + model.fitness(grid.centres[i]!, h)),
    off,
  );
}
