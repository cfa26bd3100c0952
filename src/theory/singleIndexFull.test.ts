import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { singleIndexFlow } from "./singleIndex.ts";
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

  // Steps depend on no machine: 58 and 13 538 at ε = 1e-6, where the second layer relaxes 1.5 million times in a unit of time.
  it("is solved where the second layer is stiff, in a hundredth of the steps that the explicit method needs", () => {
    const start = randomCommittee(key(3), 50, [-0.95, -0.55, -0.15, 0.25, 0.65, 1.05]);
    const times = [0.003, 0.01, 0.03];
    const stiff = { ...model, eps: 1e-6 };
    const own = committeeFlow(stiff, start, times, { rtol: 1e-9 });
    const explicit = committeeFlow(stiff, start, times, { rtol: 1e-9, solver: "explicit" });
    expect(own.solver).toBe("stiff");
    for (const [i, risk] of explicit.risk.entries())
      expect(Math.abs(own.risk[i]! / risk - 1)).toBeLessThan(1e-7);
    expect(own.steps).toBeLessThan(200);
    expect(explicit.steps).toBeGreaterThan(10_000);
    // At ε = 1e-2 it is the other way round: the explicit method is chosen, and both agree.
    const mild = committeeFlow(model, start, [0.1, 0.3], { rtol: 1e-9 });
    const implicit = committeeFlow(model, start, [0.1, 0.3], { rtol: 1e-9, solver: "stiff" });
    expect(mild.solver).toBe("explicit");
    for (const [i, risk] of implicit.risk.entries())
      expect(Math.abs(mild.risk[i]! / risk - 1)).toBeLessThan(1e-6);
  });

  it("closes onto the reduced flow as neurons become many", () => {
    // r_ij = s_i s_j up to 1/m: at d → ∞ the flow begins at r = 0, s = 0, and the risks differ by O(1/m).
    const gap = (m: number): number => {
      const a = Array.from({ length: m }, (_, i) => (i % 2 === 0 ? 1 : 0.5));
      const u = new Float64Array(m * (m + 1));
      for (let i = 0; i < m; i++) u[i * (m + 1) + i + 1] = 1;
      const times = [0.05, 0.1];
      const full = committeeFlow(model, { dims: m + 1, a: Float64Array.from(a), u }, times).risk;
      const limit = singleIndexFlow(model, { a, s: new Float64Array(m) }, [0, ...times]).risk.slice(1);
      return Math.max(...times.map((_, i) => Math.abs(full[i]! - limit[i]!)));
    };
    const [few, many] = [gap(8), gap(16)];
    expect(many).toBeLessThan(0.75 * few);
  });

  it("refuses a model that has no flow", () => {
    const start = randomCommittee(key(4), 5, [1]);
    expect(() => committeeFlow({ ...model, eps: 0 }, start, [1])).toThrow(/eps: needs a number > 0/);
  });

  it("refuses degrees that SGD does not know", () => {
    const start = randomCommittee(key(4), 5, [1]);
    const five = { eps: 0.1, unit: [1, 1, 1, 1, 1], target: [1, 1, 1, 1, 1] };
    expect(() => committeeSgd(five, start, key(1), { rate: 0.1, batch: 1, times: [1] })).toThrow(
      "degrees up to 3, got 4",
    );
  });
});
