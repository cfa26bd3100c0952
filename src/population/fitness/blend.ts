import type { Json } from "../../space/index.ts";
import { demand } from "../options.ts";
import type { Fitness, FitnessInput, MemberId, Score } from "../types.ts";
import {
  type EstimateOptions,
  estimateDefaults,
  type Estimated,
  estimateFitness,
  estimateRequirements,
  short,
} from "./estimate.ts";
import { inheritLineages, readLineages, writeLineages } from "./lineages.ts";
import { extendPool, type Present, present, readPool, writePool } from "./observations.ts";
import {
  type Lagged,
  noPersistence,
  observePersistence,
  type Persistence,
  persistence,
} from "./persistence.ts";

export interface BlendOptions extends EstimateOptions {}

/** Memory of `blend` apart from its pool. Lineages: residuals one and two boundaries ago, in units of their spread. */
interface BlendMemory {
  readonly lineages: Json;
  readonly products: Persistence;
}

export const blendInitial: Json = { lineages: {}, products: { ...noPersistence } };

/** ρ before anything was observed. */
const START = 0.5;

/**
 * BLEND: effective fitness where the clocks are separated, the present value where they are not.
 *
 *     s_i = F̂(h_i) + ρ̂ (φ_i − F̂(h_i))
 *
 * With an exponentially relaxing residual this is the best prediction of the fitness one interval ahead: ρ → 0 gives F̂,
 * ρ → 1 the instantaneous fitness. ρ̂ is measured along the lineages of this run, free of evaluation noise where enough
 * generations exist. The residuals that it needs are inherited with copies.
 * @throws UsageError naming every option out of range
 * @see docs/effective-fitness.md
 */
export function blend(given: BlendOptions = {}): Fitness {
  const options = { ...estimateDefaults, ...given };
  demand("blend", estimateRequirements(options));
  return {
    spec: { kind: "blend", ...options },
    initial: { pool: [], ...(blendInitial as object) },
    score(memory, input) {
      const { pool: stored, ...own } = memory as { readonly [name: string]: Json };
      const now = present(input, options.averaged);
      const pool = readPool(stored);
      const estimated = estimateFitness(now, pool, options, input);
      const { rho, scores, memory: next } = blended(own, now, estimated, input);
      return {
        memory: { pool: writePool(extendPool(pool, now, options.generations, input)), ...(next as object) },
        scores: input.evaluations.map(({ member }): Score => {
          const phi = now.last.get(member);
          if (phi === undefined) return { member, score: null };
          const score = scores.get(member);
          const estimate = estimated.of.get(member);
          if (score === undefined || estimate === undefined) return { member, score: phi };
          return { member, score, detail: { estimate: short(estimate.mean) } };
        }),
        note:
          estimated.lacking === null
            ? `blend: persistence of an advantage over one interval ${rho.toFixed(2)}`
            : `blend: ${estimated.lacking}; last values are compared`,
      };
    },
    inherit: inheritBlend,
  };
}

export function inheritBlend(
  memory: Json,
  copies: readonly { readonly member: MemberId; readonly donor: MemberId }[],
): Json {
  const { lineages, ...rest } = memory as { readonly [name: string]: Json };
  return { ...rest, lineages: inheritLineages(lineages, copies) };
}

/** BLEND scores from an estimate of F, and the memory after them. */
export function blended(
  memory: Json,
  now: Present,
  estimated: Estimated,
  { population }: FitnessInput,
): { readonly rho: number; readonly scores: ReadonlyMap<MemberId, number>; readonly memory: Json } {
  const { lineages: stored, products: before } = memory as unknown as BlendMemory;
  const scores = new Map<MemberId, number>();
  if (estimated.lacking !== null) return { rho: persistence(before) ?? START, scores, memory };
  const residuals = new Map<MemberId, number>();
  let mean = 0;
  for (const [member, { mean: estimate }] of estimated.of) {
    const residual = now.last.get(member)! - estimate;
    residuals.set(member, residual);
    mean += residual / estimated.of.size;
  }
  let variance = 0;
  for (const residual of residuals.values()) variance += (residual - mean) ** 2 / residuals.size;
  const unit = variance > 0 ? Math.sqrt(variance) : 1;

  const lineages = readLineages(stored);
  const pairs: Lagged[] = [];
  for (const member of now.ready) {
    const residual = residuals.get(member);
    if (residual === undefined) continue;
    const scaled = (residual - mean) / unit;
    const past = lineages.get(member) ?? [];
    if (past.length > 0) {
      pairs.push(past.length > 1 ? [scaled, past[0]!, past[1]!] : [scaled, past[0]!]);
    }
    lineages.set(member, past.length > 0 ? [scaled, past[0]!] : [scaled]);
  }
  const active = population.members.filter(({ status }) => status === "active").length;
  const products =
    now.ready.size > 0
      ? observePersistence(before, pairs, now.ready.size / Math.max(now.ready.size, active))
      : before;
  const rho = persistence(products) ?? START;
  for (const [member, residual] of residuals) {
    scores.set(member, estimated.of.get(member)!.mean + rho * residual);
  }
  return {
    rho,
    scores,
    memory: { lineages: writeLineages(lineages), products: { ...products } },
  };
}
