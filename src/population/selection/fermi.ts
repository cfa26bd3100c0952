import { demand, positiveOption, probabilityOption } from "../options.ts";
import type { Selection } from "../types.ts";
import { pairwise } from "./pairwise.ts";

export interface FermiOptions {
  /** Selection strength per unit of score: > 0. Default 5. */
  readonly beta?: number;
  /** Chance that a member meets another one in a step, 0 … 1: 1 − e^(−λτ) for a Poisson clock. Default 1. */
  readonly probability?: number;
}

/**
 * Pairwise comparison (Moran, Fermi): member i meets a random j and copies it with probability
 *
 *     p(Δ) = 1 / (1 + e^(−βΔ)),   Δ = φ_j − φ_i
 *
 * Without mutation the mean drift of a large population is f(z) ∫ tanh(βΔ/2) f(z') dz'.
 * @throws UsageError naming every option out of range
 */
export function fermi({ beta = 5, probability = 1 }: FermiOptions = {}): Selection {
  demand("fermi", [positiveOption("beta", beta), probabilityOption("probability", probability)]);
  return pairwise({ kind: "fermi", beta, probability }, probability, ({ own, other, draws }) => {
    const chance = 1 / (1 + Math.exp(-beta * (other.score - own.score)));
    const draw = draws.uniform();
    const replaced = draw < chance;
    return { replaced, reason: replaced ? "lost the draw" : "won the draw", detail: { chance, draw } };
  });
}
