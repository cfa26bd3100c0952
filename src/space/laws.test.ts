import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../random/index.ts";
import { distributionContract } from "../testing/distribution-contract.ts";
import {
  choice,
  constant,
  type Distribution,
  integer,
  logInteger,
  logUniform,
  normal,
  ordinal,
  quantized,
  uniform,
} from "./index.ts";

const examples: readonly Distribution[] = [
  uniform(0, 1),
  uniform(-3.3, 7.1, { init: 0 }),
  uniform(1e-300, 1e300),
  uniform(0.1, 0.3, { fixed: true }),
  logUniform(1e-5, 1e-1),
  logUniform(1e-300, 1e300, { init: 1 }),
  logUniform(0.1, 0.3),
  normal(0, 1),
  normal(3, 0.01, { low: 3, high: 3.02, init: 3.01 }),
  normal(0, 1, { low: 2, high: 100 }),
  normal(0, 1, { low: -100, high: -5.5 }),
  integer(0, 1),
  integer(-5, 994),
  integer(0, 2 ** 49),
  logInteger(1, 2),
  logInteger(1, 1024, { init: 32 }),
  logInteger(7, 2 ** 40),
  quantized(0, 1, 0.1),
  quantized(-1, 1, 0.25, { init: -0.5 }),
  quantized(1e-4, 1e-1, 1e-4, { log: true }),
  quantized(0, 1, 0.3),
  quantized(1, 101, 10, { log: true }),
  quantized(1e20, 3e20, 1e19),
  ordinal([16, 32, 64, 128], { init: 32 }),
  ordinal(["small", "middle", "large"]),
  choice(["adam", "sgd", "lion"]),
  choice([true, false]),
  choice([1, "1", true]),
  constant(3),
  constant("mnist"),
];

describe("every law", () => {
  it.each(examples.map((law) => [law.describe(), law] as const))("%s keeps the contract", (_, law) => {
    expect(() => distributionContract(law)).not.toThrow();
  });

  it("never leaves hard bounds, whatever the bounds and the coordinate", () => {
    const real = fc.double({ min: -1e150, max: 1e150, noNaN: true });
    const exponent = fc.double({ min: -200, max: 200, noNaN: true });
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(real, real, exponent, exponent, fc.double({ noNaN: true }), unit, (a, b, c, d, any, u) => {
        fc.pre(a !== b && 10 ** c !== 10 ** d);
        const [low, high] = a < b ? [a, b] : [b, a];
        const laws = [uniform(low, high), logUniform(10 ** Math.min(c, d), 10 ** Math.max(c, d))];
        for (const law of laws) {
          for (const at of [any, u, 0, 1]) expect(law.contains(law.decode(at))).toBe(true);
        }
        expect(laws[0]!.decode(0)).toBe(low + 0);
        expect(laws[0]!.decode(1)).toBe(high + 0);
        expect(laws[1]!.decode(0)).toBe(10 ** Math.min(c, d));
        expect(laws[1]!.decode(1)).toBe(10 ** Math.max(c, d));
      }),
      { numRuns: 1000 },
    );
  });

  it("gives integers cells of equal width and logInteger cells of ln((n+½)/(n−½))", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 300 }), (low, span) => {
        const law = integer(low, low + span);
        for (let k = 0; k <= span; k++) {
          expect(law.encode(low + k)).toBeCloseTo((k + 0.5) / (span + 1), 12);
          expect(law.decode((k + 1e-9) / (span + 1))).toBe(low + k);
          expect(law.decode((k + 1 - 1e-9) / (span + 1))).toBe(low + k);
        }
      }),
      { numRuns: 20 },
    );
    const law = logInteger(1, 1024);
    const total = Math.log(1024.5 / 0.5);
    for (const n of [1, 2, 3, 31, 500, 1023, 1024]) {
      const left = Math.log((n - 0.5) / 0.5) / total;
      const right = Math.log((n + 0.5) / 0.5) / total;
      expect(law.decode(left + 1e-9)).toBe(n);
      expect(law.decode(right - 1e-9)).toBe(n);
      expect(law.encode(n)).toBeCloseTo((left + right) / 2, 12);
    }
  });

  it("writes grid values as the decimals that people write", () => {
    const law = quantized(0, 1, 0.1);
    const values = Array.from({ length: 11 }, (_, k) => law.decode((k + 0.5) / 11));
    expect(values).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(6),
        (low, step, d) => {
          const decimal = (n: number): number => Number(`${n}e-${d}`);
          const law = quantized(decimal(low), decimal(low + 20 * step), decimal(step));
          expect(law.cardinality).toBe(21);
          for (let k = 0; k <= 20; k++) expect(law.decode((k + 0.5) / 21)).toBe(decimal(low + k * step) + 0);
        },
      ),
    );
    expect(quantized(0, 1, 0.3).decode(1)).toBe(0.9);
    expect(quantized(0, 1, 0.1).contains(0.1 + 0.2)).toBe(true);
    expect(quantized(0, 1, 0.1).contains(0.25)).toBe(false);
  });

  it("samples the law: means agree with the exact ones within 4 standard errors", () => {
    const n = 20_000;
    const rows: readonly (readonly [Distribution<number>, number, number])[] = [
      [uniform(2, 6), 4, 4 / Math.sqrt(12)],
      [integer(1, 6), 3.5, Math.sqrt(35 / 12)],
      [logUniform(1, Math.E ** 2), (Math.E ** 2 - 1) / 2, 1.8],
      [normal(5, 2), 5, 2],
      // E of a standard normal above 2: φ(2)/(1−Φ(2)) = 2.3732155, here cut at 6.
      [normal(0, 1, { low: 2, high: 9 }), 2.3732155, 0.34],
      [quantized(0, 1, 0.25), 0.5, 0.3536],
    ];
    for (const [law, mean, sd] of rows) {
      const draws = stream(key(3), "law-means");
      let sum = 0;
      for (let i = 0; i < n; i++) sum += law.sample(draws);
      expect(Math.abs(sum / n - mean), law.describe()).toBeLessThan((4 * sd) / Math.sqrt(n));
    }
  });

  it("draws each of a choice's values as often", () => {
    const law = choice(["a", "b", "c"]);
    const draws = stream(key(1), "choice");
    const counts = { a: 0, b: 0, c: 0 };
    for (let i = 0; i < 30_000; i++) counts[law.sample(draws)]++;
    for (const count of Object.values(counts)) expect(Math.abs(count - 10_000)).toBeLessThan(4 * 82);
  });

  it("encodes by the law's own scale", () => {
    expect(logUniform(1e-4, 1).encode(0.01)).toBeCloseTo(0.5, 14);
    expect(uniform(0, 0.99).decode(0.5)).toBe(0.495);
    expect(normal(0, 1).decode(0.5)).toBeCloseTo(0, 14);
    // Φ(1) = 0.8413447460685429; Φ(4) = 0.9999683287581669
    expect(normal(0, 1).encode(1)).toBeCloseTo(
      (0.8413447460685429 - 3.167124183311992e-5) / 0.9999366575163338,
      13,
    );
    expect(ordinal([16, 32, 64, 128]).encode(128)).toBe(0.875);
    expect(choice(["adam", "sgd"]).encode("sgd")).toBe(0.75);
    expect(constant(3).encode(3)).toBe(0.5);
  });

  it("does what the examples in its documentation say", () => {
    expect(uniform(0, 0.99, { init: 0.9 }).decode(0.5)).toBe(0.495);
    expect(integer(1, 4).decode(1)).toBe(4);
    expect(logInteger(1, 1024).decode(1)).toBe(1024);
    expect(quantized(0, 1, 0.1).decode(0.3)).toBe(0.3);
    expect(ordinal([16, 32, 64, 128]).decode(0.3)).toBe(32);
    expect(normal(0, 1).describe()).toBe("normal(0, 1)");
    expect(logUniform(1e-5, 0.1, { init: 1e-3 }).describe()).toBe("logUniform(1e-5, 0.1, init=0.001)");
  });

  it("refuses a value outside its range, and NaN as a coordinate", () => {
    expect(() => uniform(0, 1).encode(1.5)).toThrow("needs a value of uniform(0, 1), got 1.5");
    expect(() => integer(1, 4).encode(2.5)).toThrow("needs a value of integer(1, 4), got 2.5");
    expect(() => choice(["a", "b"]).encode("c" as "a")).toThrow(
      'needs a value of choice(["a", "b"]), got "c"',
    );
    expect(() => uniform(0, 1).encode(Number.NaN)).toThrow("got NaN");
    expect(() => uniform(0, 1).decode(Number.NaN)).toThrow("needs a coordinate to decode, got NaN");
  });
});

