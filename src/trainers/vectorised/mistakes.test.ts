import { afterAll, describe, expect, it } from "vitest";
import { resume, run, type RunRequest } from "../../engine/index.ts";
import { PopulationError, UsageError } from "../../errors/index.ts";
import type { Executor } from "../../tensor/index.ts";
import { reference } from "../../tensor/index.ts";
import { cloudOptions, cloudSpace, scratch } from "./fixtures.ts";
import { vectorisedTrainer } from "./vectorisedTrainer.ts";

const { path, remove } = scratch();
afterAll(remove);

const request = (changes: object): RunRequest => ({
  trainer: vectorisedTrainer({ ...cloudOptions, ...changes }),
  space: cloudSpace,
  metric: "loss:min",
  members: 4,
  seed: 3,
  slow: { interval: 4 },
  stop: { steps: 8 },
});

const problemsOf = (make: () => unknown): readonly string[] => {
  try {
    make();
  } catch (error) {
    return (error as UsageError).problems;
  }
  return [];
};

describe("mistakes in how a vectorised trainer is executed", () => {
  it("are refused together, where the trainer is made", () => {
    const wrong = { executor: "gpu", workers: 0, relaxed: "yes", memoryLimit: "2GB" };
    expect(problemsOf(() => request(wrong))).toEqual([
      'executor: needs "wasm", "reference" or an executor, got "gpu" (a string).',
      "workers: needs a number of threads, an integer of at least 1, got 0. Left out, it is the number of processors.",
      'relaxed: needs true or false, got "yes" (a string).',
      'memoryLimit: needs a number of bytes, such as 2e9, got "2GB" (a string).',
    ]);
    for (const workers of [Number.NaN, 1.5, "2"]) {
      expect(problemsOf(() => request({ workers }))).toHaveLength(1);
    }
  });

  it("are told from executors by name, which are taken", async () => {
    const byName = await run(request({ executor: "reference" }), { directory: path("named") }).result;
    const asValue = await run(request({ executor: reference }), { directory: path("value") }).result;
    expect(byName.best?.value).toBe(asValue.best?.value);
  });

  it("that an executor finds only when it compiles end the run with its own words, and nobody failed", async () => {
    const broken: Executor = {
      ...reference,
      compile: () => Promise.reject(new UsageError("adapter: this machine has no such device.")),
    };
    const directory = path("broken");
    const first = run(request({ executor: broken }), { directory }).result;
    await expect(first).rejects.toThrow(UsageError);
    await expect(first).rejects.toThrow("adapter: this machine has no such device.");
    const mended = await resume(directory, { trainer: request({ executor: reference }).trainer }).result;
    expect(mended.generation).toBe(2);
  });
});

describe("TypeScript of the user's own between the calls", () => {
  it("that throws fails the members with its own words and place, and can be mended", async () => {
    const directory = path("between");
    const between = (): void => {
      throw new RangeError("no such environment");
    };
    const failed = run(request({ between, reportEvery: 2 }), { directory }).result;
    await expect(failed).rejects.toThrow(PopulationError);
    await expect(failed).rejects.toThrow(
      /4 of 4 members failed[^]*m00, generation 1: RangeError: no such environment/,
    );
    await expect(failed).rejects.not.toThrow(/lost/);
    const mended = await resume(directory, { trainer: request({}).trainer, retryFailed: true }).result;
    expect(mended.generation).toBe(2);
  });
});

describe("data that are not columns of numbers", () => {
  it("are named for what they are", () => {
    const { train } = cloudOptions.data;
    const make = (data: unknown) => problemsOf(() => request({ data }));
    expect(make({ x: train.x, y: train.y })).toEqual([
      "data.train: the model reads x, y. Give these columns.",
      "data.x: there are train, validation and test, each an object of columns. Write data: { train: { x, … } }.",
      "data.y: there are train, validation and test, each an object of columns. Write data: { train: { y, … } }.",
    ]);
    expect(make({ train, valdiation: train })).toEqual([
      'data.valdiation: there are train, validation and test, each an object of columns. Did you mean "validation"?',
    ]);
    expect(make({ train: { x: train.x, y: BigInt64Array.from(train.y, BigInt) } })).toEqual([
      "data.train.y: needs an array of numbers, all rows one after the other, got an object of BigInt64Array.",
    ]);
    expect(make({ train: { x: [[1, 2]], y: ["1"] } })).toEqual([
      "data.train.x: needs an array of numbers, all rows one after the other, got an array whose first element is an array.",
      'data.train.y: needs an array of numbers, all rows one after the other, got an array whose first element is "1" (a string).',
    ]);
    expect(make({ train: { x: "1,2", y: {} } })).toEqual([
      'data.train.x: needs an array of numbers, all rows one after the other, got "1,2" (a string).',
      "data.train.y: needs an array of numbers, all rows one after the other, got an object.",
    ]);
  });
});
