import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors/index.ts";
import { mlp } from "../../nets/index.ts";
import { adam, cosine } from "../../optim/index.ts";
import { choice, logUniform, ordinal, searchSpace, uniform } from "../../space/index.ts";
import { defineModel, evaluationProgram, trainingProgram } from "../../tensor/index.ts";
import { spaceProblems } from "./hyperparameters.ts";
import { type VectorisedOptions, vectorisedTrainer } from "./vectorisedTrainer.ts";

const net = mlp({ inputs: 2, hidden: [4], outputs: 1, dropout: "drop" });
const model = defineModel({
  parameters: net.parameters,
  data: { x: { shape: [2] } },
  loss: (p, { x }, _, context) => net.apply(p, x, context).square().sum(-1),
});
const optimizer = adam({
  learningRate: cosine({ from: "lr", to: 0, steps: 100 }),
  beta1: "beta",
  epsilon: "small",
});
const programs = {
  train: trainingProgram(model, { optimizer, rows: 8, batchSize: 2 }).program,
  evaluate: evaluationProgram(model, { rows: 8 }).program,
};

describe("what coefficients may be", () => {
  const fine = { lr: logUniform(1e-4, 1), drop: uniform(0, 0.9), beta: ordinal([0, 0.9]) };

  it("is compared with the search space and with constants", () => {
    expect(spaceProblems({ programs, constants: { small: 1e-8 } }, searchSpace(fine))).toEqual([]);
    const space = searchSpace({
      lr: uniform(-1, 1),
      drop: uniform(-1, 3),
      beta: ordinal([0.5, 1]),
    });
    expect(spaceProblems({ programs, constants: { small: 0 } }, space)).toEqual([
      "constants.small: adam.epsilon needs a number > 0, it is 0.",
      "space.lr: adam.learningRate needs a number >= 0, the range is -1 … 1.",
      "space.drop: dropout needs a number in [0, 1), the range is -1 … 3.",
      "space.beta: adam.beta1 needs a number in [0, 1), the range is 0.5 … 1.",
    ]);
  });

  it("is asked of each value of a choice", () => {
    const space = searchSpace({ ...fine, drop: choice([0, 0.5, 1.5]) });
    expect(spaceProblems({ programs, constants: { small: 1e-8 } }, space)).toEqual([
      "space.drop: dropout needs a number in [0, 1), the range is 0 … 1.5.",
    ]);
  });
});

describe("a vectorised trainer's options", () => {
  const data = { train: { x: new Float32Array(16) } };

  it.each<[unknown, RegExp | string]>([
    [{ model, data, optimiser: optimizer }, /^vectorisedTrainer\.optimiser: .* Did you mean "optimizer"\?/],
    [
      { data, optimizer },
      "vectorisedTrainer.model: needs a model, an object { parameters, data, hyperparameters, loss, metrics }, got undefined.",
    ],
    [
      { model, data },
      'vectorisedTrainer.optimizer: needs an update rule, such as adam({ learningRate: "lr" }), got undefined.',
    ],
    [
      {
        model: { ...model, parameters: { ...model.parameters, b: { shape: [2], init: () => [1] } } },
        data,
        optimizer,
      },
      "parameters.b.init: needs to give 2 numbers for shape [2], got 1.",
    ],
  ])("are refused when it is made (%#)", (options, message) => {
    const make = () => vectorisedTrainer(options as VectorisedOptions<string, "x", never>);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });
});
