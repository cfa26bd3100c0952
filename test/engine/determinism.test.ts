import { describe, expect, it } from "vitest";
import { type RunRequest, verify } from "../../src/engine/index.ts";
import { binaryTournament, lineageEma } from "../../src/population/index.ts";
import { finish, logOf, scratch, toy } from "./support.ts";

const at = scratch();

const variants: Record<string, Partial<RunRequest>> = {
  "the defaults": {},
  "a budget that the interval does not divide": { stop: { steps: 22 } },
  "binary tournament on lineage averages": {
    slow: {
      interval: 4,
      selection: binaryTournament({ probability: 0.8 }),
      fitness: lineageEma({ weight: 0.4 }),
    },
  },
  "a patience": { stop: { generations: 20, patience: 3 }, slow: { interval: 4, control: "random-search" } },
  "one member": { members: 1 },
};

describe("the decision log of a synchronous run", () => {
  for (const [name, changes] of Object.entries(variants)) {
    it(`is the same, byte for byte, with 1, 2 and 8 slots: ${name}`, async () => {
      const request = toy(changes);
      const logs: string[][] = [];
      for (const slots of [1, 2, 8]) {
        const directory = at(`${name}-${slots}`);
        await finish(request, directory, slots);
        logs.push(await logOf(directory));
        expect(await verify(directory)).toMatchObject({ ok: true, difference: null, interventions: 0 });
      }
      expect(logs[1]).toEqual(logs[0]);
      expect(logs[2]).toEqual(logs[0]);
      expect(logs[0]!.length).toBeGreaterThan(5);
    });
  }

  it("differs with the seed", async () => {
    await finish(toy(), at("seed7"));
    await finish(toy({ seed: 8 }), at("seed8"));
    expect((await logOf(at("seed8"))).slice(1)).not.toEqual((await logOf(at("seed7"))).slice(1));
  });
});
