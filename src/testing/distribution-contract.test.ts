import { describe, expect, it } from "vitest";
import { constant, type Distribution, integer, ordinal, uniform } from "../space/index.ts";
import { distributionContract } from "./distribution-contract.ts";

const sound = uniform(0, 1, { init: 0.5 });

describe("distributionContract", () => {
  it("passes sound laws, and laws of one's own with their own way back from JSON", () => {
    distributionContract(sound);
    const own: Distribution = { ...sound, kind: "own", spec: { kind: "own" } };
    distributionContract(own, { from: () => own });
    distributionContract(own, { from: null });
    expect(() => distributionContract(own)).toThrow('got "own"');
  });

  const broken: readonly (readonly [string, Distribution, string])[] = [
    [
      "is not sound",
      uniform(1, 0),
      "uniform(1, 0): needs to be sound, has problems: uniform needs low < high",
    ],
    [
      "leaves its bounds",
      { ...sound, decode: (u) => (u === 1 ? 1.5 : sound.decode(u)) },
      "does not contain 1.5, which came from coordinate 1",
    ],
    ["samples outside", { ...sound, sample: () => 2 }, "does not contain 2, which came from sample"],
    [
      "encodes outside [0, 1]",
      { ...sound, encode: (x) => (x === 0 ? -0.1 : sound.encode(Number(x))) },
      "encodes 0 as -0.1, outside [0, 1]",
    ],
    [
      "does not decode what it encodes",
      { ...sound, encode: (x) => sound.encode(Number(x)) ** 2 },
      "encode∘decode moves",
    ],
    [
      "does not clamp",
      { ...sound, decode: (u) => (u < 0 ? 0.5 : sound.decode(u)) },
      "decodes -1e+300 as 0.5, not as its nearest end",
    ],
    [
      "never reaches a value",
      { ...integer(1, 4), decode: (u) => Math.min(3, integer(1, 4).decode(u)) },
      "decodes the coordinate of 4 as 3",
    ],
    ["has a wrong cardinality", { ...ordinal([1, 2]), cardinality: 3 }, "reaches 2 values of 3"],
    [
      "counts values of a continuous law",
      { ...sound, cardinality: 5 },
      "has topology continuous with cardinality 5",
    ],
    ["is mutated though constant", { ...constant(1), fixed: false }, "has the fixed topology without fixed"],
    ["starts outside", { ...sound, init: 7 }, "does not contain its init 7"],
    [
      "loses its bounds in JSON",
      { ...sound, spec: { kind: "uniform", low: 0, high: 2, init: 0.5 } },
      "otherwise after JSON",
    ],
    ["loses its start in JSON", { ...sound, spec: { kind: "uniform", low: 0, high: 1 } }, "through JSON"],
  ];
  it.each(broken)("fails a law that %s", (_, law, message) => {
    expect(() => distributionContract(law)).toThrow(message);
  });
});
