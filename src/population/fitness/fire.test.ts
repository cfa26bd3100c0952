import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { searchSpace, uniform } from "../../space/index.ts";
import { type Evaluation, fire, initialPopulation } from "../index.ts";

const space = searchSpace({ x: uniform(0, 1) });

/** Member i stands at value(i, g) after generation g. */
function scores(value: (member: number, generation: number) => number, members: number, generations: number) {
  const rule = fire();
  let memory = rule.initial;
  let last: (number | null)[] = [];
  const notes: (string | undefined)[] = [];
  for (let generation = 0; generation < generations; generation++) {
    const population = initialPopulation(space, members, key(1), { fitness: rule });
    const result = rule.score(memory, {
      population: {
        ...population,
        generation,
        members: population.members.map((member) => ({ ...member, generation })),
      },
      evaluations: population.members.map(
        ({ id }): Evaluation => ({
          member: id,
          step: 10 * (generation + 1),
          value: value(id, generation),
          reports: [],
          status: "ok",
          checkpoint: null,
        }),
      ),
      sign: 1,
      space,
      key: key(1),
      ready: population.members.map(({ id }) => id),
    });
    memory = result.memory;
    last = result.scores.map(({ score }) => score);
    notes.push(result.note);
  }
  return { last, notes };
}

describe("fire", () => {
  it("compares last values until there are gains to compare with", () => {
    const { last, notes } = scores((member) => member, 4, 1);
    expect(last).toEqual([0, 1, 2, 3]);
    expect(notes[0]).toBe("fire: 0 gains are too few; last values are compared");
  });

  it("prefers the slower one that gains more from the same level", () => {
    // Both kinds pass the levels 0 … 8; odd members gain 1.5 per interval there, even ones 1, and even ones began ahead.
    const { last } = scores((member, g) => (member % 2 === 1 ? 1.5 * g : 6 + g), 8, 5);
    const odd = last.filter((_, i) => i % 2 === 1) as number[];
    const even = last.filter((_, i) => i % 2 === 0) as number[];
    expect(Math.min(...odd)).toBeGreaterThan(Math.max(...even));
  });

  it("does not prefer those who gain more because they are further behind", () => {
    // dx/dg = −(x − 10)/4 for all: one curve, entered at different places; nobody is fitter.
    const { last } = scores((member, g) => 10 - (10 - member / 4) * Math.exp(-g / 4), 24, 6);
    const spread = Math.max(...(last as number[])) - Math.min(...(last as number[]));
    // The gains themselves differ by 0.07 per step over the members' levels.
    expect(spread).toBeLessThan(0.06);
  });
});
