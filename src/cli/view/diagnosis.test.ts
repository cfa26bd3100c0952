import { describe, expect, it } from "vitest";
import type { Diagnostics } from "../../population/index.ts";
import { diagnosis } from "./diagnosis.ts";

const early: Diagnostics = {
  generation: 0,
  best: null,
  quantiles: null,
  copies: 0,
  failed: 0,
  price: { lr: { change: -0.02, selection: -0.03, transmission: 0.01 }, kind: null },
  selectionDifferential: null,
  effectiveSize: null,
  survivingFounders: 4,
  effectiveLineages: 4,
  diversity: { lr: 0.25, kind: 2 },
};

const late: Diagnostics = {
  ...early,
  selectionDifferential: { raw: 1, standardised: 0.56 },
  effectiveSize: 30,
  note: "blend: it predicts better",
  temporal: {
    relaxation: 40,
    fluctuation: 3,
    persistence: 0.2,
    separation: { value: 1.6, low: 1.2, high: 2.1, regime: "mixed" },
    heritability: 0.3,
    reliability: 0.5,
    explained: 0.2,
    riskPremium: 0.01,
    noiseSeeking: null,
    effectiveSize: 28,
    coalescence: { took: 12, expected: 53 },
    balance: { lr: 0.3 },
    plateau: { best: 400, median: null },
    interval: { steps: 120, reasons: ["copies settle in about 40 steps: three times that is 120"] },
    alarms: ["one ancestor took over within 12 generations"],
  },
};

describe("the diagnostics of polytempo status", () => {
  it("name what is known", () => {
    expect(diagnosis(late, 39, 200)).toEqual([
      "clocks     r 1.6 (1.2–2.1) mixed · copies settle in 40 steps · fluctuations last 3 steps · kept along lineages ρ 0.2",
      "interval   recommended 120 steps · copies settle in about 40 steps: three times that is 120",
      "selection  differential 0.56 sd · reliability 50 % · heritability 0.3 · hyperparameters explain 20 % · risk premium 0.01 · blend: it predicts better",
      "lineages   N_e 28 (neutral 39) · founders left 4 · common ancestor after 12 generations (neutral 53)",
      "lr         diversity 0.25 (balance 0.3) · last move −0.02 = selection −0.03 + transmission +0.01",
      "kind       diversity 2 (balance unknown)",
      "plateau    best since step 400",
      "alarm      one ancestor took over within 12 generations",
    ]);
  });

  it("say unknown where the run does not know, and nothing of what no rule measured", () => {
    expect(diagnosis(early, null, 200)).toEqual([
      "selection  differential unknown",
      "lineages   N_e unknown · founders left 4 · common ancestor after unknown",
      "lr         diversity 0.25 (balance unknown) · last move −0.02 = selection −0.03 + transmission +0.01",
      "kind       diversity 2 (balance unknown)",
    ]);
    const unknown = { ...late.temporal!, separation: null, relaxation: null };
    const [clocks] = diagnosis({ ...late, temporal: unknown }, null, 200);
    expect(clocks).toMatch(/^clocks {5}r unknown · copies settle in unknown/);
  });

  it("fit into the columns that there are", () => {
    for (const line of diagnosis(late, 39, 60)) expect(line.length).toBeLessThanOrEqual(71);
  });
});
