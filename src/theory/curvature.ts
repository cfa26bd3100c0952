import type { Potential } from "./gibbs.ts";

/** Heights above the minimum, in units of T, below which θ is practically always: e^{−6} of the mass lies higher. */
const HEIGHT = 6;
const PLACES = 17;
const CELLS = 400;

/**
 * The largest ∂²L/∂θ² where the Gibbs laws live: differences of the gradient over the part of the support where
 * L − min L ≤ 6T, at 17 values of h across the domain. What a Langevin step must resolve (docs/theory, T1.1).
 * @returns null where L or its gradient is not finite on the support at some h
 */
export function largestCurvature(
  { loss, gradient, temperature, support }: Potential,
  domain: readonly [low: number, high: number],
): number | null {
  const width = (support[1] - support[0]) / CELLS;
  const nodes = Float64Array.from({ length: CELLS + 1 }, (_, i) => support[0] + i * width);
  let most = 0;
  for (let place = 0; place < PLACES; place++) {
    const h = domain[0] + ((domain[1] - domain[0]) * place) / (PLACES - 1);
    const losses = nodes.map((theta) => loss(theta, h));
    const slopes = nodes.map((theta) => gradient(theta, h));
    if (!losses.every(Number.isFinite) || !slopes.every(Number.isFinite)) return null;
    const level = losses.reduce((least, value) => Math.min(least, value), Infinity) + HEIGHT * temperature(h);
    for (let i = 0; i < CELLS; i++) {
      // A cell counts where either end does: the minimum itself always.
      if (losses[i]! <= level || losses[i + 1]! <= level)
        most = Math.max(most, (slopes[i + 1]! - slopes[i]!) / width);
    }
  }
  // Differences of a parabola's gradient are k to rounding: it must not cost a substep more.
  return most * (1 - 1e-9);
}
