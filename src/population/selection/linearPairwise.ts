import { demand, positiveOption, probabilityOption } from "../options.ts";
import type { Selection } from "../types.ts";
import { pairwise } from "./pairwise.ts";

export interface LinearPairwiseOptions {
  /** Selection strength per unit of score: > 0. Default 1. */
  readonly beta?: number;
  /** Chance that a member meets another one in a step, 0 … 1. Default 1. */
  readonly probability?: number;
}

/**
 * Pairwise comparison with a linear law: member i copies a random j with probability
 *
 *     p(Δ) = clip(1/2 + βΔ/2, 0, 1),   Δ = φ_j − φ_i
 *
 * While |βΔ| ≤ 1 it is linear in φ, so in the two-time-scale limit it sees the mean fitness E φ itself, without the
 * bonus for noise that Boltzmann selection gives.
 * @throws UsageError naming every option out of range
 */
export function linearPairwise({ beta = 1, probability = 1 }: LinearPairwiseOptions = {}): Selection {
  demand("linearPairwise", [positiveOption("beta", beta), probabilityOption("probability", probability)]);
  return pairwise({ kind: "linearPairwise", beta, probability }, probability, ({ own, other, draws }) => {
    const chance = Math.min(1, Math.max(0, 0.5 + (beta * (other.score - own.score)) / 2));
    const draw = draws.uniform();
    const replaced = draw < chance;
    return { replaced, reason: replaced ? "lost the draw" : "won the draw", detail: { chance, draw } };
  });
}
