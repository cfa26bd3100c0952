import { UsageError } from "../errors/index.ts";

/** A potential L(θ, h) in one dimension with temperature T(h): the law μ_h ∝ exp(−L(θ, h)/T(h)). */
export interface Potential {
  readonly loss: (theta: number, h: number) => number;
  /** ∂L/∂θ; used by the agents and by the bilevel gradient. */
  readonly gradient: (theta: number, h: number) => number;
  /** ∂L/∂h; used by the bilevel gradient only. */
  readonly gradientH?: (theta: number, h: number) => number;
  readonly temperature: (h: number) => number;
  /** Interval that holds all the mass that matters, for every h of interest. */
  readonly support: readonly [low: number, high: number];
}

/** Nodes of the trapezoid rule and the normalised weights of μ_h at them. */
export interface GibbsQuadrature {
  readonly nodes: Float64Array;
  /** `[nodes]`, sums to 1. */
  readonly weights: Float64Array;
  /** log Z up to the constant −min L/T, with the minimum subtracted before the exponential. */
  readonly logPartition: number;
}

const CUTOFF = 40;

/**
 * μ_h by the trapezoid rule on `points` nodes over the part of the support where L − min L < 40 T. The integrand and
 * all its derivatives vanish at the ends, so the rule converges faster than any power of the spacing.
 * @param points ≥ 101; 2001 gives 1e-12 for smooth L
 * @throws UsageError when the temperature is not positive, or L is not finite anywhere on the support
 */
export function gibbsQuadrature(model: Potential, h: number, points = 2001): GibbsQuadrature {
  if (!Number.isFinite(h)) throw new UsageError(`gibbsQuadrature.h: needs a finite number, got ${h}.`);
  if (!Number.isInteger(points) || points < 3)
    throw new UsageError(
      `gibbsQuadrature.points: needs an integer >= 3, 101 or more for accuracy, got ${points}.`,
    );
  const T = model.temperature(h);
  if (!(T > 0)) throw new UsageError(`gibbsQuadrature: needs temperature(h) > 0, got ${T} at h=${h}`);
  const [low, high] = model.support;
  const coarse = grid(low, high, points);
  const losses = coarse.map((theta) => model.loss(theta, h));
  let least = Infinity;
  for (const loss of losses) if (loss < least) least = loss;
  if (!Number.isFinite(least))
    throw new UsageError(`gibbsQuadrature: L(θ, ${h}) is not finite on the support`);
  let first = 0;
  let last = points - 1;
  while (first < last && !(losses[first]! - least < CUTOFF * T)) first++;
  while (last > first && !(losses[last]! - least < CUTOFF * T)) last--;
  const nodes = grid(coarse[Math.max(0, first - 1)]!, coarse[Math.min(points - 1, last + 1)]!, points);
  const spacing = nodes[1]! - nodes[0]!;
  least = Infinity;
  const values = nodes.map((theta) => model.loss(theta, h));
  for (const loss of values) if (loss < least) least = loss;
  const weights = values.map((loss) => Math.exp(-(loss - least) / T));
  weights[0]! *= 0.5;
  weights[points - 1]! *= 0.5;
  let sum = 0;
  for (const weight of weights) sum += weight;
  for (let i = 0; i < points; i++) weights[i]! /= sum;
  return { nodes, weights, logPartition: Math.log(sum * spacing) - least / T };
}

function grid(low: number, high: number, points: number): Float64Array {
  return Float64Array.from({ length: points }, (_, i) => low + ((high - low) * i) / (points - 1));
}

/** E_{μ_h} g(θ). */
export function gibbsMean(model: Potential, h: number, g: (theta: number) => number, points = 2001): number {
  const { nodes, weights } = gibbsQuadrature(model, h, points);
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i]! * g(nodes[i]!);
  return sum;
}
