import { expect, it } from "vitest";
import type { RunFacts } from "./progress.ts";
import { generationsOf } from "./view.ts";

it("counts the generations that are done and what is left at the interval of now", () => {
  const run = { legs: [], stop: { steps: 24_000 }, interval: 100 } as unknown as RunFacts;
  expect(generationsOf(run, 0, 0)).toBe(240);
  // 30 generations at 400 steps, then the interval was shortened.
  expect(generationsOf(run, 30, 12_000)).toBe(150);
  expect(generationsOf(run, 147, 24_000)).toBe(147);
  expect(generationsOf(run, 147, 24_010)).toBe(147);
  expect(generationsOf({ ...run, stop: { steps: 24_000, generations: 40 } }, 30, 12_000)).toBe(40);
  expect(generationsOf({ ...run, stop: {} }, 3, 900)).toBe(null);
});
