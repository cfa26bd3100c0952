import {
  autoFitness,
  blend,
  effective,
  type Fitness,
  gaussian,
  instantaneous,
  intervalAverage,
  multiFrequency,
  pb2,
  type Rules,
  transition,
  truncation,
} from "../../src/population/index.ts";
import type { Problem } from "./problem.ts";

/** A slow clock that is compared with others at the same number of steps of every member. */
export interface Method {
  readonly rules: (problem: Problem) => Rules;
  /** Steps between slow steps: so many times the problem's, the product's first guess, or found online from that. */
  readonly interval: number | "first" | "auto";
}

/** The one that all others are compared with. */
export const reference = "instantaneous";

/** The score of the product when nothing is asked for. */
export const standard = "auto";

const fixed = (rules: Method["rules"]): Method => ({ rules, interval: 1 });

/** All that is compared; the intervals with the default score, whose own column is the interval × 1. */
export const methods: Readonly<Record<string, Method>> = {
  [reference]: fixed((problem) => scored(problem, instantaneous())),
  "interval average": fixed((problem) => scored(problem, intervalAverage())),
  effective: fixed((problem) => scored(problem, effective())),
  blend: fixed((problem) => scored(problem, blend())),
  transition: fixed((problem) => scored(problem, transition())),
  [standard]: fixed((problem) => scored(problem, autoFitness())),
  PB2: fixed((problem) => ({ ...scored(problem, instantaneous()), mutation: pb2() })),
  "MF-PBT": fixed((problem) => ({
    ...scored(problem, instantaneous()),
    selection: multiFrequency({ frequencies: [1, 2, 5, 10] }),
  })),
  "random search": fixed((problem) => ({ ...scored(problem, instantaneous()), control: "random-search" })),
  frozen: fixed((problem) => ({ ...scored(problem, instantaneous()), control: "frozen" })),
  "interval ÷ 4": { rules: (problem) => scored(problem, autoFitness()), interval: 1 / 4 },
  "interval × 4": { rules: (problem) => scored(problem, autoFitness()), interval: 4 },
  "interval first": { rules: (problem) => scored(problem, autoFitness()), interval: "first" },
  "interval auto": { rules: (problem) => scored(problem, autoFitness()), interval: "auto" },
};

function scored({ sigma = 0.1 }: Problem, fitness: Fitness): Rules {
  return {
    selection: truncation({ fraction: 0.2 }),
    mutation: gaussian({ sigma }),
    fitness,
    sign: -1,
    control: "none",
  };
}
