import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import {
  himmelblau,
  himmelblauEffective,
  himmelblauFitness,
  himmelblauOptimum,
  himmelblauPopulation,
} from "./himmelblau.ts";

describe("Himmelblau's function as a two-scale problem", () => {
  const F = himmelblauEffective();
  it("has four minima of value zero", () => {
    for (const [x, y] of [
      [3, 2],
      [-2.805118086952745, 3.131312518250573],
      [-3.779310253377747, -3.283185991286169],
      [3.584428340330492, -1.848126526964404],
    ] as const) {
      expect(himmelblau(x, y)).toBeLessThan(1e-20);
    }
    expect(himmelblauFitness(3, 2)).toBeCloseTo(0, 15);
  });

  it("has an effective fitness that more nodes change by less than 1e-8", () => {
    const fine = himmelblauEffective(261);
    for (const [x, y] of [
      [0, 0],
      [3, 2],
      [-4, 5],
    ] as const) {
      expect(Math.abs(F(x, y).mean - fine(x, y).mean)).toBeLessThan(1e-8);
      expect(Math.abs(F(x, y).variance - fine(x, y).variance)).toBeLessThan(1e-8);
    }
  });

  it("is fittest where a move of 0.01 in any direction loses", () => {
    const best = himmelblauOptimum((x, y) => F(x, y).mean);
    for (const [dx, dy] of [
      [0.01, 0],
      [-0.01, 0],
      [0, 0.01],
      [0, -0.01],
    ] as const) {
      expect(F(best.h[0] + dx, best.h[1] + dy).mean).toBeLessThan(best.value);
    }
  });

  it("populations sample the Gibbs law: the reduced one has ⟨φ⟩ = ⟨F⟩ within three standard errors", () => {
    const records = himmelblauPopulation(key(1), {
      kind: "reduced",
      members: 400,
      generations: 6,
      interval: 1,
      mutation: 0.3,
    });
    let difference = 0;
    let variance = 0;
    let count = 0;
    for (const { h, phi } of records.slice(2)) {
      phi.forEach((value, i) => {
        const law = F(h[0]![i]!, h[1]![i]!);
        difference += value - law.mean;
        variance += law.variance;
        count++;
      });
    }
    // The Euler step of 0.05 biases the law at first order: below 0.01 here.
    expect(Math.abs(difference / count)).toBeLessThan((3 * Math.sqrt(variance)) / count + 0.01);
  });
});
