import { describe, expect, it } from "vitest";
import { stopProblems, stopReason } from "./stop.ts";

const standing = { spent: null, best: null, stale: 0, active: 3 } as const;

describe("stopReason", () => {
  it("is the target when the best has reached it, in the metric's own direction", () => {
    expect(stopReason({ target: 0.5 }, "min", { ...standing, best: 0.5 })).toBe("target");
    expect(stopReason({ target: 0.5 }, "min", { ...standing, best: 0.51 })).toBeNull();
    expect(stopReason({ target: 0.5 }, "max", { ...standing, best: 0.51 })).toBe("target");
    expect(stopReason({ target: 0.5 }, "max", standing)).toBeNull();
  });

  it("prefers the target to a budget, a budget to patience, and ends when nobody trains", () => {
    const done = { spent: "steps", best: 1, stale: 9, active: 0 } as const;
    expect(stopReason({ target: 0.5, patience: 3 }, "max", done)).toBe("target");
    expect(stopReason({ patience: 3 }, "max", done)).toBe("steps");
    expect(stopReason({ patience: 3 }, "max", { ...done, spent: null })).toBe("patience");
    expect(stopReason({ patience: 10 }, "max", { ...done, spent: null })).toBe("retired");
  });
});

describe("stopProblems", () => {
  it("lists everything that is wrong", () => {
    expect(stopProblems({ steps: 10, target: -3 })).toEqual([]);
    expect(stopProblems({})).toEqual([
      "stop: needs at least one of steps, generations, target, patience, seconds, got none. Add --steps?",
    ]);
    const wrong = { steps: 0, generations: 1.5, seconds: 0, target: Number.NaN, epochs: 3 };
    expect(stopProblems(wrong).map((problem) => problem.split(":")[0])).toEqual([
      "stop.epochs",
      "stop.steps",
      "stop.generations",
      "stop.seconds",
      "stop.target",
    ]);
  });
});
