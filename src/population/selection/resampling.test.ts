import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { boltzmann, boltzmannWeights, type Contestant, systematic, wrightFisher } from "../index.ts";
import { cumulative, position } from "./weights.ts";

function contestants(scores: readonly number[], ready = scores.length): Contestant[] {
  return scores.map((score, id) => ({ id, score, eligible: true, replaceable: id < ready, samples: [] }));
}

function offspring(choices: readonly { member: number; donor: number | null }[], members: number): number[] {
  const counts = Array.from({ length: members }, () => 0);
  for (const { member, donor } of choices) counts[donor ?? member] = counts[donor ?? member]! + 1;
  return counts;
}

describe("boltzmannWeights", () => {
  it("are exp(beta (score − max)), and do not overflow", () => {
    expect([...boltzmannWeights([0, 1, 2], 2, false)]).toEqual([Math.exp(-4), Math.exp(-2), 1]);
    expect([...boltzmannWeights([1e308, -1e308], 5, false)]).toEqual([1, 0]);
  });

  it("standardised do not depend on the unit of the score", () => {
    const weights = boltzmannWeights([1, 2, 4], 3, true);
    const scaled = boltzmannWeights([1000, 2000, 4000], 3, true);
    for (const [i, weight] of weights.entries()) expect(scaled[i]).toBeCloseTo(weight, 12);
    expect([...boltzmannWeights([7, 7, 7], 3, true)]).toEqual([1, 1, 1]);
  });
});

describe("position", () => {
  it("is the first running sum above the target, skipping weights of zero", () => {
    const sums = cumulative(Float64Array.of(0, 2, 0, 1));
    expect([0, 1.99, 2, 2.99].map((target) => position(sums, target))).toEqual([1, 1, 3, 3]);
  });
});

describe("boltzmann", () => {
  it("draws each parent with its weight", () => {
    const scores = [0, 0.5, 1];
    const weights = boltzmannWeights(scores, 2, false);
    const total = weights.reduce((a, b) => a + b);
    const generations = 10_000;
    const counts = [0, 0, 0];
    for (let generation = 0; generation < generations; generation++) {
      const parent = boltzmann({ beta: 2 }).select(contestants(scores), key(3), generation)[0]!.donor ?? 0;
      counts[parent] = counts[parent]! + 1;
    }
    for (const [i, count] of counts.entries()) {
      const p = weights[i]! / total;
      expect(Math.abs(count / generations - p)).toBeLessThan(3 * Math.sqrt((p * (1 - p)) / generations));
    }
  });

  it("marks who drew itself as a copy only where all mutate", () => {
    const alone = contestants([1]);
    expect(boltzmann().select(alone, key(1), 0)[0]!.donor).toBeNull();
    expect(boltzmann({ mutates: "all" }).select(alone, key(1), 0)[0]!.donor).toBe(0);
  });
});

describe("systematic", () => {
  it("gives each its share rounded down or up, and all places", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (drawn, places, offset) => {
          const weights = [...drawn, 0.5];
          const total = weights.reduce((a, b) => a + b);
          const order = weights.map((_, i) => i);
          const counts = systematic(weights, order, places, offset);
          expect(counts.reduce((a, b) => a + b)).toBe(places);
          for (const [i, count] of counts.entries()) {
            const share = (places * weights[i]!) / total;
            expect(Math.abs(count - share)).toBeLessThan(1 + 1e-9);
          }
        },
      ),
    );
  });

  it("puts a point that rounds to the end of the line there", () => {
    expect(systematic([1, 1, 0], [0, 1, 2], 2 ** 20, 1 - 2 ** -53)).toEqual([2 ** 19, 2 ** 19, 0]);
  });
});

describe("wrightFisher", () => {
  it("gives everybody one offspring, himself, when scores are equal", () => {
    const choices = wrightFisher().select(contestants([1, 1, 1, 1, 1]), key(1), 4);
    expect(choices.map(({ donor }) => donor)).toEqual([null, null, null, null, null]);
  });

  it("has the mean offspring N w / Σw, within one of it each time", () => {
    const scores = [0, 0.3, 0.6, 0.9, 1.2, 1.5];
    const weights = boltzmannWeights(scores, 1, false);
    const total = weights.reduce((a, b) => a + b);
    const generations = 3000;
    const totals = scores.map(() => 0);
    for (let generation = 0; generation < generations; generation++) {
      const counts = offspring(wrightFisher({ beta: 1 }).select(contestants(scores), key(3), generation), 6);
      for (const [i, count] of counts.entries()) {
        expect(Math.abs(count - (6 * weights[i]!) / total)).toBeLessThan(1);
        totals[i] = totals[i]! + count;
      }
    }
    for (const [i, count] of totals.entries()) {
      const share = (6 * weights[i]!) / total;
      const part = share - Math.floor(share);
      expect(Math.abs(count / generations - share)).toBeLessThan(
        3 * Math.sqrt((part * (1 - part)) / generations),
      );
    }
  });

  it("draws one parent from all when a single member is ready", () => {
    const scores = [0, 0, 0, 0];
    const counts = [0, 0, 0, 0];
    for (let generation = 0; generation < 4000; generation++) {
      const choices = wrightFisher().select(contestants(scores, 1), key(8), generation);
      expect(choices).toHaveLength(1);
      const parent = choices[0]!.donor ?? 0;
      counts[parent] = counts[parent]! + 1;
    }
    for (const count of counts)
      expect(Math.abs(count - 1000)).toBeLessThan(3.5 * Math.sqrt(4000 * 0.25 * 0.75));
  });
});
