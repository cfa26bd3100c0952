import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import {
  choice,
  type Distribution,
  type Hyperparameters,
  integer,
  logInteger,
  logUniform,
  normal,
  ordinal,
  quantized,
  type SearchSpace,
  searchSpace,
  uniform,
  type Value,
} from "../../space/index.ts";
import {
  compose,
  gaussian,
  keepOwn,
  type Mutation,
  mixture,
  neighbour,
  noMutation,
  pbtPerturb,
  perHyperparameter,
  type Population,
  reflect,
  resample,
} from "../index.ts";

const empty: Population = { generation: 0, members: [], memory: null };

function mutate(
  mutation: Mutation,
  space: SearchSpace<unknown>,
  parent: Hyperparameters,
  generation: number,
  member = 0,
) {
  return mutation.mutate({ parent, space, member, generation, key: key(11), population: empty, scores: [] });
}

/** One law, one mutation per generation, always of the same value. */
function moves(mutation: Mutation, law: Distribution, value: Value, count: number): Value[] {
  const space = searchSpace({ x: law });
  return Array.from(
    { length: count },
    (_, i) => mutate(mutation, space, { x: value }, i).hyperparameters["x"]!,
  );
}

function moments(values: readonly number[]): { mean: number; deviation: number; error: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
  return { mean, deviation, error: deviation / Math.sqrt(values.length) };
}

const chain = 1_000_000;

describe("reflect", () => {
  it("is the triangle wave of period 2", () => {
    expect([0, 0.25, 1, 1.25, 2, 2.25, -0.25, -1.25, 3.5].map(reflect)).toEqual([
      0, 0.25, 1, 0.75, 0, 0.25, 0.25, 0.75, 0.5,
    ]);
  });

  it("keeps the uniform law under symmetric noise: the transition matrix is doubly stochastic", () => {
    // Midpoint cells; noise with a symmetric law on cell offsets, wide enough to fold several times.
    const n = 40;
    const columns = Array.from({ length: n }, () => 0);
    for (let from = 0; from < n; from++) {
      let row = 0;
      for (let offset = -100; offset <= 100; offset++) {
        const weight = (101 - Math.abs(offset)) / 101 ** 2;
        const to = Math.floor(reflect((from + 0.5 + offset) / n) * n);
        columns[to] = columns[to]! + weight;
        row += weight;
      }
      expect(row).toBeCloseTo(1, 12);
    }
    for (const column of columns) expect(column).toBeCloseTo(1, 12);
  });
});

describe("hard bounds", () => {
  it("hold over a million Gaussian and a million PBT mutations in a row", () => {
    const laws = {
      a: logUniform(1e-5, 1e-1),
      b: uniform(-0.3, 0.7),
      c: normal(2, 3),
      d: integer(0, 9),
    };
    const space = searchSpace(laws);
    for (const mutation of [gaussian({ sigma: 0.5 }), pbtPerturb()]) {
      let h: Hyperparameters = { a: 1e-1, b: 0, c: 2, d: 0 };
      const outside: unknown[] = [];
      for (let i = 0; i < chain / 4; i++) {
        h = mutate(mutation, space, h, i).hyperparameters;
        for (const [name, law] of Object.entries(laws))
          if (!law.contains(h[name]!)) outside.push([name, h[name]]);
      }
      expect(outside).toEqual([]);
    }
  });
});

