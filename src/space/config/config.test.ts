import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors/index.ts";
import {
  choice,
  constant,
  type Distribution,
  integer,
  type Json,
  logInteger,
  logUniform,
  normal,
  ordinal,
  quantized,
  searchSpace,
  searchSpaceFromConfig,
  searchSpaceFromText,
  uniform,
} from "../index.ts";

function problemsOf(json: Json): readonly string[] {
  try {
    searchSpaceFromConfig(json);
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
}

const one = (json: Json): Distribution => searchSpaceFromConfig({ x: json }).distributions[0]!;

describe("searchSpaceFromConfig", () => {
  const rows: readonly (readonly [string, Json, Distribution])[] = [
    [
      "our spec",
      { kind: "logUniform", low: 1e-5, high: 0.1, init: 0.01 },
      logUniform(1e-5, 0.1, { init: 0.01 }),
    ],
    ["text", "loguniform(1e-5, 0.1)", logUniform(1e-5, 0.1)],
    ["Ray's text", "tune.randint(1, 10)", integer(1, 9)],
    ["Guild's text", "loguniform[1e-5:0.1]", logUniform(1e-5, 0.1)],
    ["a list", ["adam", "sgd"], choice(["adam", "sgd"])],
    ["a number", 0.1, constant(0.1)],
    ["a boolean", false, constant(false)],
    ["a word", "adam", constant("adam")],
    ["a word with a comma", "adam, sgd", constant("adam, sgd")],
    ["W&B min, max, real", { min: 0, max: 0.5 }, uniform(0, 0.5)],
    ["W&B min, max, whole", { min: 1, max: 8 }, integer(1, 8)],
    ["W&B values", { values: [16, 32] }, choice([16, 32])],
    ["W&B value", { value: "mnist" }, constant("mnist")],
    ["W&B categorical", { distribution: "categorical", values: [1, 2] }, choice([1, 2])],
    ["W&B constant", { distribution: "constant", value: 3 }, constant(3)],
    ["W&B uniform", { distribution: "uniform", min: 0, max: 1 }, uniform(0, 1)],
    ["W&B int_uniform", { distribution: "int_uniform", min: 0, max: 9 }, integer(0, 9)],
    ["W&B q_uniform", { distribution: "q_uniform", min: 0, max: 1, q: 0.1 }, quantized(0, 1, 0.1)],
    ["W&B q_uniform, q = 1", { distribution: "q_uniform", min: 0, max: 10 }, quantized(0, 10, 1)],
    [
      "W&B log_uniform_values",
      { distribution: "log_uniform_values", min: 1e-5, max: 0.1 },
      logUniform(1e-5, 0.1),
    ],
    [
      "W&B q_log_uniform_values",
      { distribution: "q_log_uniform_values", min: 8, max: 256, q: 8 },
      quantized(8, 256, 8, { log: true }),
    ],
    ["W&B normal", { distribution: "normal", mu: 1, sigma: 0.1 }, normal(1, 0.1)],
    ["W&B normal, standard", { distribution: "normal" }, normal(0, 1)],
    ["Optuna float", { type: "float", low: 0, high: 1 }, uniform(0, 1)],
    ["Optuna log", { type: "float", low: 1e-5, high: 0.1, log: true, step: null }, logUniform(1e-5, 0.1)],
    ["Optuna int", { type: "int", low: 1, high: 8, step: 1 }, integer(1, 8)],
    ["Optuna int, log", { type: "int", low: 1, high: 8, log: true }, logInteger(1, 8)],
    ["Optuna categorical", { type: "categorical", choices: ["a", "b"] }, choice(["a", "b"])],
    [
      "Optuna's stored form",
      { name: "FloatDistribution", attributes: { low: 1e-5, high: 0.1, log: true, step: null } },
      logUniform(1e-5, 0.1),
    ],
    ["NNI", { _type: "loguniform", _value: [1e-5, 0.1] }, logUniform(1e-5, 0.1)],
    ["NNI choice", { _type: "choice", _value: [16, 32] }, choice([16, 32])],
    ["NNI choice of one", { _type: "choice", _value: ["a"] }, choice(["a"])],
    ["NNI randint", { _type: "randint", _value: [0, 10] }, integer(0, 9)],
  ];
  it.each(rows)("reads %s", (_, json, expected) => {
    expect(one(json).spec).toEqual(expected.spec);
    expect(one(json).problems).toEqual([]);
  });

  it("reads groups, with or without parameters: around them", () => {
    const inner = { lr: { min: 0.1, max: 0.9 }, optimizer: { parameters: { name: { values: ["a", "b"] } } } };
    for (const json of [inner, { parameters: inner }]) {
      expect(searchSpaceFromConfig(json).names).toEqual(["lr", "optimizer.name"]);
    }
    const space = searchSpaceFromConfig({ model: { type: "mlp", width: { type: "int", low: 8, high: 64 } } });
    expect(space.nest(space.decode([0.5, 0]))).toEqual({ model: { type: "mlp", width: 8 } });
  });

  it("means the same in code, as text and in YAML (the first examples of docs/search-spaces.md)", () => {
    const code = searchSpace({
      lr: logUniform(1e-5, 1e-1),
      momentum: uniform(0, 0.99, { init: 0.9 }),
      model: { width: ordinal([64, 128, 256]), activation: choice(["relu", "tanh"]) },
    });
    const text = searchSpaceFromText([
      "lr~loguniform(1e-5,1e-1)",
      "momentum~uniform(0,0.99,init=0.9)",
      "model.width~ordinal(64,128,256)",
      "model.activation~choice(relu,tanh)",
    ]);
    const yaml = searchSpaceFromConfig({
      lr: "loguniform(1e-5, 1e-1)",
      momentum: "uniform(0, 0.99, init=0.9)",
      model: { width: "ordinal(64, 128, 256)", activation: ["relu", "tanh"] },
    });
    expect(text.spec).toEqual(code.spec);
    expect(yaml.spec).toEqual(code.spec);
  });

  it("refuses what has two meanings, and says both", () => {
    expect(problemsOf({ lr: { distribution: "log_uniform", min: -9.21034, max: -2.302585 } })).toEqual([
      "space.lr: log_uniform takes exponents in W&B. Write distribution: log_uniform_values with min: 1e-4 and max: 0.1 if " +
        "-9.21034 and -2.302585 are exponents of e, or min: -9.21034 and max: -2.302585 if they are the values",
    ]);
    expect(problemsOf({ lr: { low: 0, high: 1 } })).toEqual([
      'space.lr: needs type: float or type: int beside low and high, got {"low":0,"high":1}',
    ]);
  });

  it("reports every problem at once, each with its place", () => {
    expect(
      problemsOf({
        lr: "loguniform(0.1 1)",
        a: null,
        group: { b: { min: "0", max: 1 }, c: { values: [1], probabilities: [1] }, d: {} },
        e: { distribution: "unifrom", min: 0, max: 1 },
        f: { min: 1, max: 0 },
        g: { values: [] },
        h: { values: [[1], { a: 1 }] },
        i: [null],
        j: { distribution: "log_normal", mu: 0, sigma: 1 },
      }),
    ).toEqual([
      'space.lr: loguniform(0.1 1), character 16: expected "," or ")", got "1"',
      "space.a: needs a law or a value, got null",
      'space.group.b: uniform needs low to be a number, got "0"',
      "space.group.c: choice takes values, init, fixed, got probabilities=[1]: every value is as likely",
      "space.group.d: needs a law or a group, got {}",
      "space.e: no law is called unifrom. Did you mean uniform?",
      "space.j: log_normal is not a law of a search space here: use logUniform(low, high), with the bounds that you accept",
      "space.f: integer needs low < high, got low=1, high=0. Swap the bounds?",
      "space.g: choice needs at least one value, got an empty list",
      "space.h: choice needs finite numbers, strings or booleans as values, got [1]",
      'space.h: choice needs finite numbers, strings or booleans as values, got {"a":1}',
      "space.i: choice needs finite numbers, strings or booleans as values, got null",
    ]);
    expect(problemsOf([1])).toEqual(["space: needs names and laws, got [1]"]);
    expect(problemsOf({})).toEqual(["space: needs at least one hyperparameter"]);
  });
});
