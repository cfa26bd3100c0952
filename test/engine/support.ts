import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { type Internals, production } from "../../src/engine/faults.ts";
import {
  type RunRequest,
  run,
  type Segment,
  type SegmentHooks,
  type SegmentOutcome,
  type Trainer,
} from "../../src/engine/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { openRunReader, type StoredDecisionEvent } from "../../src/store/index.ts";
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

/** What a scripted segment does: an outcome, or undefined for an honest success. */
export type Script = (
  segment: Segment,
  hooks: SegmentHooks,
) => SegmentOutcome | "silent" | "throws" | undefined | Promise<SegmentOutcome | undefined>;

/** Sessions opened, segments run and how many ran at once. */
export interface Seen {
  opened: number;
  closed: number;
  most: number;
  readonly segments: Segment[];
}

/**
 * A trainer whose state is one number: it grows by h0 per step. The metric Q is that number; what the script gives
 * comes instead of the honest outcome.
 */
export function scripted(script: Script = () => undefined): {
  readonly trainer: Trainer;
  readonly seen: Seen;
} {
  const seen: Seen = { opened: 0, closed: 0, most: 0, segments: [] };
  let running = 0;
  const honest = (segment: Segment): SegmentOutcome => {
    const { load, save, hyperparameters, fromStep, untilStep } = segment;
    const before = load === null ? 0 : Number(readFileSync(join(load.directory, "state"), "utf8"));
    const state = before + Number(hyperparameters["h0"]) * (untilStep - fromStep);
    writeFileSync(join(save, "state"), String(state));
    return { status: "ok", step: untilStep, metrics: { Q: state }, using: hyperparameters };
  };
  const trainer: Trainer = {
    kind: "scripted",
    spec: {},
    batch: 1,
    parallel: true,
    verification: "echo",
    open() {
      seen.opened++;
      return Promise.resolve({
        async run(segments, hooks, done) {
          for (const segment of segments) {
            seen.segments.push(segment);
            seen.most = Math.max(seen.most, ++running);
            try {
              const outcome = await script(segment, hooks);
              if (outcome === "throws") throw new Error("the adapter broke");
              if (outcome === "silent") continue;
              done(segment, outcome ?? honest(segment));
            } finally {
              running--;
            }
          }
        },
        close() {
          seen.closed++;
          return Promise.resolve();
        },
      });
    },
  };
  return { trainer, seen };
}

/** The decision log's events. */
export const eventsOf = async (directory: string): Promise<StoredDecisionEvent[]> =>
  (await logOf(directory)).map((line) => JSON.parse(line) as StoredDecisionEvent);

/** A run with the test's internals: no long pauses. */
export const quick: Internals = { ...production, backoffMs: 1, pollMs: 10, lossLimit: 5 };
