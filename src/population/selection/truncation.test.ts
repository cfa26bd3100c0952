import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { type Contestant, effectiveSize, neutralEffectiveSize, truncation } from "../index.ts";

function contestants(scores: readonly (number | null)[]): Contestant[] {
  return scores.map((score, id) => ({
    id,
    score,
    eligible: score !== null,
    replaceable: true,
    samples: [],
  }));
}

const copied = (scores: readonly (number | null)[], fraction: number, seed = 1) =>
  truncation({ fraction })
    .select(contestants(scores), key(seed), 0)
    .filter(({ donor }) => donor !== null);

describe("truncation", () => {
  it.each([
    [2, 0.2, 1],
    [3, 0.5, 1],
    [4, 0.2, 1],
    [7, 0.2, 1],
    [8, 0.2, 2],
    [16, 0.2, 3],
    [20, 0.2, 4],
    [20, 0.5, 10],
    [21, 0.5, 10],
    [1, 0.2, 0],
  ])("of %d members at fraction %d replaces %d", (members, fraction, expected) => {
    const scores = Array.from({ length: members }, (_, i) => i);
    const choices = copied(scores, fraction);
    expect(choices.map(({ member }) => member)).toEqual(scores.slice(0, expected));
    for (const { donor } of choices) expect(donor).toBeGreaterThanOrEqual(members - expected);
  });

  it("draws donors uniformly among the best", () => {
    const scores = Array.from({ length: 20 }, (_, i) => i);
    const counts = [0, 0, 0, 0];
    const seeds = 2000;
    for (let seed = 0; seed < seeds; seed++) {
      for (const { donor } of copied(scores, 0.2, seed)) counts[donor! - 16] = counts[donor! - 16]! + 1;
    }
    const draws = 4 * seeds;
    let chiSquare = 0;
    for (const count of counts) chiSquare += (count - draws / 4) ** 2 / (draws / 4);
    // 99.9 % point of χ² with 3 degrees of freedom; the seeds are fixed, so this never flickers.
    expect(chiSquare).toBeLessThan(16.27);
    expect(counts.reduce((a, b) => a + b)).toBe(draws);
  });

  it("fills the count with failed members first and goes beyond it when there are more", () => {
    expect(copied([null, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0.2).map(({ member }) => member)).toEqual([0, 1]);
    expect(copied([null, null, null, 3, 4, 5, 6, 7, 8, 9], 0.2).map(({ member }) => member)).toEqual([
      0, 1, 2,
    ]);
    expect(copied([null, null, null, null, 4], 0.2).map(({ donor }) => donor)).toEqual([4, 4, 4, 4]);
  });

  it("looks only at members that can be compared when others have not come so far", () => {
    const far = contestants([3, 1, 2]);
    const behind = Array.from(
      { length: 17 },
      (_, i): Contestant => ({
        id: 3 + i,
        score: null,
        eligible: false,
        replaceable: false,
        samples: [],
      }),
    );
    const choices = truncation({ fraction: 0.2 }).select([...far, ...behind], key(1), 0);
    expect(choices.map(({ member, donor }) => [member, donor])).toEqual([
      [0, null],
      [1, 0],
      [2, null],
    ]);
    expect(choices[1]!.detail).toMatchObject({ count: 1, of: 3 });
  });

  it("has the neutral effective size of theory.md T9.5 when scores say nothing", () => {
    expect(neutralEffectiveSize(20, 0.2)).toBeCloseTo(34.54545454545455, 12);
    expect(neutralEffectiveSize(20, 0.25)).toBeCloseTo(27.142857142857142, 12);
    expect(neutralEffectiveSize(48, 0.2)).toBeCloseTo(77.79310344827586, 12);
    const events = 2000;
    const rates: number[] = [];
    for (let seed = 0; seed < events; seed++) {
      const counts = Array.from({ length: 20 }, () => 1);
      for (const { member, donor } of copied(
        Array.from({ length: 20 }, () => 0),
        0.2,
        seed,
      )) {
        counts[member] = counts[member]! - 1;
        counts[donor!] = counts[donor!]! + 1;
      }
      rates.push(1 / effectiveSize(counts)!);
    }
    const mean = rates.reduce((a, b) => a + b) / events;
    const error = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0)) / events;
    expect(Math.abs(mean - 1 / neutralEffectiveSize(20, 0.2))).toBeLessThan(3 * error);
  });
});
