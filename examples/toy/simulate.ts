// The same population without store, processes or files: `slowStep` is a pure function, so a loop is all it takes.
import {
  gaussian,
  initialPopulation,
  instantaneous,
  keepOwn,
  key,
  noMutation,
  noSelection,
  type Rules,
  slowStep,
  truncation,
} from "polytempo";
import { climb, founders, objective, space, type State } from "./problem.ts";

const common = { fitness: instantaneous(), sign: 1, control: "none" } as const;
const half = truncation({ fraction: 0.5 });

/** What the two members may do to each other. */
export const variants = {
  /** Copy θ and h of the better, then move h. */
  pbt: { ...common, selection: half, mutation: gaussian({ sigma: 0.2 }) },
  /** Copy θ of the better, keep the own h. */
  "exploit only": { ...common, selection: half, mutation: keepOwn() },
  /** Copy θ and h of the better, unchanged: `--control frozen`. */
  frozen: { ...common, selection: half, mutation: noMutation(), control: "frozen" },
  /** Nothing: two runs of a grid search. */
  grid: { ...common, selection: noSelection(), mutation: noMutation() },
} as const satisfies Record<string, Rules>;

export type Variant = keyof typeof variants;

/** The better member's Q after each interval of 4 steps. */
export function simulate(seed: number, variant: Variant, steps = 200, interval = 4): number[] {
  const rules: Rules = variants[variant];
  const root = key(seed);
  const drawn = initialPopulation(space, 2, root, rules);
  let population = {
    ...drawn,
    members: drawn.members.map((member) => ({ ...member, hyperparameters: founders[member.id]! })),
  } as typeof drawn;
  let states: State[] = [{ theta: [0.9, 0.9] }, { theta: [0.9, 0.9] }];
  const best: number[] = [];
  for (let step = interval; step <= steps; step += interval) {
    const { generation } = population;
    const trained = states.map((state, member) =>
      climb(state, population.members[member]!.hyperparameters as { h0: number; h1: number }, interval),
    );
    const evaluations = trained.map((state, member) => ({
      member,
      step,
      value: objective(state),
      reports: [],
      status: "ok" as const,
      checkpoint: { member, generation, step },
    }));
    const decided = slowStep(population, evaluations, root, rules, { space });
    population = decided.population;
    states = decided.decisions.map(({ member, donor }) => trained[donor ?? member]!);
    best.push(Math.max(...trained.map(objective)));
  }
  return best;
}
