import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../../errors/index.ts";
import {
  choice,
  constant,
  type Distribution,
  integer,
  logInteger,
  logUniform,
  normal,
  ordinal,
  parseHyperparameter,
  quantized,
  searchSpaceFromText,
  uniform,
  type Value,
} from "../index.ts";

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
}

const law = (text: string): Distribution => parseHyperparameter(`x~${text}`).distribution;

describe("parseHyperparameter", () => {
  it("reads the name and the law, with or without quotes, dashes and spaces", () => {
    const spec = { kind: "logUniform", low: 1e-5, high: 1e-1 };
    for (const text of [
      "lr~'loguniform(1e-5,1e-1)'",
      'lr~"loguniform(1e-5,1e-1)"',
      "lr~loguniform(1e-5, 1e-1)",
      "--lr~loguniform(1e-5,1e-1)",
      "-lr~ loguniform( 1e-5 , 1e-1 )",
      "lr=loguniform[1e-5:1e-1]",
      "lr ~ logUniform(low=1e-5, high=1e-1)",
      "lr~tune.loguniform(1e-5,1e-1,)",
      "lr~tag(log, interval(1e-5, 1e-1))",
    ]) {
      const { name, distribution } = parseHyperparameter(text);
      expect([text, name, distribution.spec]).toEqual([text, "lr", spec]);
    }
    expect(parseHyperparameter("model.width~int(8,64)").name).toBe("model.width");
  });

  const rows: readonly (readonly [string, Distribution])[] = [
    // Ray, NNI, Syne Tune
    ["uniform(-5, -1)", uniform(-5, -1)],
    ["randint(-9, 15)", integer(-9, 14)],
    ["randint(10)", integer(0, 9)],
    ["lograndint(1, 1025)", logInteger(1, 1024)],
    ["quniform(3.2, 5.4, 0.2)", quantized(3.2, 5.4, 0.2)],
    ["quniform(0.1, 1, 0.25)", quantized(0.25, 1, 0.25)],
    ["qloguniform(1e-4, 1e-1, 5e-5)", quantized(1e-4, 1e-1, 5e-5, { log: true })],
    ["qrandint(-21, 12, 3)", quantized(-21, 12, 3)],
    ["qlograndint(2, 10, 2)", quantized(2, 10, 2, { log: true })],
    ["randn(10, 2)", normal(10, 2)],
    ["choice([16, 32])", choice([16, 32])],
    ["choice(['adam', \"sgd\"])", choice(["adam", "sgd"])],
    ["ordinal(16, 32, 64, init=32)", ordinal([16, 32, 64], { init: 32 })],
    // Optuna
    ["float(1e-5, 1e-1, log=true)", logUniform(1e-5, 1e-1)],
    ["float(0, 1, step=0.25)", quantized(0, 1, 0.25)],
    ["int(1, 8)", integer(1, 8)],
    ["int(1, 8, log=True)", logInteger(1, 8)],
    ["int(16, 128, step=16)", quantized(16, 128, 16)],
    ["categorical(adam, sgd)", choice(["adam", "sgd"])],
    // Oríon
    ["uniform(-3, 5, discrete=True)", integer(-3, 5)],
    ["loguniform(1, 64, discrete=True, default_value=8)", logInteger(1, 64, { init: 8 })],
    ["normal(0, 1)", normal(0, 1)],
    ["choices('a', 'b')", choice(["a", "b"])],
    // Hydra
    ["interval(0, 1)", uniform(0, 1)],
    ["int(interval(1, 10))", integer(1, 10)],
    ["int(tag(log, interval(1, 10)))", logInteger(1, 10)],
    ["range(1, 10)", integer(1, 9)],
    ["range(10)", integer(0, 9)],
    ["range(0, 1, 0.25)", quantized(0, 0.75, 0.25)],
    ["range(0, 10, 3)", quantized(0, 9, 3)],
    ["choice(a,b)", choice(["a", "b"])],
    // Guild AI
    ["uniform[1:2]", uniform(1, 2)],
    ["uniform[1:2:1.5]", uniform(1, 2, { init: 1.5 })],
    ["[0.1:0.9]", uniform(0.1, 0.9)],
    ["[1,2,3]", choice([1, 2, 3])],
    // W&B names
    ["int_uniform(1, 3)", integer(1, 3)],
    ["log_uniform_values(1e-3, 1)", logUniform(1e-3, 1)],
    // values
    ["adam,sgd", choice(["adam", "sgd"])],
    ["'a','b'", choice(["a", "b"])],
    ["choice(true, false)", choice([true, false])],
    ["True", constant(true)],
    ["adam", constant("adam")],
    ["'0.1'", constant(0.1)],
    ["1_000", constant(1000)],
    ["resnet-18", constant("resnet-18")],
    ["./data/x.csv", constant("./data/x.csv")],
    ['constant("a b")', constant("a b")],
    [
      "normal(0, 1, low=-1, high=2, init=0.5, fixed=true)",
      normal(0, 1, { low: -1, high: 2, init: 0.5, fixed: true }),
    ],
  ];
  it.each(rows)("reads %s", (text, expected) => {
    const distribution = law(text);
    expect(distribution.spec).toEqual(expected.spec);
    expect(distribution.problems).toEqual([]);
  });

  it("reads what describe() writes: the same law comes back", () => {
    const word = fc.string({
      minLength: 1,
      maxLength: 12,
      unit: fc.constantFrom("binary", "grapheme").chain((unit) => fc.string({ unit, maxLength: 3 })),
    });
    const value: fc.Arbitrary<Value> = fc.oneof(
      word,
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
    );
    fc.assert(
      fc.property(fc.uniqueArray(value, { minLength: 1, maxLength: 6 }), (list) => {
        for (const original of [
          choice(list),
          ordinal(list, { init: list[0]!, fixed: true }),
          constant(list[0]!),
        ]) {
          expect(law(original.describe()).spec).toEqual(original.spec);
        }
      }),
    );
    for (const [, original] of rows) expect(law(original.describe()).spec).toEqual(original.spec);
  });

  it.each([
    ["lr~loguniform(1e-5 1e-1)", 'lr~loguniform(1e-5 1e-1), character 20: expected "," or ")", got "1e-1"'],
    ["lr~loguniform(1e-5,1e-1", 'lr~loguniform(1e-5,1e-1, character 24: expected "," or ")", got the end'],
    ["lr~loguniform(1e-5,1e-1))", 'lr~loguniform(1e-5,1e-1)), character 25: expected the end, got ")"'],
    ["lr~unifrom(0,1)", "lr~unifrom(0,1), character 4: no law is called unifrom. Did you mean uniform?"],
    ["lr~uniform(0)", "lr~uniform(0), character 4: uniform needs high"],
    [
      "lr~uniform(0,1,2,3,4,5)",
      "lr~uniform(0,1,2,3,4,5), character 4: uniform takes low, high, log, step, discrete, got 6 arguments",
    ],
    ["lr~uniform(0,one)", 'lr~uniform(0,one), character 4: uniform needs high to be a number, got "one"'],
    [
      "lr~uniform(0,1,precision=4)",
      "lr~uniform(0,1,precision=4), character 4: uniform takes low, high, log, step, discrete, init, fixed, got precision=4: values keep all digits; use quantized(low, high, step) for a grid",
    ],
    [
      "lr~uniform(0,1,lgo=true)",
      "lr~uniform(0,1,lgo=true), character 4: uniform takes low, high, log, step, discrete, init, fixed, got lgo=true. Did you mean log?",
    ],
    ["lr~uniform(0,low=1,high=2)", "lr~uniform(0,low=1,high=2), character 4: uniform is given low twice"],
    ["lr~uniform(low=0,1)", "lr~uniform(low=0,1), character 18: a plain argument cannot follow a named one"],
    ["lr~choice('a,b)", "lr~choice('a,b), character 11: this ' is never closed"],
    [
      "lr~choice(a, none)",
      "lr~choice(a, none), character 14: needs a number, string or boolean, got none. Quote it if you mean the word",
    ],
    [
      "lr~choices({'a': 0.5})",
      "lr~choices({'a': 0.5}), character 12: weights of values are not taken: every value is as likely. List the values",
    ],
    ["lr~1e999", "lr~1e999, character 4: needs a finite number, got 1e999"],
    [
      "lr~[1:10]",
      "lr~[1:10], character 4: a range between whole numbers can mean two laws: integer(1, 10) or uniform(1, 10)?",
    ],
    ["lr~tag(log, normal(0,1))", "lr~tag(log, normal(0,1)), character 4: log does not go with normal(0, 1)"],
    [
      "lr~randint(3, 4)",
      "lr~randint(3, 4), character 4: randint excludes its upper end: randint(3, 4) leaves one value. Use integer(3, 4), which includes it, or constant(3)?",
    ],
    [
      "epochs~fidelity(1,100)",
      "epochs~fidelity(1,100), character 8: fidelity is not a law of a search space here: what a member may spend is the budget of the run: give the steps between slow steps (interval) and the total (steps)",
    ],
    ["lr", 'lr, character 3: expected "~" and a law after the name, as in lr~loguniform(1e-5,1e-1)'],
    ["~uniform(0,1)", "~uniform(0,1), character 1: expected a name, as in lr~loguniform(1e-5,1e-1)"],
    ["lr~", "lr~, character 4: expected a value or a law, got the end"],
    ["lr~uniform(choice(1),2)", "lr~uniform(choice(1),2), character 12: needs a value, got the law choice"],
  ])("points at what is wrong in %s", (text, message) => {
    expect(problemsOf(() => parseHyperparameter(text))).toEqual([message]);
  });

  it("throws nothing but UsageErrors, whatever the text", () => {
    const piece = fc.constantFrom(
      "lr",
      "~",
      "=",
      "uniform",
      "(",
      ")",
      "[",
      "]",
      ",",
      ":",
      "1",
      "0.5",
      "'",
      '"',
      "{",
      " ",
      "\\",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece, { maxLength: 15 }).map((list) => list.join("")),
        ),
        (text) => {
          let name: unknown = "";
          try {
            name = parseHyperparameter(text).name;
          } catch (error) {
            expect(error).toBeInstanceOf(UsageError);
          }
          expect(typeof name).toBe("string");
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("searchSpaceFromText", () => {
  it("makes groups of dotted names and reports all problems at once", () => {
    const space = searchSpaceFromText([
      "lr~loguniform(1e-5,1e-1)",
      "model.width~int(8,64)",
      "model.name=mlp",
    ]);
    expect(space.names).toEqual(["lr", "model.width", "model.name"]);
    expect(space.nest(space.decode([0, 0, 0]))).toEqual({ lr: 1e-5, model: { width: 8, name: "mlp" } });
    expect(problemsOf(() => searchSpaceFromText(["a~uniform(1,0)", "b~nothing(1)", "a=1"]))).toEqual([
      expect.stringMatching(
        /^b~nothing\(1\), character 3: no law is called nothing\. There are uniform, .*constant/,
      ),
      "space.a: uniform needs low < high, got low=1, high=0. Swap the bounds?",
      "space.a: is given twice",
    ]);
    expect(problemsOf(() => searchSpaceFromText([]))).toEqual(["space: needs at least one hyperparameter"]);
  });
});
