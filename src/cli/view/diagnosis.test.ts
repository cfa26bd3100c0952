import { describe, expect, it } from "vitest";
import type { Diagnostics, Movement } from "../../population/index.ts";
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

/** As runs of format 2 are told. */
const newest: Diagnostics = {
  ...late,
  distance: 0.21,
  metric: { change: -0.12, training: -0.1, selection: -0.02 },
  temporal: {
    ...late.temporal!,
    separation: { value: 0.2, low: null, high: null, regime: "coupled" },
    accuracy: 0.45,
    load: { cost: 0.3, remaining: 0.4 },
    coalescence: { took: 12, expected: 53, ancestor: { member: 3, step: 400 } },
    noiseCorrelation: 0.1,
    pooled: 1,
    movement: {
      lr: { slope: 4.1, optimum: 0.0032, distance: 0.18, differential: -0.3, events: 6.2, across: 34 },
      kind: { slope: 1, optimum: null, distance: null, differential: null, events: null, across: null },
    },
  },
};
const nothing = { effectiveSize: null, differential: null };
const truncated = { effectiveSize: 39, differential: 0.55992 };

describe("the diagnostics of polytempo status", () => {
  it("name what is known", () => {
    expect(diagnosis(late, truncated, 200)).toEqual([
      "clocks     r 1.6 (1.2–2.1) mixed · copies settle in 40 steps · fluctuations last 3 steps · kept along lineages ρ 0.2",
      "interval   recommended 120 steps · copies settle in about 40 steps: three times that is 120",
      "selection  differential 0.56 sd (truncation 0.56) · reliability 50 % · heritability 0.3 · hyperparameters explain 20 % · risk premium 0.01 · blend: it predicts better",
      "lineages   N_e 28 (neutral 39) · founders left 4 · common ancestor after 12 generations (neutral 53)",
      "lr         diversity 0.25 (balance 0.3) · last move −0.02 = selection −0.03 + transmission +0.01",
      "kind       diversity 2 (balance unknown)",
      "plateau    best since step 400",
      "alarm      one ancestor took over within 12 generations",
    ]);
  });

  it("say unknown where the run does not know, and nothing of what no rule measured", () => {
    expect(diagnosis(early, nothing, 200)).toEqual([
      "selection  differential unknown",
      "lineages   N_e unknown · founders left 4 · common ancestor after unknown",
      "lr         diversity 0.25 (balance unknown) · last move −0.02 = selection −0.03 + transmission +0.01",
      "kind       diversity 2 (balance unknown)",
    ]);
    const unknown = { ...late.temporal!, separation: null, relaxation: null };
    const [clocks] = diagnosis({ ...late, temporal: unknown }, nothing, 200);
    expect(clocks).toMatch(/^clocks {5}r unknown · copies settle in unknown/);
  });

  it("say where selection drives hyperparameters and how many slow steps that takes", () => {
    const lines = diagnosis(newest, truncated, 300);
    expect(lines[0]).toMatch(/^clocks {5}r 0\.2 coupled: select on parameters · /);
    expect(lines.slice(3)).toEqual([
      "lineages   N_e 28 (neutral 39) · founders left 4 · common ancestor after 12 generations (neutral 53) · all descend from one state of step 400",
      "mean       last move −0.12 = training −0.1 + selection −0.02",
      "mutation   costs 0.3 spreads · left to gain 0.4 spreads · two members differ by 0.21",
      "lr         diversity 0.25 (balance 0.3) · best near 0.0032, 0.18 of the range away · slow steps to get there about 6.2 · last move −0.02 = selection −0.03 + transmission +0.01",
      "kind       diversity 2 (balance unknown) · best value unknown",
      "plateau    best since step 400",
      "alarm      one ancestor took over within 12 generations",
    ]);
    expect(lines[2]).toContain("accuracy √R 0.45");
    const { movement, ...rest } = newest.temporal!;
    const lr = { ...movement!["lr"]!, optimum: null, distance: null, events: null };
    const of = (changes: Partial<Movement>): string =>
      diagnosis(
        { ...newest, temporal: { ...rest, movement: { lr: { ...lr, ...changes } } } },
        nothing,
        300,
      )[6]!;
    expect(of({})).toContain("(balance 0.3) · best value unknown · slow steps per range about 34 · last");
    expect(of({ across: null })).toContain("(balance 0.3) · best value unknown · last");
    expect(of({ optimum: 1, distance: 0.1 })).toContain("away · slow steps to get there unknown");
  });

  it("fit into the columns that there are", () => {
    for (const line of diagnosis(newest, truncated, 60)) expect(line.length).toBeLessThanOrEqual(60);
  });
});
