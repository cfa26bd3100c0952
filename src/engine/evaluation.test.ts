import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { echoProblems, thin } from "./evaluation.ts";
import { createReportLog } from "./reports.ts";

describe("echoProblems", () => {
  it("lets single precision pass, and a subset of the names", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), (value) => {
        expect(echoProblems({ lr: value, n: 3 }, { lr: Math.fround(value) })).toEqual([]);
      }),
    );
  });

  it("names every difference beyond one part in a million", () => {
    const given = { lr: 0.1, batch: 32, activation: "relu", bias: true };
    expect(echoProblems(given, { lr: 0.1 * (1 + 9e-7), batch: 32, activation: "relu", bias: true })).toEqual(
      [],
    );
    expect(
      echoProblems(given, { lr: 0.1 * (1 + 3e-6), batch: "32", activation: "tanh", bias: false, eps: 1 }),
    ).toEqual([
      `lr: given 0.1, but the trainer used ${0.1 * (1 + 3e-6)}`,
      'batch: given 32, but the trainer used "32"',
      'activation: given "relu", but the trainer used "tanh"',
      "bias: given true, but the trainer used false",
      "eps: not in the search space (it has lr, batch, activation, bias)",
    ]);
    expect(echoProblems({ lr: 0.1 }, { lr: Number.NaN })).toEqual([
      "lr: given 0.1, but the trainer used NaN",
    ]);
    expect(echoProblems({ lr: 0 }, { lr: 1e-300 })).toHaveLength(1);
  });
});

describe("thin", () => {
  it("keeps at most 64 finite reports in order, and the last", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), (count) => {
        const reports = Array.from({ length: count }, (_, i) => ({
          step: i,
          value: i % 7 === 3 ? Number.NaN : i,
        }));
        const finite = reports.filter(({ value }) => Number.isFinite(value));
        const kept = thin(reports);
        expect(kept.length).toBe(Math.min(64, finite.length));
        expect(kept.at(-1)).toEqual(finite.at(-1));
        expect(kept.map(({ step }) => step)).toEqual(
          [...new Set(kept.map(({ step }) => step))].toSorted((a, b) => a - b),
        );
      }),
    );
  });
});

describe("createReportLog", () => {
  it("keeps its size bounded without favouring a part, and always the newest", () => {
    const log = createReportLog(0, 100_000);
    for (let step = 1; step <= 100_000; step++) log.add(step, step / 2);
    const kept = log.list();
    expect(kept.length).toBeLessThanOrEqual(4097);
    expect(kept.length).toBeGreaterThan(2000);
    expect(kept.at(-1)).toEqual({ step: 100_000, value: 50_000 });
    const gaps = kept.slice(1, -1).map(({ step }, i) => step - kept[i]!.step);
    expect(new Set(gaps).size).toBe(1);
    expect(log.problem).toBeNull();
  });

  it("remembers the first step out of order, and passes over steps that are none", () => {
    const log = createReportLog(10, 20);
    log.add(12, 1);
    log.add(Number.NaN, 1);
    log.add(12, 2);
    expect(log.problem).toBeNull();
    log.add(11, 1);
    log.add(25, 1);
    expect(log.problem).toBe("reported step 11 after step 12: steps must not go backwards");
    const beyond = createReportLog(10, 20);
    beyond.add(21, 1);
    expect(beyond.problem).toBe("reported step 21, beyond 20, where this segment ends");
  });
});
