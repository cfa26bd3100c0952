import { describe, expect, it } from "vitest";
import {
  type Choice,
  type Fitness,
  gaussian,
  instantaneous,
  lineageEma,
  type Mutation,
  type Selection,
  truncation,
} from "../population/index.ts";
import { fitnessContract, mutationContract, selectionContract } from "./index.ts";

/** Truncation with one fault in what it returns. */
function faulty(fault: (choices: readonly Choice[]) => readonly Choice[]): Selection {
  const right = truncation();
  return {
    spec: right.spec,
    select: (contestants, key, generation) => fault(right.select(contestants, key, generation)),
  };
}

describe("selectionContract", () => {
  it.each<[string, Selection, RegExp]>([
    ["a member without a choice", faulty((choices) => choices.slice(1)), /one choice per replaceable member/],
    [
      "a donor that may not be copied",
      faulty((choices) =>
        choices.map((choice) => (choice.donor === null ? choice : { ...choice, donor: -1 })),
      ),
      /copy -1, who may not be/,
    ],
    [
      "a failed member that stays",
      faulty((choices) =>
        choices.map((choice) => (choice.reason === "failed" ? { ...choice, donor: null } : choice)),
      ),
      /needs the failed member \d+ replaced/,
    ],
    [
      "reasons that JSON cannot hold",
      faulty((choices) => choices.map((choice) => ({ ...choice, detail: { draw: Number.NaN } }))),
      /reasons that are not plain JSON/,
    ],
    [
      "ties broken by index",
      {
        spec: { kind: "byIndex" },
        select: (contestants, key, generation) =>
          truncation().select(
            contestants.map((c) => ({ ...c, score: c.score === null ? null : c.score - 1e-9 * c.id })),
            key,
            generation,
          ),
      },
      /offspring on average where scores are equal/,
    ],
    [
      "draws that depend on the order of contestants",
      {
        spec: { kind: "byOrder" },
        select: (contestants, key, generation) =>
          truncation()
            .select(contestants, key, generation)
            .map((choice) => ({
              ...choice,
              donor: choice.donor === null ? null : contestants.find(({ eligible }) => eligible)!.id,
            })),
      },
      /other choices for another order/,
    ],
    [
      "selection of the worst",
      {
        spec: { kind: "worst" },
        select: (contestants, key, generation) =>
          truncation().select(
            contestants.map((c) => ({ ...c, score: c.score === null ? null : -c.score })),
            key,
            generation,
          ),
      },
      /more offspring than the worst/,
    ],
  ])("finds %s", (_, selection, message) => {
    expect(() => selectionContract(selection)).toThrow(message);
  });
});

describe("mutationContract", () => {
  const right = gaussian();
  const changed = (change: (h: Record<string, number | string | boolean>) => object): Mutation => ({
    spec: { kind: "faulty" },
    mutate(input) {
      const { hyperparameters } = right.mutate(input);
      return { hyperparameters: { ...hyperparameters, ...change({ ...hyperparameters }) } };
    },
  });

  it.each<[string, Mutation, RegExp]>([
    [
      "a value outside its law",
      changed(({ offset }) => ({ offset: 1.01 * Number(offset) })),
      /gives offset = .*, outside/,
    ],
    ["a fixed one that moves", changed(() => ({ held: 0.123 })), /moves held, which is fixed/],
    ["a name too many", changed(() => ({ extra: 1 })), /gives names .*extra/],
    [
      "an absorbing zero",
      {
        spec: { kind: "absorbing" },
        mutate(input) {
          const { hyperparameters } = right.mutate(input);
          return {
            hyperparameters:
              input.parent["dropout"] === 0 ? { ...hyperparameters, dropout: 0 } : hyperparameters,
          };
        },
      },
      /cannot leave dropout = 0/,
    ],
    [
      "a rule that does not move",
      { spec: { kind: "still" }, mutate: ({ parent }) => ({ hyperparameters: parent }) },
      /reached 1 of/,
    ],
  ])("finds %s", (_, mutation, message) => {
    expect(() => mutationContract(mutation)).toThrow(message);
  });
});

describe("fitnessContract", () => {
  const right = instantaneous();
  const average = lineageEma();

  it.each<[string, Fitness, RegExp]>([
    [
      "a rule that ignores the direction",
      { ...right, score: (memory, input) => right.score(memory, { ...input, sign: 1 }) },
      /minimised −x unlike maximised x/,
    ],
    [
      "a score for a failed member",
      {
        ...right,
        score: (memory, input) => ({
          memory,
          scores: right.score(memory, input).scores.map((score) => ({ ...score, score: score.score ?? 0 })),
        }),
      },
      /failed or has no value/,
    ],
    [
      "a rule that learns from members that are not ready",
      {
        ...average,
        score: (memory, input) =>
          average.score(memory, { ...input, ready: input.evaluations.map(({ member }) => member) }),
      },
      /learns from members that are not ready/,
    ],
    [
      "memory that is not inherited",
      {
        spec: average.spec,
        initial: average.initial,
        score: (memory, input) => average.score(memory, input),
      },
      /scores a copy/,
    ],
    [
      "memory that JSON cannot hold",
      {
        ...right,
        score: (_, input) => ({ memory: { x: Infinity }, scores: right.score(null, input).scores }),
      },
      /memory of plain JSON/,
    ],
  ])("finds %s", (_, fitness, message) => {
    expect(() => fitnessContract(fitness)).toThrow(message);
  });
});
