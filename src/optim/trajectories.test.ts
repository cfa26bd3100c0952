import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  defineModel,
  initialise,
  reference,
  resetState,
  trainingProgram,
  type UpdateRule,
} from "../tensor/index.ts";
import {
  adam,
  adamW,
  bennaFusi,
  chain,
  clipByNorm,
  cosine,
  exponential,
  linear,
  momentum,
  multiscale,
  nesterov,
  rmsProp,
  sgd,
  warmup,
  weightDecay,
} from "./index.ts";

const fixture = JSON.parse(
  readFileSync(new URL("./fixtures/trajectories.json", import.meta.url), "utf8"),
) as Record<string, number[][][]>;

const starts = {
  a: [
    [0.8, -1.1, 0.4],
    [-0.3, 1.6, 0.9],
  ],
  b: [
    [0.5, -0.7, 1.3, -0.2],
    [1.1, 0.25, -1.4, 0.6],
  ],
};

/** Σ(1 − cos w) + 0.15 Σw² + 0.05(Σw)² */
const model = defineModel({
  parameters: { a: { shape: [3], init: () => starts.a[0]! }, b: { shape: [2, 2], init: () => starts.b[0]! } },
  loss: ({ a, b }) => {
    const part = (f: (x: typeof a) => typeof a): typeof a => f(a).sum().add(f(b).sum());
    const total = a.sum().add(b.sum());
    return part((w) => w.cos().neg().add(1).add(w.square().mul(0.15))).add(total.square().mul(0.05));
  },
});

const learningRate = "lr";
const rules: Record<string, UpdateRule> = {
  sgd: sgd({ learningRate }),
  momentum: momentum({ learningRate, momentum: "beta" }),
  momentum_average: momentum({ learningRate, momentum: "beta", average: true }),
  nesterov: nesterov({ learningRate, momentum: "beta" }),
  adam: adam({ learningRate, beta1: "beta", beta2: 0.99 }),
  adam_w: adamW({ learningRate, beta1: "beta", beta2: 0.99, weightDecay: "decay" }),
  rms_prop: rmsProp({ learningRate, decay: "beta" }),
  clipped: chain(clipByNorm({ norm: "clip" }), sgd({ learningRate })),
  decayed: chain(weightDecay({ rate: "decay" }), sgd({ learningRate })),
  cosine: sgd({ learningRate: cosine({ from: "lr", to: 0.001, steps: 8 }) }),
  linear: sgd({ learningRate: linear({ from: "lr", to: 0.001, steps: 8 }) }),
  exponential: sgd({ learningRate: exponential({ from: "lr", steps: 5 }) }),
  warmup: sgd({ learningRate: warmup("lr", 4) }),
  multiscale: multiscale({ alphas: [0.02, "lr", 0.2], gammas: [1, 0.95, 0.7] }),
  multiscale_adam: multiscale({
    alphas: [1, 3],
    gammas: [1, 0.9],
    base: adam({ learningRate, beta1: "beta", beta2: 0.99 }),
  }),
  benna_fusi: bennaFusi({
    capacities: [1, 2, 4],
    conductances: [0.125, 0.0625],
    leak: 0.01,
    base: sgd({ learningRate }),
  }),
};

const hypers: Record<string, readonly [number, number]> = {
  lr: [0.1, 0.03],
  beta: [0.9, 0.6],
  decay: [0.01, 0.2],
  clip: [0.5, 100],
};

/** Twelve steps of float64 in another order of operations. */
const ROUNDING = 1e-12;

describe("update rules", () => {
  it("are all in the fixture", () => {
    expect(Object.keys(rules).toSorted()).toEqual(Object.keys(fixture).toSorted());
  });

  it.each(Object.entries(rules))(
    "follow the NumPy trajectory for two members: %s",
    async (name, optimizer) => {
      const training = trainingProgram(model, { optimizer });
      const session = await reference.compile({ train: training.program }, { members: 2, key: key(1) });
      for (const member of [0, 1]) {
        session.write("a", member, starts.a[member]!);
        session.write("b", member, starts.b[member]!);
      }
      for (const member of [0, 1]) resetState(session, training.initial, member);
      for (const slot of session.slots) {
        if (slot.kind === "hyper") session.write(slot.name, "all", hypers[slot.name]!);
      }
      for (let step = 0; step < 12; step++) {
        await session.step("train", 1, step);
        for (const member of [0, 1]) {
          const w = [...session.read("a", member), ...session.read("b", member)];
          const expected = fixture[name]![member]![step]!;
          w.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(ROUNDING));
        }
      }
    },
  );

  it("follow a member that is copied: state goes with it", async () => {
    const training = trainingProgram(model, { optimizer: rules["multiscale_adam"]! });
    const session = await reference.compile({ train: training.program }, { members: 2, key: key(1) });
    for (const member of [0, 1]) initialise(session, training, key(1), member);
    session.write("lr", "all", [0.1]);
    session.write("beta", "all", [0.9]);
    session.write("lr", 1, [0.01]);
    await session.step("train", 5, 0);
    expect(session.read("a", 0)).not.toEqual(session.read("a", 1));
    session.copyMember(0, 1);
    session.write("lr", 1, [0.1]);
    await session.step("train", 5, 5);
    expect(session.read("b", 1)).toEqual(session.read("b", 0));
  });
});
