import { describe, expect, it } from "vitest";
import { plateausOf } from "./plateaus.ts";

const rule = { patience: 3, rtol: 0.1, atol: 0, cooldown: 0 };

describe("plateausOf", () => {
  it("calls a stretch a plateau from the last improvement to the next, when it lasts for the patience", () => {
    expect(plateausOf([1, 0.5, 0.5, 0.5, 0.2, 0.1], -1, rule)).toEqual([[1, 4, true]]);
    expect(plateausOf([1, 0.5, 0.5, 0.2, 0.1], -1, rule)).toEqual([]);
  });

  it("counts only improvements beyond the tolerance, in the direction of the metric", () => {
    expect(plateausOf([1, 0.95, 0.92, 0.91], -1, rule)).toEqual([[0, 3, false]]);
    expect(plateausOf([1, 1.2, 1.5, 2], 1, rule)).toEqual([]);
    expect(plateausOf([1, 1.2, 1.5, 2], -1, rule)).toEqual([[0, 3, false]]);
    expect(plateausOf([0, 0.4, 0.4, 0.4], 1, { ...rule, rtol: 0, atol: 0.5 })).toEqual([[0, 3, false]]);
  });

  it("is over when the newest value is an improvement, and goes on when it is not", () => {
    expect(plateausOf([1, 1, 1, 1, 0.5], -1, rule)).toEqual([[0, 4, true]]);
    expect(plateausOf([1, 1, 1, 1, 0.95], -1, rule)).toEqual([[0, 4, false]]);
  });

  it("begins at the first value, and calls nothing within the cooldown", () => {
    expect(plateausOf([Number.NaN, Number.NaN, 1, 1, 1, 1], -1, rule)).toEqual([[2, 5, false]]);
    expect(plateausOf([], -1, rule)).toEqual([]);
    const twice = [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5];
    expect(plateausOf(twice, -1, rule)).toEqual([
      [0, 4, true],
      [4, 7, false],
    ]);
    expect(plateausOf(twice, -1, { ...rule, cooldown: 2 })).toEqual([[0, 4, true]]);
  });
});
