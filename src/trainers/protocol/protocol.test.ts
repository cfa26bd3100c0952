import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Metrics, Segment } from "../../engine/index.ts";
import { compareEcho } from "./echo.ts";
import { parseJson } from "./json.ts";
import { judge, type JudgeOptions } from "./judge.ts";
import { lineSplitter } from "./lines.ts";
import { parseMessage, reportOf } from "./report.ts";

const plain = (value: unknown): unknown => {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, inner]) => [name, plain(inner)]));
  return Array.isArray(value) ? value.map(plain) : value;
};

describe("parseJson", () => {
  it("reads what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        if (text.includes("__proto__")) return;
        expect(plain(parseJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 300 },
    );
  });

  it("takes exactly the texts that JSON.parse takes, apart from NaN, infinities and names that occur twice", () => {
    const pieces = [
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"b"',
      "1",
      "-0",
      "1e5",
      "01",
      "1.",
      ".5",
      "+1",
      "true",
      "nul",
      " ",
      '"\\x"',
      '"\n"',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        let expected: unknown;
        let fine = true;
        try {
          expected = JSON.parse(text);
        } catch {
          fine = false;
        }
        let mine: unknown;
        let problem: string | null = null;
        try {
          mine = plain(parseJson(text));
        } catch (error) {
          problem = String(error);
        }
        if (problem !== null && problem.includes("twice")) return;
        expect(problem === null).toBe(fine);
        if (fine) expect(mine).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it("reads the numbers that Python's json writes and JSON has no word for", () => {
    expect(plain(parseJson('{"a": NaN, "b": [Infinity, -Infinity], "c": "NaN"}'))).toEqual({
      a: Number.NaN,
      b: [Infinity, -Infinity],
      c: "NaN",
    });
  });

  it("refuses names that occur twice and values that nest too deep, and says where", () => {
    expect(() => parseJson('{"q": 1, "q": 2}')).toThrow('the name "q" occurs twice at character 13');
    expect(() => parseJson(`${"[".repeat(40)}${"]".repeat(40)}`)).toThrow("nested deeper than 16");
    expect(() => parseJson('{"q": 1} x')).toThrow("unexpected text after the value at character 10");
    expect(() => parseJson('{"q": ')).toThrow("ended too early");
  });
});

describe("reportOf", () => {
  const report = (text: string) => {
    const { step, metrics, using } = reportOf(parseMessage(text));
    return { step, metrics: Object.fromEntries(metrics), using };
  };

  it("takes metrics in an object of their own or flat beside the step", () => {
    const expected = { step: 5, metrics: { loss: 0.5, accuracy: 1 }, using: null };
    expect(report('{"step": 5, "metrics": {"loss": 0.5, "accuracy": 1}}')).toEqual(expected);
    expect(report('{"loss": 0.5, "step": 5, "accuracy": 1}')).toEqual(expected);
  });

  it("takes null for NaN, and nested or flat names in using", () => {
    expect(
      report('{"loss": null, "using": {"opt": {"lr": 0.1, "kind": "adam"}, "opt.momentum": 0.9}}'),
    ).toEqual({
      step: null,
      metrics: { loss: Number.NaN },
      using: { "opt.lr": 0.1, "opt.kind": "adam", "opt.momentum": 0.9 },
    });
  });

  it.each([
    ["[1]", "needs a JSON object in a line, got [1]"],
    ['{"step": -1}', '"step" needs an integer from 0, got -1'],
    ['{"step": 1.5}', '"step" needs an integer from 0, got 1.5'],
    ['{"step": "5"}', '"step" needs an integer from 0, got "5"'],
    ['{"step": 1e300}', '"step" needs an integer from 0, got 1e+300'],
    ['{"metrics": 5}', '"metrics" needs an object of names and numbers, got 5'],
    ['{"loss": "0.1"}', 'metric "loss" needs a number, got "0.1"'],
    ['{"loss": [1]}', 'metric "loss" needs a number, got a list'],
    ['{"using": {"lr": [1]}}', '"lr" needs a number, string or boolean, got a list'],
    ['{"using": 3}', '"using" needs an object of hyperparameters, got 3'],
    [`{"${"n".repeat(129)}": 1}`, "a metric's name needs 1 to 128 characters, got 129"],
    ['{"": 1}', "a metric's name needs 1 to 128 characters, got 0"],
  ])("refuses %s", (text, message) => {
    expect(() => report(text)).toThrow(message);
  });

  it("refuses more metrics than anybody has", () => {
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`m${i}`, 1]));
    expect(() => report(JSON.stringify(many))).toThrow("at most 256 metrics, got 257");
  });
});

describe("compareEcho", () => {
  it("verifies what is equal up to single precision, for any numbers", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), (x) => {
        if (x !== 0 && Math.abs(x) < 1e-30) return;
        expect(compareEcho({ x }, { x: Math.fround(x) })).toEqual({ verified: true, mismatches: [] });
        const wrong = compareEcho({ x }, { x: x === 0 ? 1e-3 : x * (1 + 1e-5) });
        expect(wrong.verified).toBe(false);
        expect(wrong.mismatches).toHaveLength(1);
      }),
    );
  });

  it("has a boundary at a relative difference of 1e-6", () => {
    expect(compareEcho({ x: 1 }, { x: 1 + 0.99e-6 }).verified).toBe(true);
    expect(compareEcho({ x: 1 }, { x: 1 + 1.01e-6 }).verified).toBe(false);
    expect(compareEcho({ x: 0 }, { x: 1e-300 }).verified).toBe(false);
  });

  it("checks the names that are there, and verifies only when all are", () => {
    expect(compareEcho({ a: 1, b: "x" }, { a: 1 })).toEqual({ verified: false, mismatches: [] });
    expect(compareEcho({ a: 1, b: "x" }, null)).toEqual({ verified: false, mismatches: [] });
    expect(compareEcho({ a: 1, b: "x" }, { a: 1, b: "x" })).toEqual({ verified: true, mismatches: [] });
    expect(compareEcho({ a: 1, b: "x", c: true }, { a: 2, b: "y", c: 1, d: 0 }).mismatches).toEqual([
      "a: the trainer uses 2, was given 1",
      'b: the trainer uses "y", was given "x"',
      "c: the trainer uses 1, was given true",
      "d: the trainer uses a hyperparameter that the search space does not have (it has a, b, c)",
    ]);
  });

  it("is not fooled by a name that every object has", () => {
    expect(compareEcho({ a: 1 }, { a: 1, toString: "x" }).mismatches).toHaveLength(1);
    expect(compareEcho({ a: 1 }, { a: Number.NaN }).mismatches).toHaveLength(1);
  });
});

