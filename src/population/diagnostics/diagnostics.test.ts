import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { choice, searchSpace, uniform } from "../../space/index.ts";
import {
  diversity,
  effectiveKinds,
  effectiveSize,
  initialPopulation,
  offspring,
  price,
  rulesFrom,
  selectionDifferential,
  slowStep,
} from "../index.ts";

const EXACT = 1e-12;

describe("price", () => {
  it("splits a change into selection and transmission (worked by hand)", () => {
    // Member 2 is replaced by a copy of member 0 whose trait mutates from 1 to 1.5.
    const { change, selection, transmission } = price([1, 2, 6], [1, 2, 1.5], [0, 1, 0], [2, 1, 0]);
    expect(change).toBeCloseTo(-1.5, 12);
    expect(selection).toBeCloseTo(-5 / 3, 12);
    expect(transmission).toBeCloseTo(1 / 6, 12);
  });

  it("is an identity for any parents and any traits", () => {
    const traits = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(traits, fc.integer({ min: 0, max: 1e6 }), (before, seed) => {
        const draws = stream(key(seed), "parents");
        const parents = before.map(() => draws.integer(before.length));
        const counts = before.map((_, i) => parents.filter((parent) => parent === i).length);
        const after = parents.map((parent) => before[parent]! + draws.normal());
        const { change, selection, transmission } = price(before, after, parents, counts);
        expect(Math.abs(change - selection - transmission)).toBeLessThan(EXACT);
      }),
    );
  });

  it("shows the bias of 0.8/1.2 factors as transmission per birth of −0.0204 (theory.md T9.3)", () => {
    const n = 20_000;
    const draws = stream(key(4), "factors");
    const before = Array.from({ length: n }, () => 0);
    const after = before.map(() => Math.log(draws.uniform() < 0.5 ? 0.8 : 1.2));
    const everyone = before.map((_, i) => i);
    const { transmission, selection } = price(
      before,
      after,
      everyone,
      before.map(() => 1),
    );
    expect(selection).toBe(0);
    expect(Math.abs(transmission + 0.020411)).toBeLessThan((3 * 0.202733) / Math.sqrt(n));
  });
});

describe("offspring", () => {
  it("counts descendants by position", () => {
    const space = searchSpace({ x: uniform(0, 1) });
    const rules = rulesFrom({
      selection: { kind: "truncation", fraction: 0.5 },
      mutation: { kind: "none" },
      fitness: { kind: "instantaneous" },
      sign: 1,
      control: "none",
    });
    const population = initialPopulation(space, 2, key(1), rules);
    const { decisions } = slowStep(
      population,
      [1, 0].map((value, member) => ({
        member,
        step: 1,
        value,
        reports: [],
        status: "ok",
        checkpoint: { member, generation: 0, step: 1 },
      })),
      key(1),
      rules,
      { space },
    );
    expect(offspring(population, decisions)).toEqual({ parents: [0, 0], counts: [2, 0] });
  });
});

describe("selectionDifferential", () => {
  it("is the offspring-weighted mean minus the mean (worked by hand)", () => {
    const { raw, standardised } = selectionDifferential([1, 2, 3], [0, 1, 2])!;
    expect(raw).toBeCloseTo(2 / 3, 12);
    expect(standardised).toBeCloseTo(2 / 3 / Math.sqrt(2 / 3), 12);
  });

  it("leaves out members without a score, and needs spread to standardise", () => {
    expect(selectionDifferential([null, 1, 3], [0, 1, 2])!.raw).toBeCloseTo(7 / 3 - 2, 12);
    expect(selectionDifferential([2, 2], [2, 0])).toEqual({ raw: 0, standardised: null });
    expect(selectionDifferential([null, null], [1, 1])).toBeNull();
  });

  it("is 2 q i_q standard deviations for truncation of a large Gaussian population (theory.md T9.4)", () => {
    const path = new URL("../../theory/fixtures/theory-reference.json", import.meta.url);
    const { T9 } = JSON.parse(readFileSync(path, "utf8")) as {
      T9: { data: Record<"trunc_q0.2" | "trunc_q0.25", { mean_shift_in_sd: number }> };
    };
    const reference = [
      { fraction: 0.2, shift: T9.data["trunc_q0.2"].mean_shift_in_sd },
      { fraction: 0.25, shift: T9.data["trunc_q0.25"].mean_shift_in_sd },
    ];
    const n = 20_000;
    const draws = stream(key(2), "scores");
    const scores = Array.from({ length: n }, () => draws.normal()).toSorted((a, b) => b - a);
    for (const { fraction, shift } of reference) {
      const replaced = Math.round(fraction * n);
      const counts = scores.map((_, rank) => (rank < replaced ? 2 : rank >= n - replaced ? 0 : 1));
      const { standardised } = selectionDifferential(scores, counts)!;
      // The standard error of the mean of n normal scores bounds that of both tails' means.
      expect(Math.abs(standardised! - shift)).toBeLessThan(3 / Math.sqrt(n));
    }
  });
});

describe("effectiveSize", () => {
  it("is N(N−1)/Σk(k−1)", () => {
    expect(effectiveSize([2, 1, 0])).toBe(3);
    expect(effectiveSize([4, 0, 0, 0])).toBe(1);
    expect(effectiveSize([1, 1, 1])).toBeNull();
  });
});

describe("diversity", () => {
  it("counts kinds by exp of entropy: from 1 when all are equal to N when all differ", () => {
    expect(effectiveKinds(["a", "a", "a"])).toBe(1);
    expect(effectiveKinds(["a", "b", "c", "d"])).toBeCloseTo(4, 12);
    expect(effectiveKinds([1, 1, 2, 2])).toBeCloseTo(2, 12);
  });

  it("is the standard deviation in encoded coordinates, or the number of kinds of a choice", () => {
    expect(diversity(uniform(0, 10), [0, 10], [0, 1])).toBe(0.5);
    expect(diversity(choice(["a", "b"]), ["a", "b"], null)).toBeCloseTo(2, 12);
  });
});

describe("diagnostics of a slow step", () => {
  it("count founders and lineages after it, and quartiles of the raw metric", () => {
    const space = searchSpace({ x: uniform(0, 1, { init: 0.5 }), kind: choice(["a", "b"], { init: "a" }) });
    const rules = rulesFrom({
      selection: { kind: "truncation", fraction: 0.5 },
      mutation: { kind: "none" },
      fitness: { kind: "instantaneous" },
      sign: -1,
      control: "none",
    });
    const population = initialPopulation(space, 4, key(1), rules);
    const { diagnostics } = slowStep(
      population,
      [1, 2, 3, 4].map((value, member) => ({
        member,
        step: 1,
        value,
        reports: [],
        status: "ok",
        checkpoint: { member, generation: 0, step: 1 },
      })),
      key(1),
      rules,
      { space },
    );
    expect(diagnostics).toMatchObject({
      generation: 0,
      best: { member: 0, value: 1 },
      quantiles: [1, 1.75, 2.5, 3.25, 4],
      copies: 2,
      failed: 0,
      survivingFounders: 2,
      diversity: { x: 0, kind: 1 },
      price: { x: { change: 0, selection: 0, transmission: 0 }, kind: null },
      selectionDifferential: { raw: 1 },
    });
    const uneven = Math.exp(-0.75 * Math.log(0.75) - 0.25 * Math.log(0.25));
    const even = diagnostics.effectiveSize === 3;
    expect(diagnostics.effectiveSize).toBe(even ? 3 : 2);
    expect(diagnostics.effectiveLineages).toBeCloseTo(even ? 2 : uneven, 12);
  });
});
