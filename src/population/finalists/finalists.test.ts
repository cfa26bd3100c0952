import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate } from "./types.ts";
import { finalists, greedySoup, isExact, pickWinner, rankFinalists, summarise } from "./index.ts";

const candidate = (
  member: number,
  value: number,
  score: number | null,
  origin: string | number = member,
): Candidate => ({
  checkpoint: { member, generation: 3, step: 40 },
  value,
  score,
  origin,
});

const ids = (list: readonly Candidate[]): number[] => list.map(({ checkpoint }) => checkpoint.member);

describe("finalists", () => {
  it("are the best value ever, then the best scores, of each origin one before any second", () => {
    const all = [
      candidate(0, 5, 5, "a"),
      candidate(1, 9, 1, "a"),
      candidate(2, 4, 4, "b"),
      candidate(3, 3, 3, "b"),
      candidate(4, 2, 2, "c"),
    ];
    expect(ids(finalists(all, { count: 5, sign: 1 }))).toEqual([1, 2, 4, 0, 3]);
    expect(ids(finalists(all, { count: 2, sign: 1 }))).toEqual([1, 2]);
    expect(ids(finalists(all, { count: 1, sign: -1 }))).toEqual([4]);
    expect(finalists([], { count: 5, sign: 1 })).toEqual([]);
  });

  it("without a score come last, and ties keep their order", () => {
    const all = [candidate(0, 9, 1), candidate(1, 1, null), candidate(2, 2, 7), candidate(3, 3, 7)];
    expect(ids(finalists(all, { count: 4, sign: 1 }))).toEqual([0, 2, 3, 1]);
  });
});

describe("the winner", () => {
  it("has the best mean of fresh evaluations; the lucky value that selected it does not count", () => {
    const lucky = { candidate: candidate(0, 0.99, 1), values: [0.7, 0.72, 0.71, 0.69] };
    const sound = { candidate: candidate(1, 0.9, 0), values: [0.8, 0.82, 0.81, 0.79] };
    expect(pickWinner([lucky, sound], 1)?.candidate.checkpoint.member).toBe(1);
    expect(pickWinner([lucky, sound], -1)?.candidate.checkpoint.member).toBe(0);
  });

  it("comes with Student's interval: 1, 2, 3, 4 has 2.5 ± 3.182446 · 1.290994 / 2", () => {
    const { mean, interval } = summarise([1, 2, null, 3, 4]);
    expect(mean).toBe(2.5);
    expect(interval![0]).toBeCloseTo(2.5 - 2.0542602567, 8);
    expect(interval![1]).toBeCloseTo(2.5 + 2.0542602567, 8);
    expect(summarise([0.1, 0.1, 0.1])).toEqual({ mean: 0.1, interval: [0.1, 0.1] });
    expect(summarise([2])).toEqual({ mean: 2, interval: null });
    expect(summarise([null])).toEqual({ mean: null, interval: null });
  });

  it("is nobody when every evaluation failed; one that failed everywhere ranks last", () => {
    const dead = { candidate: candidate(0, 9, 9), values: [null, null] };
    const weak = { candidate: candidate(1, 0, 0), values: [null, -5] };
    expect(pickWinner([dead], 1)).toBeNull();
    expect(rankFinalists([dead, weak], 1).map(({ candidate }) => candidate.checkpoint.member)).toEqual([
      1, 0,
    ]);
  });

  it("of evaluations without noise is the one with the best value, in any order of the list", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ noNaN: true, min: -1e3, max: 1e3 }), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(1 as const, -1 as const),
        (values, sign) => {
          const given = values.map((value, member) => ({
            candidate: candidate(member, value, sign * value),
            values: [value, value, value],
          }));
          expect(isExact(given)).toBe(true);
          const best = sign === 1 ? Math.max(...values) : Math.min(...values);
          expect(pickWinner(given, sign)?.mean).toBe(best === 0 ? 0 : best);
        },
      ),
    );
  });

  it("is not decided by one evaluation that differs in the last bit from what it was", () => {
    expect(isExact([{ candidate: candidate(0, 0.3, 1), values: [0.1 + 0.2] }])).toBe(false);
    expect(isExact([{ candidate: candidate(0, 0.3, 1), values: [null] }])).toBe(false);
  });
});

describe("the greedy soup", () => {
  const winner = { mean: 1, interval: null } as const;

  it("tries every further finalist once, and keeps only what is better", () => {
    const start = greedySoup(winner, 3, [], 1);
    expect(start).toEqual({ of: [0], mean: 1, interval: null, next: [0, 1] });
    const worse = { of: [0, 1], values: [0.9] };
    expect(greedySoup(winner, 3, [worse], 1)).toEqual({ of: [0], mean: 1, interval: null, next: [0, 2] });
    const better = { of: [0, 2], values: [1.5] };
    expect(greedySoup(winner, 3, [worse, better], 1)).toEqual({
      of: [0, 2],
      mean: 1.5,
      interval: null,
      next: null,
    });
    expect(greedySoup(winner, 4, [worse, better], 1).next).toEqual([0, 2, 3]);
  });

  it("never ends below the winner, and equal is not better", () => {
    const trials = [
      { of: [0, 1], values: [1] },
      { of: [0, 2], values: [null] },
      { of: [0, 3], values: [2] },
    ];
    expect(greedySoup(winner, 4, trials, 1).of).toEqual([0, 3]);
    expect(greedySoup(winner, 4, trials, -1)).toEqual({ of: [0], mean: 1, interval: null, next: null });
  });
});