describe("arguments that make no law", () => {
  const cases: readonly (readonly [Distribution, string])[] = [
    [logUniform(0.1, 0.001), "logUniform needs 0 < low < high, got low=0.1, high=0.001. Swap the bounds?"],
    [
      logUniform(0, 1),
      "logUniform needs 0 < low < high, got low=0, high=1. Zero has no logarithm: start at a small positive bound, or use a linear law",
    ],
    [uniform(1, 1), "uniform needs low < high, got low=1, high=1. Use constant(1)?"],
    [uniform(Number.NaN, 1), "uniform needs low < high, both finite, got low=NaN, high=1"],
    [
      uniform(-1.7e308, 1.7e308),
      "uniform needs low < high with a finite difference, got low=-1.7e+308, high=1.7e+308",
    ],
    [uniform(0, 1, { init: 2 }), "uniform needs init to be a value of uniform(0, 1), got init=2"],
    [integer(0.5, 3), "integer needs whole numbers up to 2^53-1 as bounds, got low=0.5, high=3"],
    [
      integer(0, 2 ** 52),
      "integer needs at most 2^50 values, got low=0, high=4.503599627370496e+15. Use uniform?",
    ],
    [logInteger(1, 2 ** 41), "logInteger needs high <= 2^40, got high=2.199023255552e+12. Use logUniform?"],
    [quantized(0, 1, 0), "quantized needs step > 0, got step=0"],
    [quantized(0, 1, 2), "quantized needs step <= high - low, got step=2, low=0, high=1"],
    [
      quantized(0, 1, 0.1, { init: 0.25 }),
      "quantized needs init to be a value of quantized(0, 1, 0.1), got init=0.25",
    ],
    [normal(0, 0), "normal needs sd > 0, got sd=0"],
    [
      normal(0, 1, { low: 7, high: 9 }),
      "normal needs bounds that reach within 6 standard deviations of its mean 0 (sd=1), got low=7, high=9. Use uniform there?",
    ],
    [ordinal([]), "ordinal needs at least one value, got an empty list"],
    [choice([1, 1]), "choice needs different values, got 1 twice"],
    [constant(Number.NaN), "constant needs a finite number, string or boolean, got NaN"],
  ];
  it.each(cases.map(([law, text]) => [text, law] as const))("%s", (text, law) => {
    expect(law.problems).toEqual([text]);
    expect(() => law.decode(0.5)).toThrow(text);
    expect(law.contains(0.5)).toBe(false);
  });
});
