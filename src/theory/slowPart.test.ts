import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  binaryTournament,
  boltzmann,
  fermi,
  linearPairwise,
  type Selection,
  truncation,
  wrightFisher,
} from "../population/index.ts";
import { key, stream } from "../random/index.ts";
import { giveBirths } from "./agentBirths.ts";
import { reflect, slowPart } from "./slowPart.ts";

const operators: readonly (readonly [name: string, Selection])[] = [
  ["truncation", truncation({ fraction: 0.2 })],
  ["fermi", fermi({ beta: 2 })],
  ["linear", linearPairwise({ beta: 0.5 })],
  ["tournament", binaryTournament()],
  ["boltzmann", boltzmann({ beta: 2, mutates: "all" })],
  ["wrightFisher", wrightFisher({ beta: 2, mutates: "all" })],
];

const anyPopulation = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  n: fc.integer({ min: 2, max: 30 }),
  dimensions: fc.integer({ min: 1, max: 3 }),
  inherit: fc.constantFrom<"clone" | "keep">("clone", "keep"),
  clock: fc.constantFrom<"poisson" | "synchronous">("poisson", "synchronous"),
});
const domain = [-1, 1] as const;
const time = { step: 3, from: 1.5, until: 2 };

describe.each(operators)("the slow part of agents under %s", (_, selection) => {
  it("keeps N and the domain; a clone's θ is its parent's to the bit, and `keep` changes no θ", () => {
    fc.assert(
      fc.property(anyPopulation, ({ seed, n, dimensions, inherit, clock }) => {
        const draws = stream(key(seed), "places");
        const theta = Float64Array.from({ length: n * dimensions }, () => draws.normal());
        const h = Float64Array.from({ length: n }, () => 2 * draws.uniform() - 1);
        const fitness = Float64Array.from({ length: n }, () => draws.normal());
        const births = { selection, rate: 2, clock, inherit, mutationVariance: 0.5 };
        const phi = (agent: number): number => fitness[agent]!;
        const places = { theta, h, dimensions };
        const after = slowPart({ diffusion: 0, domain, births }, places, phi, key(seed), time);
        const event = giveBirths(births, fitness, h, key(seed), time)!;
        expect(after.h).toHaveLength(n);
        expect(after.theta).toHaveLength(n * dimensions);
        for (let i = 0; i < n; i++) {
          expect(after.h[i]).toBe(reflect(event.h[i]!, ...domain));
          expect(Math.abs(after.h[i]!)).toBeLessThanOrEqual(1);
          const parent = inherit === "keep" ? i : event.parents[i]!;
          for (let d = 0; d < dimensions; d++)
            expect(after.theta[i * dimensions + d]).toBe(theta[parent * dimensions + d]);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("gives everybody one offspring in the mean when fitness says nothing", () => {
    const [n, events] = [12, 4000];
    const counts = new Float64Array(n);
    const squares = new Float64Array(n);
    for (let event = 0; event < events; event++) {
      const births = { selection, rate: 1, clock: "synchronous" as const };
      const { parents } = giveBirths(births, new Float64Array(n), new Float64Array(n), key(7), {
        step: event,
        from: event,
        until: event + 1,
      })!;
      const own = new Float64Array(n);
      for (const parent of parents) own[parent]!++;
      own.forEach((count, i) => {
        counts[i]! += count / events;
        squares[i]! += count ** 2 / events;
      });
    }
    // 72 means in this file: four standard errors each are exceeded by chance in 0.5 % of choices of the seed.
    counts.forEach((mean, i) => {
      const error = Math.sqrt(Math.max(0, squares[i]! - mean * mean) / events);
      expect(Math.abs(mean - 1)).toBeLessThanOrEqual(4 * error + 1e-12);
    });
  });

  it("replaces who has no finite fitness and never copies it", () => {
    const fitness = Float64Array.of(Number.NaN, 1, 2, 3, -Infinity, 1, 2, 3);
    const births = { selection, rate: 1, clock: "synchronous" as const };
    for (let event = 0; event < 50; event++) {
      const { parents } = giveBirths(births, fitness, new Float64Array(8), key(event), {
        step: 0,
        from: 0,
        until: 1,
      })!;
      for (const parent of parents) expect([1, 2, 3, 5, 6, 7]).toContain(parent);
    }
  });
});

describe("the clocks of births", () => {
  const selection = boltzmann({ beta: 1e-9 });
  const ready = (clock: "poisson" | "synchronous", rate: number, from: number, until: number): number => {
    let changed = 0;
    const n = 4000;
    const births = { selection, rate, clock };
    const event = giveBirths(births, new Float64Array(n), new Float64Array(n), key(3), {
      step: 1,
      from,
      until,
    });
    event?.parents.forEach((parent, i) => {
      if (parent !== i) changed++;
    });
    return changed / n;
  };

  it("make each agent ready with probability 1 − e^{−λdt}, or all together every 1/λ", () => {
    const expected = -Math.expm1(-0.3);
    // Standard error √(0.26 · 0.74/4000); one in 4000 draws itself.
    expect(Math.abs(ready("poisson", 3, 1, 1.1) - expected)).toBeLessThan(4 * 0.007);
    expect(ready("synchronous", 2, 0.1, 0.4)).toBe(0);
    expect(ready("synchronous", 2, 0.4, 0.5)).toBeGreaterThan(0.99);
  });
});

describe("copies", () => {
  it("of replicator selection take all coordinates of θ along", () => {
    const theta = Float64Array.of(1, 10, 2, 20, 3, 30);
    const places = { theta, h: Float64Array.of(0.1, 0.2, 0.3), dimensions: 2 };
    // Only the last agent has weight: dt · 1e5 leaves nothing of the others.
    const after = slowPart({ diffusion: 0, domain }, places, (i) => (i === 2 ? 0 : -1e5), key(1), time);
    expect([...after.theta]).toEqual([3, 30, 3, 30, 3, 30]);
    expect([...after.h]).toEqual([0.3, 0.3, 0.3]);
  });
});
