import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  defineModel,
  initialise,
  initialiseAll,
  reference,
  type Session,
  trainingProgram,
  type UpdateRule,
} from "../tensor/index.ts";
import { adam, byParameter, chain, multiscale, sgd, unitNorm } from "./index.ts";

const model = defineModel({
  parameters: {
    first: { shape: [3, 2], init: (draws) => Array.from({ length: 6 }, () => draws.normal()) },
    second: { shape: [2], init: (draws) => Array.from({ length: 2 }, () => draws.normal()) },
  },
  loss: ({ first, second }) => first.sum(0).mul(second).sum(),
});

async function run(optimizer: UpdateRule, steps: number): Promise<Session> {
  const training = trainingProgram(model, { optimizer });
  const session = await reference.compile({ train: training.program }, { members: 1, key: key(1) });
  initialise(session, training, key(2), 0);
  await session.step("train", steps, 0);
  return session;
}

describe("rules by parameter", () => {
  it("give each parameter its own rule", async () => {
    const start = await run(sgd({ learningRate: 0 }), 1);
    const both = await run(
      byParameter((name) => name, { first: sgd({ learningRate: 0.1 }), second: sgd({ learningRate: 0 }) }),
      1,
    );
    const all = await run(sgd({ learningRate: 0.1 }), 1);
    expect(both.read("first", 0)).toEqual(all.read("first", 0));
    expect(both.read("second", 0)).toEqual(start.read("second", 0));
  });

  it("refuse a parameter without a rule", () => {
    const optimizer = byParameter((name) => name, { first: sgd({ learningRate: 1 }) });
    expect(() => trainingProgram(model, { optimizer })).toThrow(
      "byParameter: parameter second selects rule second, which is not given.",
    );
  });
});

describe("projection to the sphere", () => {
  it("keeps the weights into each unit at norm 1, in the direction of the step", async () => {
    const rule = chain(sgd({ learningRate: 0.3 }), unitNorm({ applies: (name) => name === "first" }));
    const projected = await run(rule, 1);
    const free = await run(sgd({ learningRate: 0.3 }), 1);
    const w = free.read("first", 0);
    for (const unit of [0, 1]) {
      const norm = Math.hypot(w[unit]!, w[2 + unit]!, w[4 + unit]!);
      for (let i = 0; i < 3; i++) {
        expect(Math.abs(projected.read("first", 0)[2 * i + unit]! - w[2 * i + unit]! / norm)).toBeLessThan(
          1e-14,
        );
      }
    }
    expect(projected.read("second", 0)).toEqual(free.read("second", 0));
  });
});

describe("initial values", () => {
  it("are the same for all members at once and for one after the other", async () => {
    const optimizer = multiscale({ alphas: [1, 2], gammas: [1, 0.5], base: adam({ learningRate: 0.1 }) });
    const training = trainingProgram(model, { optimizer });
    const open = (): Promise<Session> =>
      reference.compile({ train: training.program }, { members: 3, key: key(1) });
    const [a, b] = [await open(), await open()];
    for (let member = 0; member < 3; member++) initialise(a, training, key(9), member, 5 + member);
    initialiseAll(b, training, key(9), [5, 6, 7]);
    expect(a.slots.length).toBe(12);
    for (const { name } of a.slots) expect(b.read(name, "all")).toEqual(a.read(name, "all"));
    expect(a.read("first", 0)).not.toEqual(a.read("first", 1));
    expect(a.read("optimizer/subweight0.first", 2)).toEqual(a.read("first", 2));
  });
});
