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

/** Slow clocks that are compared, at equal budget; the first is the reference. */
export const methods: Readonly<Record<string, (problem: Problem) => Rules>> = {
  instantaneous: (problem) => scored(problem, instantaneous()),
  "interval average": (problem) => scored(problem, intervalAverage()),
  effective: (problem) => scored(problem, effective()),
  blend: (problem) => scored(problem, blend()),
  transition: (problem) => scored(problem, transition()),
  auto: (problem) => scored(problem, autoFitness()),
  PB2: (problem) => ({ ...scored(problem, instantaneous()), mutation: pb2() }),
  "MF-PBT": (problem) => ({
    ...scored(problem, instantaneous()),
    selection: multiFrequency({ frequencies: [1, 2, 5, 10] }),
  }),
  "random search": (problem) => ({ ...scored(problem, instantaneous()), control: "random-search" }),
  frozen: (problem) => ({ ...scored(problem, instantaneous()), control: "frozen" }),
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
