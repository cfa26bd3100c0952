import { describe, expect, it } from "vitest";
import { key } from "../random/index.ts";
import { logUniform, searchSpace, uniform } from "../space/index.ts";
import {
  applyDecisions,
  type Decision,
  initialPopulation,
  instantaneous,
  lineageEma,
  memberName,
  retireMembers,
} from "./index.ts";

const space = searchSpace({ rate: logUniform(1e-4, 1), momentum: uniform(0, 0.99, { init: 0.9 }) });
const fitness = instantaneous();

describe("memberName", () => {
  it("pads to the width of the population, at least two digits", () => {
    expect(memberName(7, 16)).toBe("m07");
    expect(memberName(7, 1)).toBe("m07");
    expect(memberName(7, 100)).toBe("m07");
    expect(memberName(7, 101)).toBe("m007");
    expect(memberName(10_000, 10_001)).toBe("m10000");
  });
});

describe("initialPopulation", () => {
  it("makes founders that start at init where given, else at draws of their own", () => {
    const { members, generation, memory } = initialPopulation(space, 5, key(1), { fitness: lineageEma() });
    expect(generation).toBe(0);
    expect(memory).toEqual({});
    expect(members.map(({ hyperparameters }) => hyperparameters["momentum"])).toEqual([
      0.9, 0.9, 0.9, 0.9, 0.9,
    ]);
    expect(new Set(members.map(({ hyperparameters }) => hyperparameters["rate"])).size).toBe(5);
    for (const [id, member] of members.entries()) {
      expect(member).toMatchObject({ id, founder: id, parent: id, step: 0, generation: 0, checkpoint: null });
      expect(member.status).toBe("active");
    }
  });

  it("draws a founder independently of how many others there are", () => {
    const few = initialPopulation(space, 3, key(1), { fitness });
    const many = initialPopulation(space, 300, key(1), { fitness });
    expect(many.members.slice(0, 3)).toEqual(few.members);
  });

  it.each([0, -1, 2.5, Number.NaN])("refuses %d members", (members) => {
    expect(() => initialPopulation(space, members, key(1), { fitness })).toThrow(
      `members: needs an integer of at least 1, got ${members}`,
    );
  });
});

describe("applyDecisions", () => {
  const population = initialPopulation(space, 3, key(1), { fitness });
  const copy = (member: number, donor: number): Decision => ({
    member,
    action: "copy",
    donor,
    checkpoint: { member: donor, generation: 0, step: 10 },
    hyperparameters: { rate: 0.5, momentum: 0.5 },
    score: 0,
    rank: 1,
    reason: "below the cut",
  });

  it("means donors as they were before the step: a chain of copies passes nothing on twice", () => {
    const { members } = applyDecisions(population, [copy(0, 1), copy(1, 2)]);
    expect(members.map(({ founder }) => founder)).toEqual([1, 2, 2]);
    expect(members.map(({ parent }) => parent)).toEqual([1, 2, 2]);
    expect(members.map(({ step, generation }) => [step, generation])).toEqual([
      [10, 1],
      [10, 1],
      [0, 0],
    ]);
  });

  it("refuses decisions about members that do not exist", () => {
    expect(() => applyDecisions(population, [copy(0, 9)])).toThrow(
      "decision of member 0: needs members of the population, got 9",
    );
  });

  it("leaves the population that it was given as it was", () => {
    const before = JSON.stringify(population);
    applyDecisions(population, [copy(0, 1)], { changed: true });
    expect(JSON.stringify(population)).toBe(before);
  });
});

describe("retireMembers", () => {
  it("changes the status of those members alone", () => {
    const population = initialPopulation(space, 3, key(1), { fitness });
    const { members } = retireMembers(population, [1]);
    expect(members.map(({ status }) => status)).toEqual(["active", "retired", "active"]);
    expect(members[1]).toEqual({ ...population.members[1], status: "retired" });
  });
});
