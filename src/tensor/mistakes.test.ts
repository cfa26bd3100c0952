import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  defineModel,
  evaluationProgram,
  exp,
  initialise,
  type LossContext,
  reference,
  type RuleContext,
  type Tensor,
  type Tensors,
  trainingProgram,
  type UpdateRule,
  where,
} from "./index.ts";

const still: UpdateRule = {
  name: "still",
  init: () => ({}),
  update: (gradients) => ({ updates: gradients, state: {} }),
};

/** The message of what is thrown; its place is `HERE` where it is a line of this file. */
function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect((error as Error).name).toBe("UsageError");
    return (error as Error).message.replaceAll(/^\S*mistakes\.test\.ts:\d+: /gm, "HERE: ");
  }
  return "no error";
}

/** Its `throw` throws what it is given, also what is no Error. */
function* nothing(): Generator<undefined> {
  yield undefined;
}

type Body = (p: Tensors, d: Tensors, h: Tensors, context: LossContext) => unknown;

const spec = {
  parameters: { w: { shape: [3], init: () => new Float64Array(3) } },
  data: { x: { shape: [3] }, y: { shape: [] } },
  hyperparameters: ["delta"],
};

/** Traces a loss as a program in plain JavaScript would write it. */
const traced = (loss: Body, metrics?: Body) =>
  messageOf(() => {
    const model = defineModel({ ...spec, loss, ...(metrics === undefined ? {} : { metrics }) } as never);
    return trainingProgram(model, { optimizer: still, rows: 64, batchSize: 32 });
  });

/** What plain JavaScript does with an operand, without types. */
const plain = (x: unknown): number => x as number;
const operators =
  "HERE: JavaScript's operators and Math do not work on tensors, got float32 [32] where a number is needed. " +
  "Write x.greater(0) for x > 0, where(condition, a, b) for ? :, x.add(1), x.mul(2), x.neg() for arithmetic, " +
  "x.maximum(0.5) for Math.max(x, 0.5).";
const fit = (p: Tensors, d: Tensors): Tensor => d["x"]!.matmul(p["w"]!).sub(d["y"]!);