describe("judge", () => {
  const segment = {
    fromStep: 10,
    untilStep: 20,
    hyperparameters: { lr: 0.1 },
  } as unknown as Segment;
  const make = (options: Partial<JudgeOptions> = {}) => {
    const forwarded: [number, Metrics][] = [];
    const forward = (step: number, metrics: Metrics): void => void forwarded.push([step, metrics]);
    return {
      forwarded,
      verdict: judge(segment, { metric: "q", restart: false, echo: true, forward, ...options }),
    };
  };
  const report = (
    step: number | null,
    metrics: Record<string, number> = {},
    using: { lr: number } | null = null,
  ) => ({
    step,
    metrics: new Map(Object.entries(metrics)),
    using,
  });

  it("ends with the last value of each metric, whether or not reports had steps", () => {
    const { verdict, forwarded } = make();
    expect(verdict.accept(report(10, { q: 1 }))).toBeNull();
    expect(verdict.accept(report(null, { loss: 3 }))).toBeNull();
    expect(verdict.accept(report(20, { q: 2 }, { lr: 0.1 }))).toBeNull();
    expect(verdict.finish(20)).toEqual({
      status: "ok",
      step: 20,
      metrics: { q: 2, loss: 3 },
      using: { lr: 0.1 },
    });
    expect(forwarded).toEqual([
      [10, { q: 1 }],
      [20, { q: 2 }],
      [20, { loss: 3 }],
    ]);
  });

  it("passes on a value once, however often it is said, and the final one although it had no step", () => {
    const { verdict, forwarded } = make();
    const said: Record<string, number>[] = [
      { q: 1 },
      { q: 1 },
      { q: Number.NaN },
      { q: Number.NaN },
      { loss: 2 },
    ];
    for (const metrics of said) {
      verdict.accept(report(15, metrics));
    }
    verdict.accept(report(null, { q: 3 }));
    expect(verdict.finish(20).status).toBe("ok");
    expect(forwarded).toEqual([
      [15, { q: 1 }],
      [15, { q: Number.NaN }],
      [15, { loss: 2 }],
      [20, { q: 3 }],
    ]);
  });

  it.each([
    [9, "the step counter did not resume"],
    [21, "beyond step 20"],
  ])("refuses step %i", (step, message) => {
    const violation = make().verdict.accept(report(step));
    expect(violation?.cause).toBe("step");
    expect(violation?.message).toContain(message);
  });

  it("lets a trainer that starts anew count from 0, but passes on only steps of this segment", () => {
    const { verdict, forwarded } = make({ restart: true });
    for (const step of [0, 5, 15]) expect(verdict.accept(report(step, { q: step }))).toBeNull();
    expect(forwarded).toEqual([[15, { q: 15 }]]);
    verdict.finish(null);
    expect(forwarded.at(-1)).toEqual([20, { q: 15 }]);
  });

  it("compares echoes only when asked to", () => {
    expect(make().verdict.accept(report(12, {}, { lr: 0.2 }))).toEqual({
      cause: "echo",
      message: "lr: the trainer uses 0.2, was given 0.1",
    });
    const { verdict } = make({ echo: false });
    expect(verdict.accept(report(12, { q: 1 }, { lr: 0.2 }))).toBeNull();
    expect(verdict.finish(null)).toMatchObject({ using: null });
  });

  it("bounds the number of different metrics over all reports", () => {
    const { verdict } = make();
    let violation = null;
    for (let i = 0; i < 300 && violation === null; i++)
      violation = verdict.accept(report(null, { [`m${i}`]: 1 }));
    expect(violation).toEqual({
      cause: "protocol",
      message: "a segment takes at most 256 different metrics",
    });
  });
});

describe("lineSplitter", () => {
  const split = (chunks: readonly Buffer[], limit: number): [string, boolean][] => {
    const lines: [string, boolean][] = [];
    const splitter = lineSplitter(limit, (line, cut) => lines.push([line.toString("latin1"), cut]));
    for (const chunk of chunks) splitter.write(chunk);
    splitter.end();
    return lines;
  };

  it("finds the same lines wherever the chunks end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("\n", "a", "bb", "ccc"), { maxLength: 40 }),
        fc.array(fc.nat(10), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (parts, sizes, limit) => {
          const bytes = Buffer.from(parts.join(""));
          const chunks: Buffer[] = [];
          let at = 0;
          for (const size of [...sizes, bytes.length]) {
            chunks.push(Buffer.from(bytes.subarray(at, at + size)));
            at += size;
          }
          const text = bytes.toString();
          const expected = text.split("\n").map((line) => [line.slice(0, limit), line.length > limit]);
          if (text === "" || text.endsWith("\n")) expected.pop();
          expect(split(chunks, limit)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
