import type { Contestant, Selection } from "../population/index.ts";
import { fillNormal, fillUniform, type Key } from "../random/index.ts";

/** Births among agents: an operator of `population` at its clock (docs/theory, T1.2 a–c). */
export interface AgentBirths {
  /** The same operators that real runs use: `truncation`, `fermi`, `boltzmann`, … */
  readonly selection: Selection;
  /** λ: rate of each agent's clock, per slow time. */
  readonly rate: number;
  /**
   * `poisson` (default): each agent is ready with probability 1 − e^{−λdt} in a step. `synchronous`: all are ready together,
   * every 1/λ of slow time.
   */
  readonly clock?: "poisson" | "synchronous";
  /** `clone` (default): a child has θ and h of its parent. `keep`: it keeps its own θ and takes the parent's h. */
  readonly inherit?: "clone" | "keep";
  /** Variance of the Gaussian step of a child's h. Default 0. */
  readonly mutationVariance?: number;
}

/** A step of the slow clock. */
export interface SlowStep {
  readonly step: number;
  readonly from: number;
  readonly until: number;
}

/** What an event did: whom each agent descends from, and everybody's h afterwards, not yet inside the domain. */
export interface BirthEvent {
  /** `[N]`: own index where the agent kept. */
  readonly parents: Int32Array;
  readonly h: Float64Array;
}

/**
 * Lets the agents that are ready meet the operator once.
 * @param fitness φ `[N]`; what is not finite is never a parent and is replaced first
 * @returns null where nobody is ready
 */
export function giveBirths(
  births: AgentBirths,
  fitness: Float64Array,
  h: Float64Array,
  key: Key,
  time: SlowStep,
): BirthEvent | null {
  const { selection, rate, clock = "poisson", mutationVariance = 0 } = births;
  const n = h.length;
  const draws = new Float64Array(n);
  if (clock === "poisson") fillUniform(draws, key, "ready", time.step);
  // Rounding must not move an event at the end of a step into the next one.
  else if (Math.floor(time.from * rate + 1e-9) === Math.floor(time.until * rate + 1e-9)) return null;
  const chance = clock === "poisson" ? -Math.expm1(-rate * (time.until - time.from)) : 1;
  const contestants: Contestant[] = Array.from(fitness, (score, id) => ({
    id,
    score: Number.isFinite(score) ? score : null,
    eligible: Number.isFinite(score),
    replaceable: draws[id]! < chance,
    samples: [],
  }));
  const parents = Int32Array.from(h, (_, i) => i);
  const next = h.slice();
  const moves = new Float64Array(n);
  if (mutationVariance > 0) fillNormal(moves, key, "birth", time.step);
  const width = Math.sqrt(mutationVariance);
  for (const { member, donor, mutates = true } of selection.select(contestants, key, time.step)) {
    if (donor === null) continue;
    parents[member] = donor;
    next[member] = h[donor]! + (mutates ? width * moves[member]! : 0);
  }
  return { parents, h: next };
}
