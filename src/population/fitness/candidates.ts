import type { Json } from "../../space/index.ts";
import type { Copy, Evaluation, FitnessInput, MemberId } from "../types.ts";
import { blended, blendInitial, inheritBlend } from "./blend.ts";
import { type Estimate, type EstimateOptions, estimateFitness } from "./estimate.ts";
import { intervalMean } from "./lineageFitness.ts";
import { inheritLineages, readLineages, writeLineages } from "./lineages.ts";
import { extendPool, present, readPool, writePool } from "./observations.ts";
import { inheritTransition, transitionInitial, transitionScores } from "./transition.ts";

/** Scores that `autoFitness` tries beside the instantaneous one. */
export const candidateNames = ["average", "lineageEma", "effective", "blend", "transition"] as const;
export type CandidateName = (typeof candidateNames)[number];

const estimation: Required<EstimateOptions> = {
  estimator: "gp",
  averaged: true,
  generations: 5,
  decay: 0.8,
};
const model = { estimator: "quad", generations: 8, decay: 0.8, horizon: 2 } as const;
const EMA = 0.5;

export interface CandidateScores {
  /** φ of everybody who can be compared. */
  readonly last: ReadonlyMap<MemberId, number>;
  /** Scores of each candidate that has one for everybody. */
  readonly of: ReadonlyMap<CandidateName, ReadonlyMap<MemberId, number>>;
  readonly estimates: ReadonlyMap<MemberId, Estimate>;
  /** n_eff of the regression behind the effective fitness. */
  readonly pooled: number;
  /** Why a candidate has none. */
  readonly lacking: ReadonlyMap<CandidateName, string>;
}

export const candidatesInitial: Json = {
  pool: [],
  ema: {},
  blend: blendInitial,
  transition: transitionInitial,
};

/** All candidates' scores at one slow step, and their memory after it. */
export function scoreCandidates(
  memory: Json,
  input: FitnessInput,
): { readonly scores: CandidateScores; readonly memory: Json } {
  const before = memory as { readonly [name: string]: Json };
  const now = present(input, estimation.averaged);
  const pool = readPool(before["pool"]);
  const estimated = estimateFitness(now, pool, estimation, input);
  const mixture = blended(before["blend"]!, now, estimated, input);
  const predicted = transitionScores(before["transition"]!, present(input, false), model, input);
  const average = averages(input.evaluations, now.last, input.sign);

  const ema = readLineages(before["ema"]);
  const smooth = new Map<MemberId, number>();
  for (const [member, mean] of average) {
    const past = ema.get(member)?.[0];
    const value = past === undefined ? mean : now.ready.has(member) ? (1 - EMA) * past + EMA * mean : past;
    smooth.set(member, value);
    if (now.ready.has(member)) ema.set(member, [value]);
  }

  const of = new Map<CandidateName, ReadonlyMap<MemberId, number>>([
    ["average", average],
    ["lineageEma", smooth],
  ]);
  const lacking = new Map<CandidateName, string>();
  if (estimated.lacking === null) {
    of.set("effective", new Map([...estimated.of].map(([member, { mean }]) => [member, mean])));
    of.set("blend", mixture.scores);
  } else {
    lacking.set("effective", estimated.lacking);
    lacking.set("blend", estimated.lacking);
  }
  if (predicted.lacking === null) of.set("transition", predicted.scores);
  else lacking.set("transition", predicted.lacking);
  return {
    scores: { last: now.last, of, estimates: estimated.of, pooled: estimated.pooled, lacking },
    memory: {
      pool: writePool(extendPool(pool, now, estimation.generations, input)),
      ema: writeLineages(ema),
      blend: mixture.memory,
      transition: predicted.memory,
    },
  };
}

export function inheritCandidates(memory: Json, copies: readonly Copy[]): Json {
  const { pool, ema, blend, transition } = memory as { readonly [name: string]: Json };
  return {
    pool: pool!,
    ema: inheritLineages(ema, copies),
    blend: inheritBlend(blend!, copies),
    transition: inheritTransition(transition!, copies),
  };
}

function averages(
  evaluations: readonly Evaluation[],
  last: ReadonlyMap<MemberId, number>,
  sign: 1 | -1,
): Map<MemberId, number> {
  const of = new Map(evaluations.map((evaluation) => [evaluation.member, evaluation]));
  return new Map([...last.keys()].map((member) => [member, intervalMean(of.get(member)!, sign)]));
}
