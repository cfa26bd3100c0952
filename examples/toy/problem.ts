// The toy of the PBT paper (Jaderberg et al. 2017, figure 2).
//
// Wanted: a large Q(θ) = 1.2 − θ₀² − θ₁². Trained on: the surrogate Q̂(θ|h) = 1.2 − h₀θ₀² − h₁θ₁², from θ = (0.9, 0.9).
// A member with h = (1, 0) moves only θ₀, one with h = (0, 1) only θ₁: alone, neither exceeds 1.2 − 0.9² = 0.39.
import { defineTrainer, searchSpace, uniform } from "polytempo";

export const learningRate = 0.02;

export interface State {
  readonly theta: [number, number];
}

export const space = searchSpace({ h0: uniform(0, 1), h1: uniform(0, 1) });

export const founders = [
  { h0: 1, h1: 0 },
  { h0: 0, h1: 1 },
] as const;

/** Steps of gradient ascent on Q̂. */
export function climb({ theta: [a, b] }: State, h: { h0: number; h1: number }, steps: number): State {
  const shrink = (rate: number): number => (1 - 2 * learningRate * rate) ** steps;
  return { theta: [a * shrink(h.h0), b * shrink(h.h1)] };
}

export const objective = ({ theta: [a, b] }: State): number => 1.2 - a * a - b * b;

export const trainer = defineTrainer<{ h0: number; h1: number }, State>({
  name: "toy",
  init: () => ({ theta: [0.9, 0.9] }),
  train: (state, h, steps) => climb(state, h, steps),
  evaluate: (state) => ({ Q: objective(state) }),
});
