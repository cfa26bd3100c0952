import { describe, expect, it } from "vitest";
import { categorical, key, permutation, philox4x32, stream, subkey } from "./index.ts";

describe("philox4x32-10", () => {
  it.each([
    // Known-answer vectors published with the generator (Random123, kat_vectors).
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as const)("gives the published words for counter %o", (counter, seed, expected) => {
    const out = new Uint32Array(4);
    philox4x32(out, counter[0], counter[1], counter[2], counter[3], seed[0], seed[1]);
    expect([...out]).toEqual([...expected]);
  });
});

describe("streams", () => {
  it("repeat exactly for the same key, purpose, member and step, and differ when any of them differs", () => {
    const first = stream(key(1), "a", 2, 3).bits();
    expect(stream(key(1), "a", 2, 3).bits()).toBe(first);
    const others = [
      stream(key(2), "a", 2, 3),
      stream(key(1), "b", 2, 3),
      stream(key(1), "a", 3, 3),
      stream(key(1), "a", 2, 4),
      stream(subkey(key(1), "a"), "a", 2, 3),
    ].map((s) => s.bits());
    expect(new Set([first, ...others]).size).toBe(6);
  });

  it("have the moments of a uniform and of a normal law within five standard errors", () => {
    const n = 200_000;
    const draws = stream(key(11), "moments");
    let mean = 0;
    let square = 0;
    let fourth = 0;
    let uniform = 0;
    for (let i = 0; i < n; i++) {
      const z = draws.normal();
      mean += z / n;
      square += (z * z) / n;
      fourth += z ** 4 / n;
      uniform += draws.uniform() / n;
    }
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(1 / n));
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(Math.abs(uniform - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
  });

  it("draw integers without bias and permutations that hold every element once", () => {
    const draws = stream(key(5), "integers");
    const counts = [0, 0, 0];
    for (let i = 0; i < 30_000; i++) counts[draws.integer(3)]!++;
    for (const count of counts)
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(30_000 * (2 / 9)));
    expect(permutation(draws, 50).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  });

  it("never draw a category of weight zero, and refuse weights that are no law", () => {
    const draws = stream(key(5), "categories");
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 10_000; i++) counts[categorical(draws, [1, 0, 3, 0])]!++;
    expect(counts[1]! + counts[3]!).toBe(0);
    expect(Math.abs(counts[0]! - 2500)).toBeLessThan(5 * Math.sqrt(10_000 * (3 / 16)));
    expect(() => categorical(draws, [0, 0])).toThrow("at least one positive weight");
    expect(() => categorical(draws, [1, Number.NaN])).toThrow("weights[1]");
    expect(() => key(-1)).toThrow("seed: needs an integer");
    expect(() => key(1.5)).toThrow("seed: needs an integer");
  });
});
