import { describe, expect, it } from "vitest";
import { key, stream } from "../../random/index.ts";
import { type Json, searchSpace, uniform } from "../../space/index.ts";
import { autoFitness, type Evaluation, gaussian, initialPopulation, truncation } from "../index.ts";
import { type CandidateName, candidateNames } from "./candidates.ts";
import { type Trial, verdict } from "./trial.ts";

/**
 * A trial of 100 pairs, scores that correlate by one half and a challenger that stands t standard errors above the
 * instantaneous score: y = b x₁ + noise, b = t/√(11.725 + t²).
 */
function standing(t: number, pairs = 100): Trial {
  const b = t / Math.sqrt(11.725 + t * t);
  const sums = [1, 0, 0, 0, 1, 1, 0.5, 0.5 * b, b, 1].map((mean) => mean * pairs);
  return { sums, overlap: 0.5, weight: 1e9 };
}

/** Members that differ in one hyperparameter, and a run's tenth slow step, at which nobody's lineage adds a pair. */
const space = searchSpace({ h: uniform(0, 1) });
const rules = {
  selection: truncation(),
  mutation: gaussian(),
  fitness: autoFitness(),
  sign: 1,
  control: "none",
} as const;
const population = initialPopulation(space, 16, key(1), rules);
const draws = stream(key(2), "metric");
const evaluations = population.members.map(({ id, hyperparameters }): Evaluation => {
  const value = Number(hyperparameters["h"]) + draws.normal();
  return { member: id, step: 1, value, reports: [], status: "ok", checkpoint: null };
});

/**
 * What `auto` says when the evidence of the candidates is as given (half of it one interval ahead, half two; what is left out
 * has none), and training lifts the metric in a mean of `lift` ± 0.1 signs.
 */
function said(evidence: Partial<Record<CandidateName, number>>, lift: number): string {
  const rule = autoFitness();
  // One slow step forgets a tenth of each trial, and 3 % of the signs.
  const trials = Object.fromEntries(
    candidateNames.map((name) => {
      const trial = standing((evidence[name] ?? 0) / 2, 100 / 0.9);
      return [name, [trial, trial]];
    }),
  );
  const memory = {
    ...(rule.initial as { readonly [name: string]: Json }),
    trials: trials as unknown as Json,
    training: { sum: (100 / 0.97) * lift, count: 100 / 0.97 },
    seen: 9,
  };
  const { note } = rule.score(memory, {
    evaluations,
    population,
    ready: population.members.map(({ id }) => id),
    sign: 1,
    space,
    key: key(3),
  });
  return note!.split(":")[0]!;
}

const blend = "blend fitness is compared";
const last = "last values are compared";
/** d ± e = 0.05 ± 0.1: neither settled (d + e < 0.1) nor lifting (d > e). */
const between = 0.05;

describe("effective fitness as the witness of separated clocks", () => {
  it("stands on trials that say what they are built to say", () => {
    for (const t of [-0.5, 1.1, 2]) {
      const { gain, error } = verdict(standing(t))!;
      expect(gain / error).toBeCloseTo(t, 10);
    }
  });

  it("is enough for blend, whose own evidence is none, where training neither lifts nor has settled", () => {
    expect(said({ effective: 2.1 }, between)).toBe(blend);
    // Not even evidence against blend stops it: above −1, below which it would be left again.
    expect(said({ effective: 2.1, blend: -0.5 }, between)).toBe(blend);
  });

  it("must be above 2", () => {
    expect(said({ effective: 1.9 }, between)).toBe(last);
    expect(said({ effective: 1.9, blend: 3.4 }, between)).toBe(last);
  });

  it("does not count while training lifts the metric", () => {
    expect(said({ effective: 3.4 }, 0.2)).toBe(last);
    expect(said({ effective: 3.4, blend: 3.4 }, 0.2)).toBe(last);
    // Full evidence of its own does.
    expect(said({ blend: 3.6 }, 0.2)).toBe(blend);
  });

  it("is effective fitness alone: that smoother scores predict better is no sign of separated clocks", () => {
    for (const name of ["average", "lineageEma", "blend", "transition"] as const)
      expect([name, said({ [name]: 3.4 }, between)]).toEqual([name, last]);
  });
});