describe("gaussian", () => {
  it("moves log h without drift, with standard deviation sigma of the log range", () => {
    const law = logUniform(1e-6, 1);
    const factors = moves(gaussian(), law, 1e-3, 100_000).map((x) => Math.log(Number(x) / 1e-3));
    const { mean, deviation, error } = moments(factors);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
    const expected = 0.1 * Math.log(1e6);
    expect(Math.abs(deviation - expected)).toBeLessThan((3 * expected) / Math.sqrt(2 * factors.length));
  });

  it("moves an integer by at least one, everywhere", () => {
    for (const law of [integer(0, 9), integer(1, 2), logInteger(1, 1000)]) {
      for (const value of [0, 1, 2, 9, 500].filter((x) => law.contains(x))) {
        expect(moves(gaussian({ sigma: 0.001 }), law, value, 300)).not.toContain(value);
      }
    }
    const near = moves(gaussian({ sigma: 0.001 }), integer(0, 9), 5, 2000).map(Number);
    expect(new Set(near)).toEqual(new Set([4, 6]));
    const { mean, error } = moments(near);
    expect(Math.abs(mean - 5)).toBeLessThan(3 * error);
  });

  it("steps an ordered value to a neighbour with the given probability, staying at the end half of the time", () => {
    const law = ordinal([16, 32, 64, 128]);
    const from32 = moves(gaussian({ step: 0.5 }), law, 32, 8000);
    const count = (values: readonly Value[], x: Value): number =>
      values.filter((value) => value === x).length;
    const tolerance = 4 * Math.sqrt(8000 * 0.25 * 0.75);
    expect(Math.abs(count(from32, 16) - 2000)).toBeLessThan(tolerance);
    expect(Math.abs(count(from32, 64) - 2000)).toBeLessThan(tolerance);
    expect(count(from32, 128)).toBe(0);
    expect(Math.abs(count(moves(gaussian({ step: 1 }), law, 16, 8000), 16) - 4000)).toBeLessThan(tolerance);
  });

  it("moves on a fine grid by sigma, not by one cell", () => {
    const values = moves(gaussian({ sigma: 0.1 }), quantized(0, 1, 0.001), 0.5, 4000).map(Number);
    const { deviation } = moments(values);
    expect(Math.abs(deviation - 0.1)).toBeLessThan((3 * 0.1) / Math.sqrt(8000));
    expect(values).not.toContain(0.5);
  });

  it("switches a category with the given probability, uniformly to the others", () => {
    const law = choice(["a", "b", "c", "d"]);
    const drawn = moves(gaussian({ switch: 0.3 }), law, "b", 10_000);
    const share = (x: string): number => drawn.filter((value) => value === x).length / drawn.length;
    expect(Math.abs(share("b") - 0.7)).toBeLessThan(3 * Math.sqrt(0.21 / 10_000));
    for (const other of ["a", "c", "d"]) {
      expect(Math.abs(share(other) - 0.1)).toBeLessThan(3 * Math.sqrt(0.09 / 10_000));
    }
  });

  it("draws each member and generation anew, and the same again for the same", () => {
    const space = searchSpace({ x: uniform(0, 1) });
    const at = (member: number, generation: number): unknown =>
      mutate(gaussian(), space, { x: 0.5 }, generation, member).hyperparameters["x"];
    expect(new Set([at(0, 0), at(1, 0), at(0, 1), at(1, 1)]).size).toBe(4);
    expect(at(1, 1)).toBe(at(1, 1));
  });
});

describe("pbtPerturb", () => {
  const law = logUniform(1e-9, 1e9);

  it("has no drift of log h by default", () => {
    const logs = moves(pbtPerturb(), law, 1, 40_000).map((x) => Math.log(Number(x)));
    expect(new Set(logs)).toEqual(new Set([Math.log(0.8), Math.log(1.25)]));
    const { mean, error } = moments(logs);
    expect(Math.abs(mean)).toBeLessThan(3 * error);
  });

  it("with the published factors loses 0.0204 of log h per mutation (theory.md T1.3)", () => {
    const logs = moves(pbtPerturb({ factors: [0.8, 1.2] }), law, 1, 40_000).map((x) => Math.log(Number(x)));
    const { mean, deviation, error } = moments(logs);
    expect(Math.abs(mean + 0.020411)).toBeLessThan(3 * error);
    expect(deviation).toBeCloseTo(0.202733, 3);
  });

  it("clips at the bounds", () => {
    expect(new Set(moves(pbtPerturb(), uniform(0, 0.9), 0.8, 100))).toEqual(new Set([0.8 * 0.8, 0.9]));
    expect(new Set(moves(pbtPerturb(), uniform(-1, 1), -0.9, 100))).toEqual(new Set([-0.9 * 0.8, -1]));
  });

  it("steps a tenth of the range where multiplying cannot move", () => {
    expect(new Set(moves(pbtPerturb(), uniform(0, 1), 0, 100))).toEqual(new Set([0.1]));
    const free = new Set(
      moves(pbtPerturb(), uniform(-1, 1), 0, 100).map((x) => Number(Number(x).toFixed(12))),
    );
    expect(free).toEqual(new Set([-0.2, 0.2]));
  });

  it("rounds integers at random with the right mean, and moves them by at least one", () => {
    const ten = moves(pbtPerturb(), integer(0, 100), 10, 4000).map(Number);
    expect(new Set(ten)).toEqual(new Set([8, 12, 13]));
    const share = ten.filter((x) => x === 12).length / ten.filter((x) => x > 10).length;
    expect(Math.abs(share - 0.5)).toBeLessThan(3 * Math.sqrt(0.25 / 2000) + 0.01);
    expect(new Set(moves(pbtPerturb(), integer(0, 100), 1, 200))).toEqual(new Set([0, 2]));
    expect(new Set(moves(pbtPerturb(), integer(0, 100), 0, 200))).toEqual(new Set([1]));
    expect(new Set(moves(pbtPerturb(), integer(1, 100), 1, 200))).toEqual(new Set([2]));
  });
});

