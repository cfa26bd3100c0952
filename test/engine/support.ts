import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type RunRequest, run } from "../../src/engine/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { openRunReader } from "../../src/store/index.ts";
import { defineTrainer } from "../../src/trainers/index.ts";

/** Fresh directories that go when the test file ends. */
export function scratch(): (name: string) => string {
  const root = mkdtempSync(join(tmpdir(), "polytempo-engine-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return (name) => join(root, name);
}

export interface ToyHyperparameters {
  readonly h0: number;
  readonly h1: number;
}

export const toySpace = searchSpace({ h0: uniform(0, 1), h1: uniform(0, 1) });

/** The toy of the PBT paper: Q = 1.2 − θ₀² − θ₁², trained on the surrogate that h weighs. */
export const toyTrainer = defineTrainer<ToyHyperparameters, { theta: [number, number] }>({
  name: "toy",
  init: () => ({ theta: [0.9, 0.9] }),
  train(state, h, steps) {
    for (let i = 0; i < steps; i++) {
      state.theta[0] -= 0.02 * 2 * h.h0 * state.theta[0];
      state.theta[1] -= 0.02 * 2 * h.h1 * state.theta[1];
    }
  },
  evaluate: ({ theta }) => 1.2 - theta[0] ** 2 - theta[1] ** 2,
});

export const toy = (changes: Partial<RunRequest> = {}): RunRequest => ({
  trainer: toyTrainer,
  space: toySpace,
  metric: "Q:max",
  members: 6,
  seed: 7,
  slow: { interval: 4 },
  stop: { steps: 24 },
  ...changes,
});

/** Runs to the end. */
export const finish = (request: RunRequest, directory: string, slots = 1): ReturnType<typeof run>["result"] =>
  run(request, { directory, slots }).result;

/** The decision log's canonical lines. */
export async function logOf(directory: string): Promise<string[]> {
  const reader = await openRunReader(directory);
  try {
    return [...reader.decisionLines()];
  } finally {
    reader.close();
  }
}
