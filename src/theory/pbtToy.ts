import {
  compose,
  gaussian,
  initialPopulation,
  instantaneous,
  keepOwn,
  type Member,
  noMutation,
  noSelection,
  type Rules,
  slowStep,
  truncation,
} from "../population/index.ts";
import { type Key, subkey } from "../random/index.ts";
import { searchSpace, uniform } from "../space/index.ts";

/** How two workers may help each other: both, weights only, hyperparameters only, not at all, or copying h unmutated. */
export type ToyVariant = "pbt" | "exploit-only" | "explore-only" | "grid" | "frozen";

export interface ToyOptions {
  readonly variant: ToyVariant;
  readonly steps?: number;
  readonly interval?: number;
  readonly rate?: number;
  /** Standard deviation of the additive, reflected mutation of h. Default 0.2. */
  readonly sigma?: number;
}

export interface ToyPoint {
  readonly step: number;
  /** Both workers' θ. */
  readonly theta: readonly (readonly [number, number])[];
  readonly hyperparameters: readonly (readonly [number, number])[];
  /** The better worker's Q. */
  readonly best: number;
}

const space = searchSpace({ h0: uniform(0, 1), h1: uniform(0, 1) });

/** Q(θ) = 1.2 − θ₀² − θ₁²: what is wanted; at most 1.2. */
export function toyObjective(theta: readonly [number, number]): number {
  return 1.2 - theta[0] ** 2 - theta[1] ** 2;
}

/**
 * The toy of the PBT paper (Jaderberg et al. 2017, Figure 2): each worker climbs only the surrogate
 * Q̂ = 1.2 − h₀θ₀² − h₁θ₁², with h = (1, 0) and (0, 1) and θ = (0.9, 0.9) at the start; neither can reach more than 0.39
 * alone. `slowStep` makes the decisions.
 * @returns one point per interval
 */
export function pbtToy(key: Key, options: ToyOptions): ToyPoint[] {
  const { variant, steps = 200, interval = 4, rate = 0.02 } = options;
  const rules = rulesOf(variant, options);
  let theta: (readonly [number, number])[] = [
    [0.9, 0.9],
    [0.9, 0.9],
  ];
  const first = initialPopulation(space, 2, key, rules);
  let population = {
    ...first,
    members: first.members.map(
      (member, i): Member => ({ ...member, hyperparameters: { h0: i === 0 ? 1 : 0, h1: i } }),
    ),
  };
  const points: ToyPoint[] = [];
  for (let step = interval; step <= steps; step += interval) {
    theta = theta.map(([a, b], i) => {
      const { h0, h1 } = population.members[i]!.hyperparameters as { h0: number; h1: number };
      return [a * (1 - 2 * rate * h0) ** interval, b * (1 - 2 * rate * h1) ** interval] as const;
    });
    points.push({
      step,
      theta,
      hyperparameters: population.members.map(
        ({ hyperparameters: h }) => [h.h0 as number, h.h1 as number] as const,
      ),
      best: Math.max(...theta.map(toyObjective)),
    });
    const generation = population.generation;
    const evaluations = theta.map((value, member) => ({
      member,
      step,
      value: toyObjective(value),
      reports: [],
      status: "ok" as const,
      checkpoint: { member, generation, step },
    }));
    const result = slowStep(population, evaluations, subkey(key, "toy", generation), rules, { space });
    const before = theta;
    for (const decision of result.decisions) {
      if (decision.donor !== null) theta = theta.with(decision.member, before[decision.donor]!);
    }
    population = { ...result.population, members: [...result.population.members] };
  }
  return points;
}

function rulesOf(variant: ToyVariant, options: ToyOptions): Rules {
  const common = { fitness: instantaneous(), sign: 1 as const, control: "none" as const };
  const half = truncation({ fraction: 0.5 });
  const additive = gaussian({ sigma: options.sigma ?? 0.2 });
  switch (variant) {
    case "pbt":
      return { ...common, selection: half, mutation: additive };
    case "exploit-only":
      return { ...common, selection: half, mutation: keepOwn() };
    case "frozen":
      return { ...common, selection: half, mutation: noMutation(), control: "frozen" };
    case "explore-only":
      return { ...common, selection: selfMutation, mutation: compose([keepOwn(), additive]) };
    case "grid":
      return { ...common, selection: noSelection(), mutation: noMutation() };
  }
}

/** Nobody copies a neighbour; the worse worker stays where it is and moves its own hyperparameters. */
const selfMutation: Rules["selection"] = {
  spec: { kind: "selfMutation" },
  select(contestants, key, generation) {
    return truncation({ fraction: 0.5 })
      .select(contestants, key, generation)
      .map((choice) => (choice.donor === null ? choice : { ...choice, donor: choice.member }));
  },
};
