import type { SearchSpace } from "../../space/index.ts";
import type { Movement } from "../types.ts";
import type { Ridge } from "./surface.ts";

/** What the pace of a population follows from. */
export interface Pace {
  /** Standardised selection differential of the score per generation: 2 q i_q under truncation. */
  readonly intensity: number | null;
  /** R: share of the variance of evaluations that hyperparameters explain. */
  readonly explained: number | null;
  /** The same of each hyperparameter's own values, by dimension. */
  readonly differentials: readonly (number | null)[];
  /** Standard deviations, encoded. */
  readonly diversity: { readonly [name: string]: number };
}

/**
 * Slow steps that selection needs to move the mean of a hyperparameter by a distance:
 *
 *     Δ/(i √R sd(h)),   i = 2 q i_q under truncation
 *
 * @param distance Δ in encoded coordinates
 * @param pace.reliability R, the share of the variance of scores that this hyperparameter explains
 * @returns null where it would take for ever or something is unknown
 * @see docs/theory, T9.10
 * @example
 * eventsToMove(0.3, { intensity: 0.55992, reliability: 0.25, spread: 0.1 }); // 10.7
 */
export function eventsToMove(
  distance: number | null,
  pace: { readonly intensity: number | null; readonly reliability: number | null; readonly spread: number },
): number | null {
  const { intensity, reliability, spread } = pace;
  if (distance === null || intensity === null || reliability === null) return null;
  const perEvent = intensity * Math.sqrt(reliability) * spread;
  return perEvent > 0 ? distance / perEvent : null;
}

/** Where each hyperparameter is going, and how fast; null: unknown. */
export function movements(
  ridges: readonly Ridge[],
  { intensity, explained, differentials, diversity }: Pace,
  space: SearchSpace<unknown>,
): { readonly [name: string]: Movement } {
  const total = ridges.reduce((sum, { variance }) => sum + variance, 0);
  const out: Record<string, Movement> = {};
  for (const [d, { topology, cardinality, fixed }] of space.distributions.entries()) {
    if (fixed || topology === "fixed" || cardinality <= 1) continue;
    const name = space.names[d]!;
    const ridge = ridges.find(({ dimension }) => dimension === d);
    const { slope = null, mean = 0, variance = 0 } = ridge ?? {};
    // Where hyperparameters explain nothing clearly, the top of the fit is one of chance.
    const best = explained === null ? null : (ridge?.optimum ?? null);
    const optimum = best === null ? null : space.distributions[d]!.decode(best);
    if (topology === "unordered") {
      out[name] = { slope, optimum, distance: null, differential: null, events: null, across: null };
      continue;
    }
    const pace = {
      intensity,
      // Of the explained share, the part that is this hyperparameter's own.
      reliability: explained === null || !(total > 0) ? null : (explained * variance) / total,
      spread: diversity[name] ?? 0,
    };
    const distance = best === null ? null : Math.abs(best - mean);
    out[name] = {
      slope,
      optimum,
      distance,
      differential: differentials[d] ?? null,
      events: eventsToMove(distance, pace),
      across: eventsToMove(1, pace),
    };
  }
  return out;
}

/** Standard errors from which what is left to gain is known. */
const CLEAR_GAIN = 2;

/**
 * What mutation costs, √(κD/2) summed over hyperparameters (κ = i times the curvature of F̂ per generation, D half of the
 * variance that mutation adds per generation), and what is left to gain, max F̂ − ⟨F̂⟩; both in spreads of the metric.
 * @param diffusion D by dimension
 * @returns null where no curvature is known; `remaining` is null where it is less than twice its standard error
 * @see docs/theory, T4.1 and T9.7
 */
export function mutationLoad(
  ridges: readonly Ridge[],
  intensity: number | null,
  diffusion: readonly number[],
): { readonly cost: number; readonly remaining: number | null } | null {
  if (intensity === null || !(intensity > 0)) return null;
  const curved = ridges.filter(({ curvature }) => curvature !== null);
  if (curved.length === 0) return null;
  const cost = curved.reduce((sum, { curvature, dimension }) => {
    const kappa = intensity * curvature!;
    // √(κD/2) is in units of what one generation of selection acts on, i·F̂.
    return sum + Math.sqrt((kappa * (diffusion[dimension] ?? 0)) / 2) / intensity;
  }, 0);
  const gains = ridges.flatMap(({ gain }) => gain ?? []);
  const remaining = gains.reduce((sum, { value }) => sum + value, 0);
  const error = Math.hypot(...gains.map((gain) => gain.error));
  return { cost, remaining: remaining > CLEAR_GAIN * error ? remaining : null };
}
