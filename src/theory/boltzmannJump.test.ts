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

  it("tend to the replicator–mutator equation at first order in κ, over three halvings", () => {
    expect(reference.T1_T2.data.jump_kappa.map(({ kappa }) => kappa)).toEqual([0.2, 0.1, 0.05, 0.025]);
    for (const what of ["mean", "variance"] as const) {
      const orders = [0, 1, 2].map((i) => Math.log2(errors[i]![what] / errors[i + 1]![what]));
      for (const order of orders) expect(Math.abs(order - 1)).toBeLessThan(0.15);
      // What is left of order κ² makes each halving's order nearer to 1 than the one before.
      expect(orders[1]! - 1).toBeLessThan(orders[0]! - 1);
      expect(orders[2]! - 1).toBeLessThan(orders[1]! - 1);
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
