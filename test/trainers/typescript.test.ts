import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { SegmentOutcome } from "../../src/engine/index.ts";
import { stream } from "../../src/random/index.ts";
import { searchSpace, uniform } from "../../src/space/index.ts";
import { defineTrainer, workerTrainer } from "../../src/trainers/index.ts";
import { after, bench, root } from "./harness.ts";
import { toyTrainer } from "./toy.ts";

const here = (name: string): string => pathToFileURL(join(root, "test", "trainers", name)).href;

const valueOf = (outcome: SegmentOutcome): number => {
  if (outcome.status !== "ok") throw new Error(JSON.stringify(outcome));
  return outcome.metrics["q"]!;
};

/** A walk that draws random numbers, so that seeds and state both matter. */
const walker = defineTrainer<{ h0: number }, { position: Float64Array }>({
  name: "walker",
  init: (_, { key }) => ({ position: new Float64Array([stream(key, "start").normal()]) }),
  train(state, h, steps, { key, report, fromStep }) {
    const draws = stream(key, "walk");
    for (let i = 0; i < steps; i++) {
      state.position[0]! += h.h0 * draws.normal();
      if (i % 5 === 4) report(fromStep + i + 1, { position: state.position[0]! });
    }
  },
  evaluate: ({ position }) => ({ q: position[0]!, length: position.length }),
});

describe("defineTrainer", () => {
  it("gives the same numbers for a retry of the same segment, and others for another seed", async () => {
    const member = await bench(walker);
    const first = await member.run({ seed: 5 });
    const again = await member.run({ seed: 5, attempt: 2 });
    const other = await member.run({ seed: 6 });
    expect(valueOf(again.outcome)).toBe(valueOf(first.outcome));
    expect(valueOf(other.outcome)).not.toBe(valueOf(first.outcome));
    const next = await member.run({ ...after(first.segment), seed: 9 });
    const retried = await member.run({ ...after(again.segment), seed: 9, attempt: 3 });
    expect(valueOf(retried.outcome)).toBe(valueOf(next.outcome));
    expect(readFileSync(join(retried.segment.save, "state.bin"))).toEqual(
      readFileSync(join(next.segment.save, "state.bin")),
    );
  });

  it("never changes the state that a copy starts from", async () => {
    const member = await bench(walker);
    const first = await member.run();
    const before = readFileSync(join(first.segment.save, "state.bin"));
    await member.run({ ...after(first.segment), seed: 7 });
    await member.run({ ...after(first.segment), seed: 8 });
    expect(readFileSync(join(first.segment.save, "state.bin"))).toEqual(before);
  });

  it("passes on reports with their steps, and echoes the hyperparameters by construction", async () => {
    const member = await bench(walker);
    const first = await member.run();
    const { outcome } = await member.run(after(first.segment));
    expect(member.reports.map(({ step }) => step)).toEqual([5, 10, 10, 15, 20, 20]);
    expect(outcome).toMatchObject({ status: "ok", step: 20, using: { h0: 0.25, h1: 0.75 } });
    expect(outcome.status === "ok" && outcome.metrics["length"]).toBe(1);
  });

  it("hands the hyperparameters over nested, as the user wrote them", async () => {
    const seen: unknown[] = [];
    const trainer = defineTrainer<unknown, number>({
      init: () => 0,
      train: (_, h) => void seen.push(h),
      evaluate: () => 1,
    });
    const space = searchSpace({ optimizer: { lr: uniform(0, 1) }, depth: uniform(0, 9) });
    const member = await bench(trainer, { space });
    const { outcome } = await member.run({ hyperparameters: { "optimizer.lr": 0.5, depth: 3 } });
    expect(seen).toEqual([{ optimizer: { lr: 0.5 }, depth: 3 }]);
    expect(outcome).toMatchObject({ using: { "optimizer.lr": 0.5, depth: 3 } });
  });

  it("turns an exception of any function into a failure of the member, with message and stack", async () => {
    const good = { init: () => 1, train: () => {}, evaluate: () => 1 };
    const boom = (): never => {
      throw new RangeError("boom at layer 3");
    };
    for (const part of ["init", "train", "evaluate"] as const) {
      const member = await bench(defineTrainer<unknown, unknown>({ ...good, [part]: boom }));
      const { outcome } = await member.run();
      expect(outcome).toMatchObject({
        status: "failed",
        cause: "exception",
        message: "RangeError: boom at layer 3",
      });
      expect(outcome.status === "failed" && outcome.tail).toContain("typescript.test.ts");
    }
    const rejects = await bench(
      defineTrainer<unknown, unknown>({ ...good, train: () => Promise.reject(new Error("later")) }),
    );
    expect((await rejects.run()).outcome).toMatchObject({ cause: "exception", message: "Error: later" });
  });

  it("says where a state holds something that is no plain data", async () => {
    class Layer {}
    const member = await bench(
      defineTrainer<unknown, unknown>({
        init: () => ({ layers: [{ act: () => 1 }, new Layer()] }),
        train: () => {},
        evaluate: () => 1,
      }),
    );
    const { outcome } = await member.run();
    expect(outcome.status === "failed" && outcome.message).toMatch(
      /state\.layers\[0\]\.act: a function.*\n.*state\.layers\[1\]: an instance of Layer/,
    );
  });

  it("keeps NaN as it came, and fails a missing metric and an unfinished step count", async () => {
    const metric = (result: number | Record<string, number>) =>
      defineTrainer<unknown, number>({ init: () => 0, train: () => {}, evaluate: () => result });
    const nan = await (await bench(metric(Number.NaN))).run();
    expect(valueOf(nan.outcome)).toBeNaN();
    const missing = await (await bench(metric({ loss: 1 }))).run();
    expect(missing.outcome).toMatchObject({ status: "failed", cause: "metric" });
    expect(missing.outcome.status === "failed" && missing.outcome.message).toContain("reported loss");
  });

  it("uses save and load of the user's own, and refuses one without the other", async () => {
    const own = defineTrainer<unknown, { n: number }>({
      init: () => ({ n: 0 }),
      train: (state, _, steps) => ({ n: state.n + steps }),
      evaluate: ({ n }) => n,
      save: ({ n }, directory) => writeFileSync(join(directory, "n.txt"), String(n)),
      load: (directory) => ({ n: Number(readFileSync(join(directory, "n.txt"), "utf8")) }),
    });
    const member = await bench(own);
    const first = await member.run();
    const second = await member.run(after(first.segment, { steps: 7 }));
    expect(valueOf(second.outcome)).toBe(17);
    expect(() =>
      defineTrainer<unknown, number>({ init: () => 0, train: () => {}, evaluate: () => 0, save: () => {} }),
    ).toThrow("save and load come together");
  });

  it("gives up at once when it is told to stop, and saves nothing afterwards", async () => {
    const stop = new AbortController();
    let go = (): void => {};
    const waits = defineTrainer<unknown, number>({
      init: () => 0,
      train: () =>
        new Promise<void>((resolve) => {
          go = resolve;
          stop.abort("stop");
        }),
      evaluate: () => 0,
    });
    const member = await bench(waits);
    const { outcome, segment } = await member.run({}, stop.signal);
    expect(outcome.status).toBe("lost");
    go();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readdirSync(segment.save)).toEqual([]);
  });
});

