import { demand, positiveOption, probabilityOption } from "../options.ts";
import type { Mutation } from "../types.ts";
import { elementwise } from "./elementwise.ts";
import { moveOrdered, moveUnordered, mustStep } from "./neighbour.ts";
import { reflect } from "./reflect.ts";

export interface GaussianOptions {
  /** Standard deviation of a move in encoded coordinates, as a share of the range: > 0. Default 0.1. */
  readonly sigma?: number;
  /** Probability that an ordered value (`ordinal`) of few steps to a neighbour: 0 … 1. Default 0.5. */
  readonly step?: number;
  /** Probability that an unordered category (`choice`) changes: 0 … 1. Default 0.25. */
  readonly switch?: number;
}

/**
 * Gaussian mutation in the unit cube, reflected at the bounds:
 *
 *     u' = reflect(u + σ ξ),   ξ ~ N(0, 1),   u = encode(h)
 *
 * The encoding carries each law's own scale, so for `logUniform` this is a move in log h without drift, and 0 is no
 * trap. Integers are rounded and move by at least one. Ordered values step ±1 when neighbours lie at least σ apart
 * (K σ ≤ 1), else they move as integers do; unordered ones switch.
 * @throws UsageError naming every option out of range
 * @example
 * const mutation = gaussian({ sigma: 0.05 });
 */
export function gaussian(options: GaussianOptions = {}): Mutation {
  const { sigma = 0.1, step = 0.5, switch: change = 0.25 } = options;
  demand("gaussian", [
    positiveOption("sigma", sigma),
    probabilityOption("step", step),
    probabilityOption("switch", change),
  ]);
  return elementwise({ kind: "gaussian", sigma, step, switch: change }, (distribution, value, draws) => {
    const { topology, cardinality } = distribution;
    if (topology === "unordered") return moveUnordered(distribution, value, draws, change);
    if (topology === "ordered" && cardinality * sigma <= 1) {
      return moveOrdered(distribution, value, draws, step);
    }
    const move = sigma * draws.normal();
    const moved = distribution.decode(reflect(distribution.encode(value) + move));
    if (topology === "continuous" || moved !== value) return moved;
    return mustStep(distribution, value, move < 0 ? -1 : 1);
  });
}
