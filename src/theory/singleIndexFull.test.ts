import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { committeeFlow, committeeRisk, committeeSgd, randomCommittee } from "./singleIndexFull.ts";

const model = { eps: 1e-2, unit: [1, 1, 1, 1], target: [1, 1, 1, 1] };
const a = Array.from({ length: 20 }, (_, i) => -1 + (2 * i) / 19 + 0.05);

describe("the finite committee", () => {
  it("has a risk that falls all along the exact flow, at the pace of the reference for d = 50", () => {
    const start = randomCommittee(key(3), 50, a);
    const times = [0.001, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2];
    const { risk } = committeeFlow(model, start, times);
    expect(risk[0]!).toBeLessThan(committeeRisk(model, start));
    for (let i = 1; i < risk.length; i++) expect(risk[i]!).toBeLessThan(risk[i - 1]!);
    const table = reference.T7.data["popflow_eps1e-2_m20_d50"] as Record<string, number>;
    // Another draw of directions: the early plateau is common, and escape times differ by some tens of per cent.
    expect(risk[1]! / table["0.01"]!).toBeCloseTo(1, 0);
    expect(risk[2]! / table["0.03"]!).toBeCloseTo(1, 0);
    expect(Math.abs(Math.log10(risk[6]! / table["0.5"]!))).toBeLessThan(0.7);
  });

  it("is the flow's own risk at the start, and the flow meets SGD for small rates", () => {
    const start = randomCommittee(key(4), 30, a.slice(0, 10));
    const times = [0.05, 0.1, 0.2];
    const flow = committeeFlow(model, start, [1e-9, ...times]);
    expect(flow.risk[0]).toBeCloseTo(committeeRisk(model, start), 6);
    const gap = (rate: number): number => {
      const sgd = committeeSgd(model, start, key(5), { rate, batch: 16, times });
      return Math.max(...times.map((_, i) => Math.abs(sgd.risk[i]! - flow.risk[i + 1]!)));
    };
    const fine = gap(1e-4);
    expect(fine).toBeLessThan(0.25);
    expect(fine).toBeLessThan(gap(8e-4));
  });

  it("refuses degrees that SGD does not know", () => {
    const start = randomCommittee(key(4), 5, [1]);
    const five = { eps: 0.1, unit: [1, 1, 1, 1, 1], target: [1, 1, 1, 1, 1] };
    expect(() => committeeSgd(five, start, key(1), { rate: 0.1, batch: 1, times: [1] })).toThrow(
      "degrees up to 3, got 4",
    );
  });
});