describe("workerTrainer", () => {
  it("gives the same bits as the same trainer in this thread", async () => {
    const states = [];
    for (const trainer of [toyTrainer, workerTrainer(here("toy.ts"))]) {
      const member = await bench(trainer);
      const first = await member.run();
      const second = await member.run(after(first.segment, { hyperparameters: { h0: 1, h1: 1 / 3 } }));
      states.push([
        valueOf(first.outcome),
        valueOf(second.outcome),
        readFileSync(join(second.segment.save, "state.bin")).toString("hex"),
      ]);
    }
    expect(states[1]).toEqual(states[0]);
  });

  it("ends a segment that spins: by its time limit as a failure, by a stop as lost; the slot goes on", async () => {
    const member = await bench(workerTrainer(here("fixtures.ts"), { export: "spins", timeoutMs: 300 }));
    expect((await member.run()).outcome).toMatchObject({ status: "failed", cause: "timeout" });
    const stop = new AbortController();
    setTimeout(() => stop.abort("stop"), 50);
    expect((await member.run({}, stop.signal)).outcome.status).toBe("lost");
  });

  it("survives a trainer that exits or throws outside its functions", async () => {
    const exits = await bench(workerTrainer(here("fixtures.ts"), { export: "exits" }));
    expect((await exits.run()).outcome).toMatchObject({ status: "failed", cause: "exit" });
    expect((await exits.run()).outcome).toMatchObject({
      message: "the trainer's thread exited with code 3",
    });
    const throws = await bench(workerTrainer(here("fixtures.ts"), { export: "throwsLater" }));
    expect((await throws.run()).outcome).toMatchObject({
      status: "failed",
      cause: "exception",
      message: "RangeError: thrown from a timer",
    });
  });

  it("puts what a thread prints into the member's log", async () => {
    const member = await bench(workerTrainer(here("fixtures.ts"), { export: "prints" }));
    const { outcome } = await member.run();
    expect(valueOf(outcome)).toBe(1);
    expect(readFileSync(join(member.directory, "logs", "m03.log"), "utf8")).toBe(
      // The segment of generation index 1 is the second that people count.
      "--- generation 2, attempt 1, steps 0 to 10\na line for the log\n",
    );
  });

  it("refuses, before anything runs, a module or an export that cannot be used", async () => {
    await expect(bench(workerTrainer(here("missing.ts")))).rejects.toThrow(/missing\.ts.*cannot be imported/);
    await expect(bench(workerTrainer(here("fixtures.ts"), { export: "notATrainer" }))).rejects.toThrow(
      'export "notATrainer" needs to be a trainer made by defineTrainer, got object',
    );
    expect(() => workerTrainer("./digits.mjs")).toThrow("needs the file: URL of a module");
  });
});
