import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import reference from "./fixtures/theory-reference.json" with { type: "json" };
import { ridge } from "./ridge.ts";
import { type RidgePopulation, ridgePopulation } from "./ridgePopulation.ts";
import { ridgeProblem } from "./ridgeProblem.ts";
import { oracleScore } from "./scores.ts";

const population: RidgePopulation = {
  data: ridgeProblem,
  temperature: 0.05,
  members: 24,
  generations: 40,
  interval: 5,
  reports: 5,
  mutation: 0.3,
  domain: [-8, 3],
};
const at = ridge(ridgeProblem, 0.05);
const oracle = oracleScore((h) => at(h).fitness);

describe("populations that tune the weight decay of ridge regression", () => {
  it("lose with the true F what mutation costs", () => {
    // Seeds 0 … 19. The reference, over 30 runs, is 8.39e-4 with a standard error of 2.2e-5.
    const regrets = Array.from({ length: 20 }, (_, seed) =>
      ridgePopulation(population, oracle(), key(seed))
        .slice(20)
        .reduce((sum, value) => sum + value / 20, 0),
    );
    const mean = regrets.reduce((sum, value) => sum + value / 20, 0);
    const error = Math.sqrt(regrets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (19 * 20));
    const [known, width] = reference.T5_ridge.data["pop_T0.05_oracle"].regret;
    expect(Math.abs(mean - known!)).toBeLessThan(3 * Math.hypot(error, width! / 1.96));
  });

  it("give scores the law of φ that the closed form has: mean F and variance at every h", () => {
    let mean = 0;
    let square = 0;
    let count = 0;
    // Nobody moves: equal scores and no mutation; each reports once, at equilibrium.
    const still = { ...population, start: [0, 0] as const, mutation: 0, generations: 60, reports: 1 };
    ridgePopulation(
      still,
      ({ last, h }) => {
        for (const value of last) {
          mean += value;
          square += value * value;
          count++;
        }
        return h.map(() => 0);
      },
      key(3),
    );
    mean /= count;
    // Copies share their past: an interval of 5 leaves e^{−5} of it, so draws are nearly independent.
    const { fitness, variance } = at(0);
    expect(Math.abs(mean - fitness)).toBeLessThan(4 * Math.sqrt(variance / count));
    expect(Math.abs((square / count - mean * mean) / variance - 1)).toBeLessThan(0.15);
  });

  it("refuse impossible parameters, all at once", () => {
    const wrong = { ...population, temperature: 0, interval: -1, domain: [1, 1] as const };
    expect(() => ridgePopulation(wrong, oracle(), key(1))).toThrow(/temperature.*\n.*interval.*\n.*domain/);
  });
});
