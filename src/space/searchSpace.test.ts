import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { UsageError } from "../errors/index.ts";
import { key, stream } from "../random/index.ts";
import {
  choice,
  constant,
  type Distribution,
  type InferHyperparameters,
  type Json,
  integer,
  logUniform,
  normal,
  ordinal,
  quantized,
  searchSpace,
  searchSpaceFrom,
  searchSpaceOf,
  uniform,
} from "./index.ts";

const space = searchSpace({
  lr: logUniform(1e-5, 1e-1),
  momentum: uniform(0, 0.99, { init: 0.9 }),
  batchSize: ordinal([16, 32, 64, 128]),
  model: {
    width: integer(8, 64),
    activation: choice(["relu", "tanh"]),
    inner: { bias: choice([true, false]) },
  },
  data: constant("digits"),
});

function problemsOf(action: () => unknown): readonly string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
  return [];
}

describe("searchSpace", () => {
  it("joins groups with dots, in the order written", () => {
    expect(space.names).toEqual([
      "lr",
      "momentum",
      "batchSize",
      "model.width",
      "model.activation",
      "model.inner.bias",
      "data",
    ]);
  });

  it("infers the hyperparameters' type", () => {
    type H = InferHyperparameters<typeof space>;
    expectTypeOf<H["lr"]>().toEqualTypeOf<number>();
    expectTypeOf<H["batchSize"]>().toEqualTypeOf<16 | 32 | 64 | 128>();
    expectTypeOf<H["model"]["activation"]>().toEqualTypeOf<"relu" | "tanh">();
    expectTypeOf<H["model"]["inner"]["bias"]>().toEqualTypeOf<boolean>();
    expectTypeOf<H["data"]>().toEqualTypeOf<"digits">();
    const { model, batchSize } = space.nest(space.sample(stream(key(0), "types")));
    expectTypeOf(model.width).toEqualTypeOf<number>();
    expect([16, 32, 64, 128]).toContain(batchSize);
    expect(["relu", "tanh"]).toContain(model.activation);
  });

  it("nests flat hyperparameters back into the definition's shape", () => {
    const flat = space.decode([0, 0.5, 0.9, 1, 0, 0.2, 0.3]);
    expect(flat).toEqual({
      lr: 1e-5,
      momentum: 0.495,
      batchSize: 128,
      "model.width": 64,
      "model.activation": "relu",
      "model.inner.bias": true,
      data: "digits",
    });
    expect(space.nest(flat)).toEqual({
      lr: 1e-5,
      momentum: 0.495,
      batchSize: 128,
      model: { width: 64, activation: "relu", inner: { bias: true } },
      data: "digits",
    });
  });

  it("starts from init where given, and a new init leaves the other draws alone", () => {
    const drawn = space.sample(stream(key(5), "founder", 1));
    expect(drawn.momentum).toBe(0.9);
    const other = searchSpace({ lr: logUniform(1e-5, 1e-1, { init: 1e-3 }), momentum: uniform(0, 0.99) });
    const plain = searchSpace({ lr: logUniform(1e-5, 1e-1), momentum: uniform(0, 0.99) });
    const a = other.sample(stream(key(5), "founder", 1));
    const b = plain.sample(stream(key(5), "founder", 1));
    expect(a.lr).toBe(1e-3);
    expect(b.lr).toBe(drawn.lr);
    expect(a.momentum).toBe(b.momentum);
  });

  it("is stable: decode∘encode is the identity on decoded hyperparameters", () => {
    const units = fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(units, (coordinates) => {
        const first = space.decode(coordinates);
        const again = space.decode(space.encode(first));
        expect(again.lr).toBeCloseTo(Number(first.lr), 14);
        expect({ ...again, lr: 0, momentum: 0 }).toEqual({ ...first, lr: 0, momentum: 0 });
      }),
    );
  });

  it("comes back from its spec through JSON, for the same draws", () => {
    const all = searchSpace({
      a: uniform(0, 1, { fixed: true }),
      b: normal(0, 1, { low: -1 }),
      c: quantized(1, 64, 1, { log: true }),
      d: { e: choice([1, "one", true], { init: "one" }) },
    });
    const copy = searchSpaceFrom(JSON.parse(JSON.stringify(all.spec)) as Json);
    expect(copy.spec).toEqual(all.spec);
    expect(copy.distributions.map((law) => law.fixed)).toEqual([true, false, false, false]);
    const h = all.sample(stream(key(9), "spec"));
    expect(copy.sample(stream(key(9), "spec"))).toEqual(h);
    expect(copy.nest(h)).toEqual(all.nest(h));
    expect(space.spec).toEqual(searchSpaceFrom(space.spec).spec);
  });

  it("reports every problem at once, each with its place", () => {
    expect(
      problemsOf(() =>
        searchSpace({
          lr: logUniform(0.1, 0.001),
          group: { width: integer(0.5, 3), "a.b": uniform(0, 1) },
          wrong: 3 as unknown as Distribution,
          "2nd": uniform(1, 0),
        }),
      ),
    ).toEqual([
      'space.group.a.b: "." joins groups: write { a: { b: … }',
      "space.wrong: needs a law such as uniform(0, 1), got 3",
      'space.2nd: needs a name of letters, digits, "_" and "-" that starts with a letter',
      "space.lr: logUniform needs 0 < low < high, got low=0.1, high=0.001. Swap the bounds?",
      "space.group.width: integer needs whole numbers up to 2^53-1 as bounds, got low=0.5, high=3",
      "space.2nd: uniform needs low < high, got low=1, high=0. Swap the bounds?",
    ]);
    expect(problemsOf(() => searchSpace({}))).toEqual(["space: needs at least one hyperparameter"]);
    expect(
      problemsOf(() =>
        searchSpaceOf([
          ["a", uniform(0, 1)],
          ["a.b", uniform(0, 1)],
          ["c", uniform(0, 1)],
          ["c", uniform(1, 0)],
        ]),
      ),
    ).toEqual([
      "space.c: is given twice",
      "space.c: uniform needs low < high, got low=1, high=0. Swap the bounds?",
      "space.a: is a value and, because of a.b, also a group",
    ]);
    expect(
      problemsOf(() =>
        searchSpaceFrom([
          { name: "a", kind: "unifrom", low: 0, high: 1 },
          { name: "b", kind: "uniform", low: 0, top: 1 },
          7,
          { name: "c", kind: "uniform", low: 1, high: 0 },
        ]),
      ),
    ).toEqual([
      'space.a: needs kind to be one of uniform, logUniform, normal, integer, logInteger, quantized, ordinal, choice, constant, got "unifrom"',
      'space.b: uniform needs high, got {"kind":"uniform","low":0,"top":1}',
      "space.b: uniform takes low, high, init, fixed, got top=1",
      "space[2]: needs { name, kind, … }, got 7",
      "space.c: uniform needs low < high, got low=1, high=0. Swap the bounds?",
    ]);
  });

  it("names every hyperparameter that does not fit when it encodes", () => {
    const small = searchSpace({ lr: logUniform(1e-5, 0.1), n: integer(1, 3) });
    expect(problemsOf(() => small.encode({ lr: 1, m: 2 }))).toEqual([
      "m: is not in the space (lr, n)",
      "lr: needs a value of logUniform(1e-5, 0.1), got 1",
      "n: needs a value of integer(1, 3), got nothing",
    ]);
    expect(problemsOf(() => small.decode([0.5]))).toEqual(["space: needs 2 coordinates, got 1"]);
  });
});