describe("a loss that is not one for tensors", () => {
  it.each<[string, (y: Tensor) => unknown]>([
    ["a comparison", (y) => (plain(y) > 0 ? y : y.neg())],
    ["arithmetic", (y) => 2 * plain(y)],
    ["a sum", (y) => plain(y) + 1],
    ["a sign", (y) => -plain(y)],
    ["conversion", (y) => Number(plain(y))],
    ["Math", (y) => y.mul(Math.max(plain(y), 0.5))],
  ])("is refused for %s", (_, work) => {
    expect(traced((p, d) => work(fit(p, d)))).toBe(operators);
  });

  it.each<[string, (y: Tensor) => unknown]>([
    ["a template", (y) => `loss ${plain(y)}`],
    ["JSON", (y) => JSON.stringify({ y })],
  ])("is refused for text of a tensor: %s", (_, work) => {
    expect(traced((p, d) => work(fit(p, d)))).toBe(
      "HERE: a tensor has no text or value while the model is traced, got float32 [32] where a string is needed. " +
        "To look at values, return them from metrics.",
    );
  });

  const nan = "a constant needs to be a finite number, got NaN. Look at how it is computed.";
  it.each<[(y: Tensor) => unknown, string]>([
    [(y) => y.add("3" as never), 'HERE: add: needs a tensor or a number, got "3" (a string).'],
    [(y) => y.mul(undefined as never), "HERE: mul: needs a tensor or a number, got undefined."],
    [(y) => y.greater([1] as never), "HERE: greater: needs a tensor or a number, got an array."],
    [(y) => y.matmul(2 as never), "HERE: matmul: needs a tensor, got 2."],
    [(y) => y.gather(2 as never), "HERE: gather: needs a tensor, got 2."],
    [(y) => exp(2 as never).add(y), "HERE: exp: needs a tensor, got 2."],
    [(y) => where(true as never, y, 0), "HERE: where: needs a tensor, got true."],
    [(y) => where(y, y, null as never), "HERE: where: needs a tensor or a number, got null."],
    [(y) => y.add(Number.NaN), `HERE: add: ${nan}`],
    [(y) => where(y, Number.NaN, y), `HERE: where: ${nan}`],
    [
      (y) => y.maximum(-Infinity),
      "HERE: maximum: a constant needs to be a finite number, got -Infinity. Take a large number that float32 holds, such as 1e30.",
    ],
    [
      (y) => y.mul(1e300),
      "HERE: mul: a constant needs to be a finite number, got 1e+300. Take a large number that float32 holds, such as 1e30.",
    ],
  ])("is refused for operand %#", (work, message) => {
    expect(traced((p, d) => work(fit(p, d)))).toBe(message);
  });

  it("is refused for NaN in an array of constants, with its place", () => {
    expect(traced((p, d, _, { trace }) => fit(p, d).add(trace.constant([1, Number.NaN])))).toBe(
      "HERE: constant: a constant needs to be a finite number, got NaN at element 1. Look at how it is computed.",
    );
  });

  it.each<[string, Body, string]>([
    ["a number", () => 3, "got 3. Compute it with the methods of tensors, from the parameters."],
    ["nothing", () => undefined, "got undefined. Does every way through it return?"],
    [
      "a promise",
      (p, d) => Promise.resolve(fit(p, d)),
      "got a promise. It is traced once, without waiting: leave out async and await.",
    ],
    ["an array", (p, d) => [fit(p, d)], "got an array."],
  ])("is refused when it returns %s", (_, loss, rest) => {
    expect(traced(loss)).toBe(`HERE: loss: needs to return a tensor, ${rest}`);
    expect(traced(fit, (...given) => ({ error: loss(...given) }))).toBe(
      `HERE: error: needs to return a tensor, ${rest}`,
    );
  });

  it("is refused for metrics without names", () => {
    expect(traced(fit, fit)).toBe(
      "HERE: metrics: needs to return a record of tensors, got a tensor. Give it a name: { name: tensor }.",
    );
    expect(traced(fit, () => undefined)).toBe(
      "HERE: metrics: needs to return a record of tensors, got undefined. Does every way through it return?",
    );
  });

  it("is refused when nothing in it can be trained", () => {
    expect(traced((_, d) => d["y"])).toBe(
      "HERE: loss: depends on no parameter, so that there is nothing to train. Compute it from w.",
    );
  });

  it("names names that are not there, those that are, and what may have been meant", () => {
    expect(traced((p, d, h) => fit(p, d).mul(h["epsilon"]!))).toBe(
      "HERE: loss: reads the hyperparameter epsilon, which the model does not have (it has delta). " +
        "Add it to hyperparameters of defineModel, or correct the name.",
    );
    expect(traced((p, d) => d["X1"]!.matmul(p["w"]!))).toBe(
      'HERE: loss: reads the data column X1, which the model does not have (it has x, y). Did you mean "x"? ' +
        "Add it to data of defineModel, or correct the name.",
    );
    expect(traced(fit, (p) => ({ size: p["nope"]!.sum() }))).toBe(
      "HERE: metrics: reads the parameter nope, which the model does not have (it has w). " +
        "Add it to parameters of defineModel, or correct the name.",
    );
  });

  it("is quoted when it throws, with its line, and never called a bug of the library", () => {
    const lost = (): never => {
      throw new TypeError("lost");
    };
    expect(traced(lost)).toBe("HERE: loss: threw TypeError: lost.");
    expect(traced(() => nothing().throw("stop"))).toBe(
      'loss: threw "stop" (a string). Throw an Error: then its line is known.',
    );
  });

  it("is refused for a dropout rate out of [0, 1), or the name of one", () => {
    expect(traced((p, d, _, context) => context.dropout(fit(p, d), 1.5))).toBe(
      "HERE: dropout: needs a rate in [0, 1), got 1.5.",
    );
    expect(traced((p, d, _, context) => context.dropout(fit(p, d), "delta" as never))).toBe(
      'HERE: dropout: needs a rate in [0, 1), got "delta" (a string). Take it from the hyperparameters: ({ delta }) => ….',
    );
  });
});

