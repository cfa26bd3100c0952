import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { choice, type Json, searchSpace, uniform } from "../../space/index.ts";
import {
  type Evaluation,
  gaussian,
  initialPopulation,
  instantaneous,
  type MutationInput,
  noMutation,
  pb2,
  type Rules,
  slowStep,
  truncation,
} from "../index.ts";

const space = searchSpace({ x: uniform(0, 1), kind: choice(["a", "b"]) });
const base = initialPopulation(space, 12, key(1), { fitness: instantaneous() });

/** An input whose record holds these gains: [generation, x, gain]. */
function input(gains: readonly (readonly [number, number, number])[], member: number): MutationInput {
  return {
    parent: { x: 0.5, kind: "a" },
    space,
    member,
    generation: 10,
    key: key(3),
    population: {
      ...base,
      record: { gains: gains.map(([g, x, gain], i) => [g, i % 12, gain, 0, x, 0]) } as Json,
    },
    scores: [],
  };
}

const chosen = (
  rule: ReturnType<typeof pb2>,
  gains: readonly (readonly [number, number, number])[],
): number[] =>
  Array.from({ length: 9 }, (_, member) => Number(rule.mutate(input(gains, member)).hyperparameters["x"]));

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[4]!;

describe("pb2", () => {
  const own = stream(key(7), "pb2.test");
  const grid = Array.from({ length: 40 }, (_, i) => (i + 0.5) / 40);

  it("goes where gains have been largest", () => {
    const gains = grid.map((x) => [9, x, 1 - 4 * (x - 0.7) ** 2 + 0.02 * own.normal()] as const);
    for (const x of chosen(pb2(), gains)) expect(Math.abs(x - 0.7)).toBeLessThan(0.15);
  });

  it("goes where nobody has been when what is known is all the same", () => {
    const gains = grid.map((x) => [9, x / 2, 1 + 0.01 * own.normal()] as const);
    expect(middle(chosen(pb2(), gains))).toBeGreaterThan(0.55);
  });

  it("forgets: old gains weigh less than new ones", () => {
    const moved = grid.flatMap((x) => [
      [0, x, -4 * (x - 0.2) ** 2 + 0.02 * own.normal()] as const,
      [9, x, -4 * (x - 0.8) ** 2 + 0.02 * own.normal()] as const,
    ]);
    expect(Math.abs(middle(chosen(pb2({ forgetting: 0.5 }), moved)) - 0.8)).toBeLessThan(0.15);
    // Without forgetting the two optima are averaged.
    expect(Math.abs(middle(chosen(pb2({ forgetting: 0 }), moved)) - 0.5)).toBeLessThan(0.2);
  });

  it("learns from what slowStep records: gains per step, of who was trained with what", () => {
    const rules: Rules = {
      selection: truncation({ fraction: 0.25 }),
      mutation: noMutation(),
      fitness: instantaneous(),
      sign: -1,
      control: "none",
    };
    let population = base;
    for (let generation = 0; generation < 3; generation++) {
      const evaluations = population.members.map(
        ({ id }): Evaluation => ({
          member: id,
          step: 10 * (generation + 1),
          value: 5 - generation * id,
          reports: [],
          status: "ok",
          checkpoint: { member: id, generation, step: 10 * (generation + 1) },
        }),
      );
      population = slowStep(population, evaluations, key(1), rules, { space }).population;
    }
    const { gains } = population.record as unknown as { gains: number[][] };
    expect(gains).toHaveLength(24);
    // Member 4 kept: its loss fell from 5 to 1 over ten steps.
    const [row] = gains.filter(([generation, member]) => generation === 1 && member === 4);
    expect(row!.slice(0, 4)).toEqual([1, 4, 0.4, -5]);
    expect(row![4]).toBeCloseTo(Number(base.members[4]!.hyperparameters["x"]), 12);
    const result = pb2().mutate({ ...input([], 0), population });
    expect(result.detail).toMatchObject({ observations: 24 });
  });

  it("mutates blindly before it has data, and says so", () => {
    const asked = input([], 1);
    const result = pb2({ sigma: 0.2 }).mutate(asked);
    expect(result.hyperparameters).toEqual(gaussian({ sigma: 0.2 }).mutate(asked).hyperparameters);
    expect(result.detail).toEqual({ bandit: null });
  });

  it("refuses options out of range", () => {
    expect(() => pb2({ forgetting: 1, candidates: 3 })).toThrow(
      "pb2.forgetting: needs 0 <= forgetting < 1, got 1\npb2.candidates: needs an integer >= 10, got 3",
    );
  });
});
