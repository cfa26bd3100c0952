import { describe, expect, it } from "vitest";
import { defineModel, trainingProgram, type UpdateRule } from "../tensor/index.ts";
import {
  adam,
  adamW,
  bennaFusi,
  chain,
  clipByNorm,
  cosine,
  exponential,
  langevin,
  linear,
  momentum,
  multiscale,
  nesterov,
  rmsProp,
  sgd,
  unitNorm,
  warmup,
  weightDecay,
} from "./index.ts";

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect((error as Error).name).toBe("UsageError");
    return (error as Error).message;
  }
  return "no error";
}

const orName = (bounds: string) => `needs ${bounds}, the name of a hyperparameter, or a schedule`;

describe("an update rule", () => {
  it.each<[() => unknown, string]>([
    [
      () => adam({ lr: "lr" } as never),
      "adam.lr: is not an option of adam (it has learningRate, beta1, beta2, epsilon).\n" +
        `adam.learningRate: ${orName("a number >= 0")}, got undefined.`,
    ],
    [
      () => adam({ learningRate: 0.1, beta: 0.5 } as never),
      'adam.beta: is not an option of adam (it has learningRate, beta1, beta2, epsilon). Did you mean "beta1"?',
    ],
    [() => adam({ learningRate: -0.1 }), "adam.learningRate: needs a number >= 0, got -0.1."],
    [() => adam({ learningRate: 0.1, beta1: 1 }), "adam.beta1: needs a number in [0, 1), got 1."],
    [() => adam({ learningRate: 0.1, epsilon: 0 }), "adam.epsilon: needs a number > 0, got 0."],
    [() => adam(undefined as never), "adam: needs an object of options, got undefined."],
    [() => adam(0.1 as never), "adam: needs an object of options, got 0.1."],
    [
      () => adamW({ learningRate: 0.1 } as never),
      `adamW.weightDecay: ${orName("a number >= 0")}, got undefined.`,
    ],
    [() => sgd({ learningRate: Number.NaN }), "sgd.learningRate: needs a number >= 0, got NaN."],
    [() => sgd({ learningRate: Infinity }), "sgd.learningRate: needs a number >= 0, got Infinity."],
    [() => sgd({ learningRate: "" }), `sgd.learningRate: ${orName("a number >= 0")}, got "" (a string).`],
    [
      () => momentum({ learningRate: 1, momentum: 1.5 }),
      "momentum.momentum: needs a number in [0, 1), got 1.5.",
    ],
    [
      () => nesterov({ learningRate: 1, momentum: -1 }),
      "nesterov.momentum: needs a number in [0, 1), got -1.",
    ],
    [() => rmsProp({ learningRate: 1, decay: 1 }), "rmsProp.decay: needs a number in [0, 1), got 1."],
    [() => clipByNorm({ norm: 0 }), "clipByNorm.norm: needs a number > 0, got 0."],
    [() => weightDecay({ rate: -1 }), "weightDecay.rate: needs a number >= 0, got -1."],
    [
      () => unitNorm({ axes: 1 } as never),
      'unitNorm.axes: is not an option of unitNorm (it has axis, applies). Did you mean "axis"?',
    ],
    [
      () => langevin({ stepSize: -1, temperature: Number.NaN }),
      "langevin.stepSize: needs a number > 0, got -1.\nlangevin.temperature: needs a number >= 0, got NaN.",
    ],
    [
      () => langevin({ stepSize: 1, temperature: 1, scheme: "eulr" as never }),
      'langevin.scheme: needs "euler" or "leimkuhlerMatthews", got "eulr" (a string). Did you mean "euler"?',
    ],
    [
      () => multiscale({ alphas: [1, Number.NaN], gammas: [1, 1.5] }),
      "multiscale.alphas[1]: needs a finite number, got NaN.\nmultiscale.gammas[1]: needs a number in [0, 1], got 1.5.",
    ],
    [
      () => bennaFusi({ capacities: [1, 0], conductances: [-1] }),
      "bennaFusi.capacities[1]: needs a number > 0, got 0.\nbennaFusi.conductances[0]: needs a number >= 0, got -1.",
    ],
    [() => cosine({ from: 1, to: 0, steps: 0 }), "cosine.steps: needs a number > 0, got 0."],
    [() => linear({ from: Infinity, to: 0, steps: 1 }), "linear.from: needs a finite number, got Infinity."],
    [
      () => exponential({ from: 1, step: 1, steps: 5 } as never),
      'exponential.step: is not an option of exponential (it has from, steps). Did you mean "steps"?',
    ],
    [() => warmup(1, -1), "warmup.steps: needs a number > 0, got -1."],
    [
      () => chain(clipByNorm({ norm: 1 }), undefined as never),
      "chain[1]: needs an update rule, such as clipByNorm({ norm: 1 }), got undefined.",
    ],
  ])("refuses options %#", (work, message) => {
    expect(messageOf(work)).toBe(message);
  });

  const model = defineModel({
    parameters: { w: { shape: [2], init: () => [1, 1] } },
    loss: ({ w }) => w.square().sum(),
  });
  const boundsOf = (optimizer: UpdateRule) =>
    Object.fromEntries(
      trainingProgram(model, { optimizer }).program.slots.flatMap(({ name, kind, ranges = [] }) =>
        kind === "hyper"
          ? [
              [
                name,
                ranges.map(({ why, low, high, openLow = false, openHigh = false }) => [
                  why,
                  openLow,
                  low,
                  high,
                  openHigh,
                ]),
              ],
            ]
          : [],
      ),
    );

  it("says what hyperparameters may be, also inside of schedules and chains", () => {
    const rate = warmup(cosine({ from: "lr", to: 0, steps: "steps" }), 10);
    const rule = chain(clipByNorm({ norm: "norm" }), adam({ learningRate: rate, beta1: "beta" }));
    expect(boundsOf(rule)).toEqual({
      norm: [["clipByNorm.norm", true, 0, Infinity, false]],
      lr: [["adam.learningRate", false, 0, Infinity, false]],
      steps: [["cosine.steps", true, 0, Infinity, false]],
      beta: [["adam.beta1", false, 0, 1, true]],
    });
  });

  it("says it once for each of several readers", () => {
    expect(
      boundsOf(multiscale({ alphas: ["a", 1], gammas: ["a", 1], base: sgd({ learningRate: 1 }) })),
    ).toEqual({
      a: [
        ["multiscale.alphas", false, -Infinity, Infinity, false],
        ["multiscale.gammas", false, 0, 1, false],
      ],
    });
  });

  it("refuses a schedule's numbers where the rule needs others", () => {
    const optimizer = sgd({ learningRate: linear({ from: 0.1, to: -0.1, steps: 10 }) });
    expect(messageOf(() => trainingProgram(model, { optimizer }))).toMatch(
      /options\.test\.ts:\d+: sgd\.learningRate: needs a number >= 0, got -0\.1\.$/,
    );
  });
});
