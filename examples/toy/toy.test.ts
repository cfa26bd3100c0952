import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, verify } from "polytempo";
import { afterAll, describe, expect, it } from "vitest";
import { meanBest } from "./compare.ts";
import { simulate } from "./simulate.ts";
import options from "./toy.ts";

const folder = mkdtempSync(join(tmpdir(), "polytempo-toy-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a member alone can reach: 1.2 − 0.9², less what 200 steps leave of the other coordinate. */
const alone = (steps: number): number => 1.2 - 0.81 - 0.81 * 0.96 ** (2 * steps);

describe("the PBT paper's toy", () => {
  it("reaches Q = 1.1999 in the mean of 50 seeds after 200 steps", () => {
    expect(meanBest("pbt", 200)).toBeGreaterThanOrEqual(1.1999);
  });

  it("is above exploit-only after 100 steps, seed by seed in the mean", () => {
    const differences = Array.from(
      { length: 50 },
      (_, seed) => simulate(seed, "pbt", 100).at(-1)! - simulate(seed, "exploit only", 100).at(-1)!,
    );
    const mean = differences.reduce((sum, value) => sum + value, 0) / 50;
    const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 49;
    // Reference: 1.179 against 1.172. Two standard errors above zero.
    expect(mean / Math.sqrt(variance / 50)).toBeGreaterThan(2);
  });

  it("stays at 0.39 for a grid and for the frozen control", () => {
    expect(meanBest("grid", 200)).toBeCloseTo(alone(200), 12);
    expect(meanBest("frozen", 200)).toBeCloseTo(alone(200), 12);
    expect(alone(200)).toBeCloseTo(0.39, 6);
  });

  it("gives the same numbers in a real run as in the pure loop", async () => {
    for (const seed of [0, 1]) {
      const directory = join(folder, `toy-${seed}`);
      const { best } = await run({ ...options, seed }, { directory, slots: 1 }).result;
      expect(best!.value).toBe(Math.max(...simulate(seed, "pbt")));
      expect((await verify(directory)).ok).toBe(true);
    }
  });
});
