import type { FitnessInput, MemberId } from "../types.ts";
import { type EstimatorName, regress } from "./estimate.ts";
import { extendPool, type Observation, type Pool, type Present } from "./observations.ts";

/** Prior of ρ: it weighs as much as so many transitions of unit size. */
const PRIOR = { rho: 0.8, weight: 4 };
const LEAST = 8;
/** Transitions used at most in one fit. */
const MOST = 150;

/** What a fit needs of the rule's options. */
export interface TransitionFitOptions {
  readonly estimator: EstimatorName;
  readonly generations: number;
  readonly decay: number;
}

export interface TransitionFit {
  readonly pool: Pool;
  /** null: not fitted. */
  readonly rho: number | null;
  /** Ĝ at the members' hyperparameters, in units of the population's spread. */
  readonly drift: ReadonlyMap<MemberId, number>;
  readonly lacking: string | null;
}

/**
 * ρ and G of z′ = G(h′) + ρ m + noise over the pooled transitions: G by regression of z′ − ρ m on h′, ρ by least squares
 * of z′ − Ĝ(h′) on m, in turn. ρ comes first and gets what either could explain: a mutated h is not credited with the
 * parameters of its parent.
 * @param z values now, by member
 * @param parents filtered states of the lineages at their boundary before
 */
export function fitTransitions(
  stored: Pool,
  now: Present,
  z: ReadonlyMap<MemberId, number>,
  parents: ReadonlyMap<MemberId, number>,
  options: TransitionFitOptions,
  input: FitnessInput,
): TransitionFit {
  const { generation } = now;
  const observations = now.observations.flatMap((observation): Observation[] => {
    const m = parents.get(observation.member);
    if (m === undefined || !now.ready.has(observation.member)) return [];
    return [{ ...observation, value: z.get(observation.member)!, features: [m, ...observation.features] }];
  });
  const pool = extendPool(stored, { ...now, observations }, options.generations, input);
  const drift = new Map<MemberId, number>();
  const newest = pool.filter((transition) => transition.generation > generation - options.generations);
  if (newest.length < LEAST) {
    return { pool, rho: null, drift, lacking: `${newest.length} transitions are too few` };
  }
  const recent = newest.slice(-MOST);
  const weight = ({ generation: then }: Observation): number => options.decay ** (generation - then);
  const persistenceGiven = (G: (i: number) => number): number => {
    let top = PRIOR.weight * PRIOR.rho;
    let bottom = PRIOR.weight;
    for (const [i, transition] of recent.entries()) {
      const m = transition.features[0]!;
      top += weight(transition) * (transition.value - G(i)) * m;
      bottom += weight(transition) * m * m;
    }
    return Math.min(1, Math.max(0, top / bottom));
  };
  const here = now.observations.map(({ features }) => features);
  const there = recent.map(({ features }) => features.slice(1));
  let rho = persistenceGiven(() => 0);
  for (const last of [false, true]) {
    const increments = recent.map(
      (transition, i): Observation => ({
        ...transition,
        features: there[i]!,
        value: transition.value - rho * transition.features[0]!,
      }),
    );
    const queries = last ? here : there;
    const { estimates, lacking } = regress(increments, here, queries, generation, options, input);
    if (lacking !== null) return { pool, rho, drift, lacking };
    if (!last) rho = persistenceGiven((i) => estimates[i]!.mean);
    else for (const [i, { member }] of now.observations.entries()) drift.set(member, estimates[i]!.mean);
  }
  return { pool, rho, drift, lacking: null };
}
