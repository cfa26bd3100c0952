import { median, quantiles } from "../../math/index.ts";
import { stream } from "../../random/index.ts";
import type { Json } from "../../space/index.ts";
import type { Evaluation, FitnessInput, MemberId } from "../types.ts";
import { featuresOf } from "./features.ts";
import { signedValue } from "./instantaneous.ts";
import { intervalMean } from "./lineageFitness.ts";

/** One member's fitness at a boundary, with the hyperparameters that it was trained with. */
export interface Observation {
  readonly member: MemberId;
  /** Boundaries that the member had reached before. */
  readonly generation: number;
  /** `[p]` of `featuresOf` */
  readonly features: readonly number[];
  /** In "higher is better" sign. */
  readonly value: number;
}

/** What a rule knows at a slow step, before it estimates anything. */
export interface Present {
  /** Everybody who can be compared now, sorted by member; far outliers drawn in. */
  readonly observations: readonly Observation[];
  /** φ as it was measured at the end of the interval, by member. */
  readonly last: ReadonlyMap<MemberId, number>;
  /** Members whose evaluation is new. */
  readonly ready: ReadonlySet<MemberId>;
  /** Generation of the newest ready member. */
  readonly generation: number;
}

/** How many quartile ranges beyond the quartiles a value may lie before it is drawn in to there. */
const FAR = 10;

/** Reads the evaluations of one slow step. @param averaged value = mean over the interval; else its last value */
export function present(input: FitnessInput, averaged: boolean): Present {
  const { evaluations, population, sign, space } = input;
  const members = new Map(population.members.map((member) => [member.id, member]));
  const last = new Map<MemberId, number>();
  const found: { evaluation: Evaluation; value: number }[] = [];
  for (const evaluation of evaluations.toSorted((a, b) => a.member - b.member)) {
    const phi = signedValue(evaluation, sign);
    if (phi === null || !members.has(evaluation.member)) continue;
    last.set(evaluation.member, phi);
    const value = averaged ? intervalMean(evaluation, sign) : phi;
    found.push({ evaluation, value: Number.isFinite(value) ? value : phi });
  }
  const [low, high] = fences(found.map(({ value }) => value));
  const ready = new Set(input.ready);
  let generation = 0;
  for (const id of input.ready) generation = Math.max(generation, members.get(id)?.generation ?? 0);
  return {
    observations: found.map(({ evaluation: { member }, value }) => {
      const { hyperparameters, generation } = members.get(member)!;
      return {
        member,
        generation,
        features: featuresOf(space, hyperparameters),
        value: Math.min(high, Math.max(low, value)),
      };
    }),
    last,
    ready,
    generation,
  };
}

/** One diverged member must not bend a regression for all: values beyond these are drawn in to them. */
function fences(values: readonly number[]): readonly [number, number] {
  if (values.length < 4) return [-Number.MAX_VALUE, Number.MAX_VALUE];
  const [q1, q3] = quantiles(values, [0.25, 0.75]) as [number, number];
  const middle = median(values);
  const range = q3 - q1;
  // Half of the values equal: no scale to judge by.
  if (!(range > 0)) return [-Number.MAX_VALUE, Number.MAX_VALUE];
  return [Math.min(middle, q1 - FAR * range), Math.max(middle, q3 + FAR * range)];
}

/** Observations of earlier generations that are kept at most. */
const CAPACITY = 1024;

/** Recent observations, oldest first. As JSON: `[generation, member, value, …features]` each. */
export type Pool = readonly Observation[];

/**
 * The pool after a slow step: the ready members' observations join, those too old to be pooled leave, and of what is
 * beyond the capacity a random choice of the oldest.
 */
export function extendPool(pool: Pool, now: Present, generations: number, input: FitnessInput): Pool {
  if (now.ready.size === 0 || generations <= 1) return generations <= 1 ? [] : pool;
  const active = input.population.members.filter(({ status }) => status === "active");
  const slowest = active.reduce((least, { generation }) => Math.min(least, generation), now.generation);
  const kept = pool.filter(({ generation }) => generation > slowest - generations);
  const joined = [...kept, ...now.observations.filter(({ member }) => now.ready.has(member))];
  return joined.length <= CAPACITY ? joined : thinned(joined, CAPACITY, input);
}

/** The newest `most` observations; among those of one generation a draw decides. */
export function thinned(pool: Pool, most: number, { key }: FitnessInput): Pool {
  if (pool.length <= most) return pool;
  const draw = ({ member, generation }: Observation): number =>
    stream(key, "thin observations", member, generation).uniform();
  const order = pool
    .map((observation, i) => ({ observation, i, draw: draw(observation) }))
    .toSorted((a, b) => b.observation.generation - a.observation.generation || a.draw - b.draw || a.i - b.i);
  return order
    .slice(0, most)
    .toSorted((a, b) => a.i - b.i)
    .map(({ observation }) => observation);
}

export function readPool(memory: Json | undefined): Pool {
  return ((memory ?? []) as readonly (readonly number[])[]).map(
    ([generation, member, value, ...features]) => ({
      generation: generation!,
      member: member!,
      value: value!,
      features,
    }),
  );
}

export function writePool(pool: Pool): Json {
  return pool.map(({ generation, member, value, features }) => [generation, member, value, ...features]);
}
