import { describe, expect, it } from "vitest";
import { plateaus } from "../population/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { learningTime, logTimes, singleIndexFlow } from "./singleIndex.ts";

/** Reference A: m = 40, a = linspace(−1, 1) + 0.05, s = 0, all coefficients 1 up to degree 3. */
const startA = { a: Array.from({ length: 40 }, (_, i) => -1 + (2 * i) / 39 + 0.05), s: new Float64Array(40) };
const ones = [1, 1, 1, 1];
/** Reference B: m = 4, no constant term. */
const startB = { a: [1, 0.7, -0.7, -1], s: new Float64Array(4) };
const noConstant = [0, 1, 1, 1];

describe("two-layer network, single-index flow", () => {
  // The reference program reports the first point of its time grid below ½, so its times are late by up to one spacing
  // (about 2.5 %), never early; degree 0 alone has a closed form, ε ln(0.95/½), which ours must meet.
  const lateness = 0.025;
  it.each([0.01, 1e-4])("learns degree after degree at the reference times, eps=%f", (eps) => {
    const row = reference.T7.data.half_times_eps_t0_t1_t2_t3_riskend_absa_abss.find((r) => r[0] === eps)!;
    const path = singleIndexFlow({ eps, unit: ones, target: ones }, startA, [
      0,
      ...logTimes(eps * 0.1, 1, 60),
    ]);
    // Corrections to the closed form are of order ε (the directions move meanwhile); interpolation adds below 5e-4.
    const exact = eps * Math.log(0.95 / 0.5);
    expect(Math.abs(learningTime(path, 0)! / exact - 1)).toBeLessThan(5e-4 + eps / 4);
    for (let k = 0; k < 4; k++) {
      const ratio = learningTime(path, k)! / row[k + 1]!;
      expect(ratio).toBeGreaterThan(1 - lateness);
      expect(ratio).toBeLessThan(1 + 1e-3);
    }
    for (let i = 1; i < path.risk.length; i++)
      expect(path.risk[i]!).toBeLessThanOrEqual(path.risk[i - 1]! + 1e-9);
    for (const s of path.s) for (const value of s) expect(Math.abs(value)).toBeLessThanOrEqual(1 + 1e-9);
  });

  it("has the asymptotic exponents 1/2, 1/4 and 1/6 of eps only where eps is tiny", () => {
    const times = [1e-8, 1e-9, 1e-10].map((eps) => {
      const path = singleIndexFlow({ eps, unit: noConstant, target: noConstant }, startB, [
        0,
        ...logTimes(eps, 1, 200),
      ]);
      return [1, 2, 3].map((k) => learningTime(path, k)!);
    });
    for (const [row, eps] of [
      [0, 1e-8],
      [2, 1e-10],
    ] as const) {
      const expected = reference.T7_scaling.data.rows.find((r) => r[0] === eps)!;
      times[row]!.forEach((t, i) => {
        expect(t / expected[i + 1]!).toBeGreaterThan(1 - lateness);
        expect(t / expected[i + 1]!).toBeLessThan(1 + 1e-3);
      });
    }
    // A spacing of 2.5 % at either end moves the reference's slopes by up to 0.011.
    const slope = (k: number) => Math.log10(times[1]![k]! / times[2]![k]!);
    expect(Math.abs(slope(0) - 0.461)).toBeLessThan(0.011);
    expect(Math.abs(slope(1) - 0.2374)).toBeLessThan(0.011);
    const increment = (row: readonly number[]) => row[2]! - row[1]!;
    expect(Math.abs(Math.log10(increment(times[1]!) / increment(times[2]!)) - 0.1583)).toBeLessThan(0.011);
  });

  it("keeps eps·k·a² + log(1 − s²) of each neuron while one degree k alone is active", () => {
    const eps = 1e-3;
    const path = singleIndexFlow(
      { eps, unit: [0, 0, 1], target: [0, 0, 1] },
      { a: [0.5, 0.2], s: [0.1, -0.2] },
      [0, 0.1, 0.5, 1, 3],
    );
    const invariant = (i: number, t: number) =>
      2 * eps * path.a[t]![i]! ** 2 + Math.log(1 - path.s[t]![i]! ** 2);
    for (const i of [0, 1])
      for (const t of [1, 2, 3, 4]) expect(invariant(i, t)).toBeCloseTo(invariant(i, 0), 7);
  });

  it("learns no degree above 0 when degree 1 is missing: s stays at zero for ever", () => {
    const path = singleIndexFlow({ eps: 1e-3, unit: [1, 1, 1], target: [1, 0, 1] }, startB, [0, 1, 10]);
    for (const value of path.s.at(-1)!) expect(Math.abs(value)).toBeLessThan(1e-12);
    expect(path.residuals.at(-1)![2]).toBeCloseTo(1, 9);
  });

  it("refuses eps = 0 and coefficient lists of unequal length together", () => {
    expect(() => singleIndexFlow({ eps: 0, unit: [1], target: [1, 2] }, startB, [0, 1])).toThrow(
      /eps.*\n.*coefficients/,
    );
  });
});

describe("the plateau detector on the learning curve", () => {
  it("finds the reference plateaus and drops at eps = 1e-8", () => {
    const times = logTimes(1e-9, 1, 200);
    const path = singleIndexFlow({ eps: 1e-8, unit: noConstant, target: noConstant }, startB, times);
    const risk = path.risk.map((value) => Math.max(value, 1e-9));
    const found = plateaus(times, risk);
    const levels = found.filter(({ kind }) => kind === "plateau").map(({ level, until }) => [level, until]);
    expect(levels[0]![0]).toBeCloseTo(1.5, 2);
    expect(levels[0]![1]! / 3.39e-4).toBeCloseTo(1, 1);
    expect(levels[1]![0]).toBeCloseTo(0.99, 1);
    expect(levels[1]![1]! / 8.13e-3).toBeCloseTo(1, 1);
    const drops = found.filter(({ kind }) => kind === "drop").map(({ from, until }) => [from, until]);
    [
      [4.27e-4, 6.17e-4],
      [1.05e-2, 1.74e-2],
      [3.89e-2, 1.23e-1],
    ].forEach(([from, until], i) => {
      expect(drops[i]![0]! / from!).toBeCloseTo(1, 1);
      expect(drops[i]![1]! / until!).toBeCloseTo(1, 0);
    });
  });
});
