import { median } from "../../math/index.ts";
import type { Json } from "../../space/index.ts";
import { demand, isWithin } from "../options.ts";
import type { Copy, Fitness, FitnessInput, MemberId, Score } from "../types.ts";
import { type EstimatorName, estimateRequirements, short } from "./estimate.ts";
import { inheritLineages, readLineages, writeLineages } from "./lineages.ts";
import { type Present, present, readPool, writePool } from "./observations.ts";
import { fitTransitions } from "./transitionFit.ts";

export interface TransitionOptions {
  /** Estimates the drift G(h). Default `quad`. */
  readonly estimator?: EstimatorName;
  /** Generations of transitions that are fitted: an integer ≥ 2. Default 8. */
  readonly generations?: number;
  /** Weight of a transition per generation of its age: 0 < decay ≤ 1. Default 0.8. */
  readonly decay?: number;
  /** Intervals ahead at which the score is the predicted fitness: 1 … 1000. Default 2. */
  readonly horizon?: number;
}

interface TransitionMemory {
  /** Transitions: the parent's filtered state m in front of the features of h′, and z′. */
  readonly pool: Json;
  /** Filtered state m and last innovation e of each lineage. */
  readonly lineages: Json;
  /** Persistence ρ and filter gain K. */
  readonly rho: number;
  readonly gain: number;
}

export const transitionInitial: Json = { pool: [], lineages: {}, rho: 0.8, gain: 0.7 };
export const transitionDefaults = { estimator: "quad", generations: 8, decay: 0.8, horizon: 2 } as const;

/** Step of the gain per generation towards uncorrelated innovations. */
const ADAPT = 0.25;
const CLIP = 4;

/**
 * Scores by a model of what happens between two boundaries, fitted on transitions from parent to child:
 *
 *     x′ = F(h′) + ρ (x − F(h′)) + w,   y = x + noise
 *
 * ρ → 0 is the regime of effective fitness; ρ → 1 the one in which parameters carry the progress and h shows only in
 * increments, G(h) = (1 − ρ) F(h). Values are centred and scaled in each generation, so a common trend cancels. x is
 * filtered along lineages (a copy inherits its donor's state) with a constant gain that adapts until innovations are
 * uncorrelated; G is regressed on z′ − ρ m, and ρ on m given G, in turn. The score is the prediction `horizon` intervals
 * ahead for who keeps h:
 *
 *     s = ρᴴ m + (1 + ρ + … + ρᴴ⁻¹) Ĝ(h)
 * @throws UsageError naming every option out of range
 * @see docs/effective-fitness.md
 */
export function transition(given: TransitionOptions = {}): Fitness {
  const options = { ...transitionDefaults, ...given };
  const { estimator, generations, decay, horizon } = options;
  demand("transition", [
    ...estimateRequirements({ estimator, averaged: false, generations, decay }),
    {
      name: "horizon",
      value: horizon,
      needs: "an integer from 1 to 1000",
      holds: Number.isInteger(horizon) && isWithin(horizon, 1, 1000),
    },
  ]);
  return {
    spec: { kind: "transition", ...options },
    initial: transitionInitial,
    score(memory, input) {
      const now = present(input, false);
      const result = transitionScores(memory, now, options, input);
      const { rho, gain } = result.memory as unknown as TransitionMemory;
      return {
        memory: result.memory,
        scores: input.evaluations.map(({ member }): Score => {
          const phi = now.last.get(member);
          if (phi === undefined) return { member, score: null };
          const predicted = result.scores.get(member);
          return predicted === undefined
            ? { member, score: phi }
            : { member, score: predicted, detail: { state: short(result.states.get(member)!) } };
        }),
        note:
          result.lacking === null
            ? `transition: persistence ${rho.toFixed(2)}, trust in a new value ${gain.toFixed(2)}`
            : `transition: ${result.lacking}; last values are compared`,
      };
    },
    inherit: inheritTransition,
  };
}

export function inheritTransition(memory: Json, copies: readonly Copy[]): Json {
  const { lineages, ...rest } = memory as { readonly [name: string]: Json };
  return { ...rest, lineages: inheritLineages(lineages, copies) };
}

export interface TransitionScores {
  readonly scores: ReadonlyMap<MemberId, number>;
  /** Filtered states, in units of the population's spread. */
  readonly states: ReadonlyMap<MemberId, number>;
  readonly memory: Json;
  readonly lacking: string | null;
}

/** The scores of `transition` at one slow step, and its memory after it. */
export function transitionScores(
  memory: Json,
  now: Present,
  options: Required<TransitionOptions>,
  input: FitnessInput,
): TransitionScores {
  const before = memory as unknown as TransitionMemory;
  const { centre, unit, z } = standardised(now);
  const lineages = readLineages(before.lineages);
  const parents = new Map([...lineages].map(([member, [m]]) => [member, m!]));
  const { pool, drift, lacking, ...fitted } = fitTransitions(
    readPool(before.pool),
    now,
    z,
    parents,
    options,
    input,
  );
  const rho = fitted.rho ?? before.rho;

  // Filter: who has a new value is corrected towards it.
  const states = new Map<MemberId, number>();
  let lagged = 0;
  let square = 0;
  for (const { member } of now.observations) {
    const value = z.get(member)!;
    const past = lineages.get(member);
    if (!now.ready.has(member) || past === undefined) {
      states.set(member, past?.[0] ?? value);
      if (now.ready.has(member)) lineages.set(member, [value]);
      continue;
    }
    const predicted = rho * past[0]! + (drift.get(member) ?? 0);
    const innovation = value - predicted;
    if (past[1] !== undefined) {
      lagged += innovation * past[1];
      square += past[1] * past[1];
    }
    const state = predicted + before.gain * innovation;
    states.set(member, state);
    lineages.set(member, [state, innovation]);
  }
  const share = Math.min(1, now.ready.size / Math.max(1, now.observations.length));
  const gain =
    square > 0 ? Math.min(1, Math.max(0.1, before.gain + ADAPT * share * (lagged / square))) : before.gain;

  const scores = new Map<MemberId, number>();
  if (lacking === null) {
    const { horizon } = options;
    const kept = rho ** horizon;
    const sum = rho < 1 ? (1 - kept) / (1 - rho) : horizon;
    for (const [member, state] of states) {
      scores.set(member, centre + unit * (kept * state + sum * (drift.get(member) ?? 0)));
    }
  }
  return {
    scores,
    states,
    lacking,
    memory:
      now.ready.size === 0 ? memory : { pool: writePool(pool), lineages: writeLineages(lineages), rho, gain },
  };
}

/** Values in units of the population's spread, from its median; far ones drawn in. */
function standardised(now: Present): { centre: number; unit: number; z: Map<MemberId, number> } {
  const values = now.observations.map(({ member }) => now.last.get(member)!);
  if (values.length === 0) return { centre: 0, unit: 1, z: new Map() };
  const centre = median(values);
  const deviation = 1.4826 * median(values.map((value) => Math.abs(value - centre)));
  const unit = deviation > 0 ? deviation : 1;
  return {
    centre,
    unit,
    z: new Map(
      now.observations.map(({ member }) => [
        member,
        Math.min(CLIP, Math.max(-CLIP, (now.last.get(member)! - centre) / unit)),
      ]),
    ),
  };
}