describe("neighbour", () => {
  it("finds the next value of every discrete law, and the ends", () => {
    expect(neighbour(integer(-3, 3), 0, 1)).toBe(1);
    expect(neighbour(integer(-3, 3), -3, -1)).toBeNull();
    expect(neighbour(logInteger(1, 2 ** 30), 2 ** 29, 1)).toBe(2 ** 29 + 1);
    expect(neighbour(quantized(0, 1, 0.1), 0.3, -1)).toBe(0.2);
    expect(neighbour(ordinal(["s", "m", "l"]), "m", 1)).toBe("l");
    expect(neighbour(ordinal(["s", "m", "l"]), "l", 1)).toBeNull();
  });
});

describe("rules made of rules", () => {
  const space = searchSpace({ a: uniform(0, 1), b: uniform(0, 1), c: uniform(0, 1, { fixed: true }) });
  const parent = { a: 0.5, b: 0.5, c: 0.5 };

  it("resample draws each from its law with probability p, else moves it by the other rule", () => {
    const rule = resample({ probability: 0.25, otherwise: noMutation() });
    let anew = 0;
    for (let i = 0; i < 4000; i++) {
      const { hyperparameters, detail } = mutate(rule, space, parent, i);
      expect(hyperparameters["c"]).toBe(0.5);
      const changed = ["a", "b"].filter((name) => hyperparameters[name] !== 0.5);
      expect(detail).toEqual({ resampled: changed });
      anew += changed.length;
    }
    expect(Math.abs(anew / 8000 - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 8000));
  });

  it("resample from the law forgets the parent: a uniform law stays uniform", () => {
    const values = Array.from({ length: 4000 }, (_, i) =>
      Number(mutate(resample({ probability: 1 }), space, parent, i).hyperparameters["a"]),
    );
    const { mean, error } = moments(values);
    expect(Math.abs(mean - 0.5)).toBeLessThan(3 * error);
    expect(moments(values).deviation).toBeCloseTo(Math.sqrt(1 / 12), 2);
  });

  it("mixture uses one rule per copy, as often as its weight says", () => {
    const rule = mixture([
      { weight: 3, mutation: noMutation() },
      { weight: 1, mutation: gaussian() },
    ]);
    let moved = 0;
    for (let i = 0; i < 4000; i++) {
      const { hyperparameters, detail } = mutate(rule, space, parent, i);
      expect(detail).toEqual({ drawn: hyperparameters["a"] === 0.5 ? 0 : 1 });
      expect(hyperparameters["a"] === 0.5).toBe(hyperparameters["b"] === 0.5);
      if (hyperparameters["a"] !== 0.5) moved++;
    }
    expect(Math.abs(moved / 4000 - 0.25)).toBeLessThan(3 * Math.sqrt((0.25 * 0.75) / 4000));
  });

  it("compose draws for each rule anew: two Gaussians have the sum of their variances", () => {
    const twice = compose([gaussian({ sigma: 0.03 }), gaussian({ sigma: 0.04 })]);
    const values = Array.from({ length: 20_000 }, (_, i) =>
      Number(mutate(twice, space, parent, i).hyperparameters["a"]),
    );
    expect(Math.abs(moments(values).deviation - 0.05)).toBeLessThan((3 * 0.05) / Math.sqrt(40_000));
  });

  it("perHyperparameter moves each by its own rule", () => {
    const rule = perHyperparameter({ a: noMutation() }, gaussian());
    const { hyperparameters } = mutate(rule, space, parent, 0);
    expect(hyperparameters["a"]).toBe(0.5);
    expect(hyperparameters["b"]).not.toBe(0.5);
    expect(Object.keys(hyperparameters)).toEqual(["a", "b", "c"]);
  });

  it("perHyperparameter refuses names that the space lacks", () => {
    expect(() => mutate(perHyperparameter({ aa: noMutation(), d: noMutation() }), space, parent, 0)).toThrow(
      "perHyperparameter: needs hyperparameters of the space (a, b, c), got aa\n" +
        "perHyperparameter: needs hyperparameters of the space (a, b, c), got d",
    );
  });

  it("keepOwn takes the copying member's hyperparameters, not the donor's", () => {
    const own = { a: 0.1, b: 0.2, c: 0.3 };
    const population: Population = {
      ...empty,
      members: [
        {
          id: 4,
          founder: 4,
          parent: 4,
          hyperparameters: own,
          step: 0,
          generation: 0,
          checkpoint: null,
          status: "active",
        },
      ],
    };
    const given = { parent, space, member: 4, generation: 0, key: key(1), population, scores: [] };
    expect(keepOwn().mutate(given).hyperparameters).toEqual(own);
  });
});