describe("defineModel", () => {
  const loss: Body = fit;
  const init = spec.parameters.w.init;
  const define = (model: unknown) => messageOf(() => defineModel(model as never));

  it.each<[unknown, string]>([
    [
      undefined,
      "defineModel: needs a model, an object { parameters, data, hyperparameters, loss, metrics }, got undefined.",
    ],
    [
      { ...spec, loss, metric: loss },
      'defineModel.metric: is not an option of defineModel (it has parameters, data, hyperparameters, loss, metrics). Did you mean "metrics"?',
    ],
    [
      { ...spec, loss, data: { x: {} } },
      "data.x.shape: needs an array of integers >= 1 ([] for a number), got undefined.",
    ],
    [
      { ...spec, loss, data: { x: { shape: [], dtype: "int23" } } },
      'data.x.dtype: needs "float32" or "int32", got "int23" (a string). Did you mean "int32"?',
    ],
    [
      { ...spec, loss, parameters: { w: [3, 1] } },
      "parameters.w: needs { shape, init }, got an array. For example { shape: [3, 1], init: glorot }.",
    ],
    [
      { ...spec, loss, parameters: { w: { shape: [3, 0] }, b: { shape: [1], init, size: 1 } } },
      "parameters.w.shape: needs an array of integers >= 1 ([] for a number), got [3, 0].\n" +
        "parameters.w.init: needs a function (draws, shape) => numbers, such as glorot or zeros, got undefined.\n" +
        "parameters.b.size: is not an option of parameters.b (it has shape, init).",
    ],
    [
      { ...spec, loss, hyperparameters: "delta" },
      'hyperparameters: needs an array of names, got "delta" (a string).',
    ],
    [
      { ...spec, loss, hyperparameters: ["delta", "delta", 3] },
      "hyperparameters[1]: delta is there twice. Leave one out.\nhyperparameters[2]: needs a name, got 3.",
    ],
    [spec, "loss: needs a function (parameters, batch, hyperparameters, context) => tensor, got undefined."],
  ])("refuses %#", (model, message) => {
    expect(define(model)).toBe(message);
  });

  it("is asked for by the programs, with an optimizer", () => {
    expect(messageOf(() => evaluationProgram(undefined as never))).toMatch(
      /^evaluationProgram: needs a model/,
    );
    const model = defineModel({ ...spec, loss: loss as never });
    expect(messageOf(() => trainingProgram(model, { rows: 2, batchSize: 1 } as never))).toBe(
      'trainingProgram.optimizer: needs an update rule, such as adam({ learningRate: "lr" }), got undefined.',
    );
  });
});

describe("initial values", () => {
  it.each([
    [() => [1, 2], "got 2."],
    [() => [1, Number.NaN, 2], "all of them finite, got NaN at element 1."],
    [() => 3, "got 3."],
  ])("are refused where they are not as many numbers as the shape holds (%#)", async (init, rest) => {
    const model = defineModel({
      parameters: { w: { shape: [3], init: init as never } },
      loss: (p) => p.w.square().sum(),
    });
    const training = trainingProgram(model, { optimizer: still });
    const session = await reference.compile({ train: training.program }, { members: 1, key: key(1) });
    expect(messageOf(() => initialise(session, training, key(1), 0))).toBe(
      `parameters.w.init: needs to give 3 numbers for shape [3], ${rest}`,
    );
  });
});

describe("what a hyperparameter may be", () => {
  const range = { low: 0, high: 1, openHigh: true, why: "rule.beta" };
  const reading = (value: unknown): UpdateRule => ({
    ...still,
    update: (updates, _, context: RuleContext) => {
      context.coefficient(value as number, range);
      return { updates, state: {} };
    },
  });
  const model = defineModel({
    parameters: spec.parameters,
    hyperparameters: ["drop"],
    loss: (p, _, { drop }, context) => context.dropout(p.w, drop).square().sum(),
  });

  it("is declared by the slots of a program, and asked of what is written", async () => {
    const { program } = trainingProgram(model, { optimizer: reading("beta") });
    const ranges = Object.fromEntries(program.slots.map((slot) => [slot.name, slot.ranges]));
    expect(ranges).toEqual({
      w: undefined,
      drop: [{ low: 0, high: 1, openHigh: true, why: "dropout" }],
      beta: [range],
    });
    const session = await reference.compile({ train: program }, { members: 2, key: key(1) });
    session.write("beta", "all", [0, 0.99]);
    expect(messageOf(() => session.write("beta", "all", [0.5, 1]))).toBe(
      "slot beta: rule.beta needs a number in [0, 1), got 1 at member 1.",
    );
  });

  it.each<[unknown, string]>([
    [-0.5, "rule.beta: needs a number in [0, 1), got -0.5."],
    [
      () => 0.5,
      "rule.beta: needs a number, the name of a hyperparameter or a schedule that gives a tensor, got 0.5.",
    ],
    [
      undefined,
      "rule.beta: needs a number, the name of a hyperparameter or a schedule that gives a tensor, got undefined.",
    ],
  ])("is checked for coefficient %#", (value, message) => {
    expect(messageOf(() => trainingProgram(model, { optimizer: reading(value) }))).toBe(`HERE: ${message}`);
  });
});
