import { defineTrainer } from "../../src/trainers/index.ts";

/** Trainers that misbehave in ways that only a thread of their own survives. */

export const spins = defineTrainer<unknown, object>({
  init: () => ({}),
  train() {
    for (;;);
  },
  evaluate: () => 0,
});

export const exits = defineTrainer<unknown, object>({
  init: () => ({}),
  train() {
    process.exit(3);
  },
  evaluate: () => 0,
});

export const throwsLater = defineTrainer<unknown, object>({
  init: () => ({}),
  async train() {
    setTimeout(() => {
      throw new RangeError("thrown from a timer");
    }, 1);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
  },
  evaluate: () => 0,
});

export const prints = defineTrainer<unknown, object>({
  init: () => ({}),
  train() {
    console.log("a line for the log");
  },
  evaluate: () => 1,
});

export const notATrainer = { train: 1 };
