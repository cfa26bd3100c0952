import { describe, expect, it } from "vitest";
import { wasm } from "../executors/index.ts";
import { type Cell, gru, leaky, liquid, lstm } from "../nets/index.ts";
import { key } from "../random/index.ts";
import { learnTask, productTask, recallTask, type TemporalTask } from "./temporalTasks.ts";

/**
 * The harder tasks of T8.2 with 16 units and 400 steps. A constant has a mean squared error of 1 on the product, and on
 * recall of 3, 30 and 100 steps of (1 + 1 + 20/80)/3 = 0.75, for the first 100 of 120 targets of the last are zero and 40 are
 * not scored; who recalls three steps and nothing else has 0.417. Keys 11 … 15, not looked at when the bounds were set (from
 * keys 1 … 5: products at most 0.07 for gated and 0.17 for leaky units; recall at most 0.43, and 0.69 for liquid units).
 */
describe("the harder temporal tasks", () => {
  const keys = [11, 12, 13, 14, 15];
  const errors = async (task: TemporalTask, cell: unknown): Promise<number[]> => {
    const found: number[] = [];
    for (const number of keys) {
      found.push((await learnTask(wasm, key(number), task, cell as Cell<unknown>)).error);
    }
    return found;
  };
  const two = { inputs: 2, units: 16 };
  const one = { inputs: 1, units: 16 };

  it.each([
    ["gru", gru(two), 0.2],
    ["lstm", lstm(two), 0.2],
    ["leaky units with learned time constants", leaky(two), 0.35],
  ] as const)(
    "a product of averages over 2 and 40 steps is learned by %s",
    async (_, cell, bound) => {
      for (const error of await errors(productTask([2, 40]), cell)) expect(error).toBeLessThan(bound);
    },
    120_000,
  );

  it.each([
    ["gru", gru(one), 0.5],
    ["lstm", lstm(one), 0.5],
    ["leaky units with learned time constants", leaky(one), 0.5],
    ["liquid units", liquid(one), 0.73],
  ] as const)(
    "delayed recall is learned by %s",
    async (_, cell, bound) => {
      for (const error of await errors(recallTask([3, 30, 100]), cell)) expect(error).toBeLessThan(bound);
    },
    120_000,
  );

  it("gated units' effective time constants are longer on the task that needs memory", async () => {
    const longest = async (task: TemporalTask): Promise<number> => {
      const { tau } = await learnTask(wasm, key(11), task, gru(two));
      return Math.max(...tau);
    };
    expect(await longest(productTask([2, 40]))).toBeGreaterThan(1.5 * (await longest(productTask([1, 1]))));
  }, 120_000);
});
