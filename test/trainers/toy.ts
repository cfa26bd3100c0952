import { defineTrainer } from "../../src/trainers/index.ts";

/** The toy of the PBT paper (theory.md T5.6), written so that its floating-point operations are those of the Python examples. */
export const toyTrainer = defineTrainer<{ h0: number; h1: number }, { theta: [number, number] }>({
  name: "toy",
  init: () => ({ theta: [0.9, 0.9] }),
  train({ theta }, h, steps) {
    for (let i = 0; i < steps; i++) {
      theta[0] = theta[0] - 0.02 * (2 * h.h0 * theta[0]);
      theta[1] = theta[1] - 0.02 * (2 * h.h1 * theta[1]);
    }
  },
  evaluate: ({ theta }) => 1.2 - theta[0] * theta[0] - theta[1] * theta[1],
});

export default toyTrainer;
