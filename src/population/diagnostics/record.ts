import type { Json } from "../../space/index.ts";
import { featuresOf } from "../fitness/features.ts";
import { signedValue } from "../fitness/instantaneous.ts";
import { inheritLineages, readLineages, writeLineages } from "../fitness/lineages.ts";
import type { Copy, Decision, FitnessInput, MemberId, Population } from "../types.ts";

/** A training interval of one member as a regression sees it. */
export interface Gain {
  readonly generation: number;
  readonly member: MemberId;
  /** (φ − φ_before)/(step − step_before), higher is better. */
  readonly rate: number;
  /** φ_before. */
  readonly before: number;
  /** `featuresOf` the hyperparameters it was trained with. */
  readonly features: readonly number[];
}

/** What slowStep keeps of recent generations. */
export interface Record_ {
  /** Per lineage: step and φ at its last boundary. */
  readonly last: Json;
  /** Newest gains, oldest first: `[generation, member, rate, before, …features]`. */
  readonly gains: Json;
}

const MOST = 200;

export function readGains(record: Json | undefined): Gain[] {
  const { gains } = (record ?? {}) as { readonly gains?: readonly (readonly number[])[] };
  return (gains ?? []).map(([generation, member, rate, before, ...features]) => ({
    generation: generation!,
    member: member!,
    rate: rate!,
    before: before!,
    features,
  }));
}

/** The record after the evaluations of a slow step, before anybody copies. */
export function observeRecord(record: Json | undefined, input: FitnessInput): Json {
  const { evaluations, population, ready, sign, space } = input;
  const before = (record ?? {}) as { readonly [name: string]: Json };
  const last = readLineages(before["last"]);
  const gains = [...((before["gains"] ?? []) as readonly Json[])];
  const members = new Map(population.members.map((member) => [member.id, member]));
  const isReady = new Set(ready);
  for (const evaluation of evaluations) {
    const { member, step } = evaluation;
    const value = signedValue(evaluation, sign);
    if (value === null || !isReady.has(member)) continue;
    const past = last.get(member);
    if (past !== undefined && step > past[0]!) {
      const { hyperparameters, generation } = members.get(member)!;
      gains.push([
        generation,
        member,
        (value - past[1]!) / (step - past[0]!),
        past[1]!,
        ...featuresOf(space, hyperparameters),
      ]);
    }
    last.set(member, [step, value]);
  }
  return { last: writeLineages(last), gains: gains.slice(-MOST) };
}

/** The record after the copies of a slow step. */
export function closeRecord(
  record: Json,
  _population: Population,
  decisions: readonly Decision[],
  _ready: readonly MemberId[],
): Json {
  const copies: Copy[] = decisions.flatMap(({ member, donor }) =>
    donor === null || donor === member ? [] : [{ member, donor }],
  );
  const { last, ...rest } = record as { readonly [name: string]: Json };
  return { ...rest, last: inheritLineages(last, copies) };
}
