import { describe, expect, it } from "vitest";
import { key } from "../../random/index.ts";
import { searchSpace, uniform } from "../../space/index.ts";
import {
  type Choice,
  type Contestant,
  gaussian,
  initialPopulation,
  instantaneous,
  multiFrequency,
  slowStep,
} from "../index.ts";

const contestants = (scores: readonly (number | null)[]): Contestant[] =>
  scores.map((score, id) => ({ id, score, eligible: score !== null, replaceable: true, samples: [] }));

const copies = (choices: readonly Choice[]): Choice[] => choices.filter(({ donor }) => donor !== null);

describe("multiFrequency", () => {
  // Members 0 … 3 act every generation, 4 … 7 every third.
  const rule = multiFrequency({ frequencies: [1, 3] });

  it("lets a sub-population act only at its turn", () => {
    const given = contestants([8, 7, 6, 5, 4, 3, 2, 1]);
    const acted = (generation: number): number[] =>
      copies(rule.select(given, key(1), generation)).map(({ member }) => member);
    // Nobody outside is better than the fast one's third; its worst copies its best.
    expect(acted(0)).toEqual([3]);
    expect(acted(1)).toEqual([3]);
    // The slow one's worst copies its best, and its third takes the best outsider.
    expect(acted(2)).toEqual([3, 6, 7]);
  });

  it("takes hyperparameters along from a slower sub-population, not from a faster one", () => {
    const fast = copies(rule.select(contestants([8, 7, 6, 5, 4, 3, 2, 1]), key(1), 2));
    expect(fast.find(({ member }) => member === 6)).toMatchObject({
      donor: 0,
      hyperparametersOf: 4,
      mutates: false,
    });
    const slow = copies(rule.select(contestants([4, 3, 2, 1, 8, 7, 6, 5]), key(1), 0));
    const migrant = slow.find(({ member }) => member === 2)!;
    expect(migrant).toMatchObject({ donor: 4, mutates: false });
    expect(migrant.hyperparametersOf).toBeUndefined();
  });

  it("replaces failed members at once, whoever's turn it is", () => {
    const [failed] = copies(rule.select(contestants([8, 7, 6, 5, 4, null, 2, 1]), key(1), 0)).filter(
      ({ member }) => member === 5,
    );
    expect(failed).toMatchObject({ donor: 4, reason: "failed" });
  });

  it("is carried out by slowStep: parameters of the donor, hyperparameters as the choice says, no mutation", () => {
    const space = searchSpace({ x: uniform(0, 1) });
    const rules = {
      selection: rule,
      mutation: gaussian(),
      fitness: instantaneous(),
      sign: 1,
      control: "none",
    } as const;
    const population = { ...initialPopulation(space, 8, key(2), rules), generation: 2 };
    const evaluations = population.members.map(({ id }) => ({
      member: id,
      step: 10,
      value: 8 - id,
      reports: [],
      status: "ok" as const,
      checkpoint: { member: id, generation: 2, step: 10 },
    }));
    const { decisions } = slowStep(population, evaluations, key(2), rules, { space });
    expect(decisions[6]).toMatchObject({
      donor: 0,
      checkpoint: { member: 0 },
      hyperparameters: population.members[4]!.hyperparameters,
    });
  });
});
