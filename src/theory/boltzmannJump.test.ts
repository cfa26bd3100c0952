import { describe, expect, it } from "vitest";
import { boltzmannJump } from "./boltzmannJump.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { quadraticReduced } from "./quadraticReduced.ts";
import { momentsOf } from "./replicatorMutator.ts";

describe("Boltzmann births with small mutations and weak selection", () => {
  const from = { mean: -1, variance: 0.1 };
  const optimum = 5 / 6;
  const exact = quadraticReduced({ curvature: 1.5, optimum, diffusion: 0.05, from }, 2);
  const errors = reference.T1_T2.data.jump_kappa.map(({ kappa, err_m, err_V }) => {
    const law = boltzmannJump(
      {
        rate: 1 / kappa,
        weight: (h) => Math.exp((-kappa * 1.5 * (h - optimum) ** 2) / 2),
        mutationVariance: 2 * kappa * 0.05,
        domain: [-5, 5],
        size: 160,
      },
      { from, time: 2 },
    );
    const { mean, variance } = momentsOf(law);
    return { mean: mean - exact.mean, variance: variance - exact.variance, err_m, err_V };
  });

  it("tend to the replicator–mutator equation at first order in κ", () => {
    for (const what of ["mean", "variance"] as const) {
      const order = Math.log2(errors[2]![what] / errors[3]![what]);
      expect(Math.abs(order - 1)).toBeLessThan(0.15);
    }
  });

  it("have the reference errors, up to the reference's own constant time-step error of 0.001", () => {
    for (const row of errors) {
      expect(Math.abs(row.mean - row.err_m)).toBeLessThan(1.2e-3);
      expect(Math.abs(row.variance - row.err_V)).toBeLessThan(1.2e-3);
    }
  });

  it("refuse a rate that is not positive", () => {
    expect(() =>
      boltzmannJump({ rate: 0, weight: () => 1, mutationVariance: -1, domain: [0, 1] }, { from, time: 1 }),
    ).toThrow(/rate.*\n.*mutationVariance/);
  });
});
