import { describe, expect, it } from "vitest";
import { sgd } from "../optim/index.ts";
import { key } from "../random/index.ts";
import { defineModel, scan, trainingProgram } from "../tensor/index.ts";
import { firstNonFinite, wasm } from "./index.ts";

/** Descends −log w: w grows by rate/w; with a negative rate it falls below 0, where the logarithm ends. */
const { program } = trainingProgram(
  defineModel({
    parameters: { w: { shape: [2], init: () => new Float32Array([1, 1]) } },
    loss: ({ w }) => w.log().neg().sum(),
  }),
  { optimizer: sgd({ learningRate: (context) => context.coefficient("rate") }) },
);

const suspect = (slots: Record<string, number[]>, steps: number) => ({
  read: (slot: string) => slots[slot]!,
  key: key(1),
  memberId: 3,
  fromStep: 10,
  steps,
});

describe("the first number that is not finite", () => {
  it("is found with the step, the operation and the line of the model", async () => {
    // w: 1, 0.4, −1.1: the third step takes the logarithm of a negative number.
    const found = await firstNonFinite(program, suspect({ w: [1, 1], rate: [-0.6] }, 5));
    expect(found).toMatchObject({ step: 12, op: "log" });
    expect(found!.origin).toMatch(/firstNonFinite\.test\.ts:\d+/);
    expect(found!.message).toMatch(
      /log of shape \[2\] gives a number that is not finite, in step 12, from finite/,
    );
    expect(found!.message).toContain("Keep its input above 0");
  });

  it("is a slot where the member was spoilt before", async () => {
    const found = await firstNonFinite(program, suspect({ w: [1, Number.NaN], rate: [0.1] }, 5));
    expect(found!.message).toContain("slot w: element 1 is NaN before step 10");
  });

  it("is found inside a loop over time", async () => {
    const loop = trainingProgram(
      defineModel({
        parameters: { w: { shape: [2], init: () => new Float32Array([1, 1]) } },
        loss: ({ w }) => scan((c) => ({ carry: c.sub(0.3).log() }), w, undefined, { length: 3 }).carry.sum(),
      }),
      { optimizer: sgd({ learningRate: (context) => context.coefficient("rate") }) },
    ).program;
    // log 0.7 < 0: the second time takes the logarithm of a negative number.
    const found = await firstNonFinite(loop, suspect({ w: [1, 1], rate: [0.1] }, 5));
    expect(found).toMatchObject({ step: 10, op: "log" });
    expect(found!.origin).toMatch(/firstNonFinite\.test\.ts:\d+/);
  });

  it("does not exist in a good run", async () => {
    expect(await firstNonFinite(program, suspect({ w: [1, 2], rate: [0.1] }, 20))).toBeUndefined();
  });

  it("explains a NaN loss of the fast executor from the state before the call", async () => {
    const session = await wasm.compile({ train: program }, { members: 2, key: key(1), workers: 1 });
    session.write("w", "all", [1, 1]);
    session.write("rate", "all", [0.1, -0.6]);
    const before = { w: [...session.read("w", 1)], rate: [...session.read("rate", 1)] };
    await session.step("train", 5, 10);
    expect([...session.metrics("train")["loss"]!.mean].map(Number.isNaN)).toEqual([false, true]);
    const found = await firstNonFinite(program, suspect(before, 5));
    expect(found).toMatchObject({ step: 12, op: "log" });
    await session.close();
  });
});
