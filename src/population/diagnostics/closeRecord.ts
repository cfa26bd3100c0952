import { correlation, ranks } from "../../math/index.ts";
import type { Json, SearchSpace } from "../../space/index.ts";
import { inheritLineages } from "../fitness/lineages.ts";
import type { Copy, Decision, MemberId, Population } from "../types.ts";
import { coalesce } from "./coalescence.ts";
import { effectiveSize } from "./effectiveSize.ts";
import { offspring } from "./offspring.ts";
import { DECAY, readRecord } from "./record.ts";
import { selectionDifferential } from "./selectionDifferential.ts";

/** The record after the copies of a slow step: who had offspring, how far mutation moved, who shares ancestors. */
export function closeRecord(
  observed: Json,
  before: Population,
  decisions: readonly Decision[],
  ready: readonly MemberId[],
  space: SearchSpace<unknown>,
): Json {
  const record = readRecord(observed);
  const active = before.members.filter(({ status }) => status === "active");
  const share = Math.min(1, ready.length / Math.max(1, active.length));
  const keep = DECAY ** share;
  const copies: Copy[] = decisions.flatMap(({ member, donor }) =>
    donor === null || donor === member ? [] : [{ member, donor }],
  );
  const { counts } = offspring(before, decisions);
  const size = effectiveSize(counts);
  const scores = new Map(decisions.map(({ member, score }) => [member, score]));
  const scored = before.members.map(({ id }) => scores.get(id) ?? null);
  const differential = share === 1 ? selectionDifferential(scored, counts) : null;
  const seeking = share === 1 ? noiseSeeking(record.variances, before, counts) : null;
  return {
    ...record,
    last: inheritLineages(record.last, copies),
    inverseSize: keep * record.inverseSize + (size === null ? 0 : 1 / size),
    time: keep * record.time + share,
    moves: moves(record.moves, before, decisions, space, keep),
    intensity: average(record.intensity, differential?.standardised ?? null, keep),
    noiseSeeking: average(record.noiseSeeking, seeking, keep),
    coalescence: coalesce(
      record.coalescence,
      before.members.map(({ id }) => id),
      copies,
      share,
    ),
  } as unknown as Json;
}

/** Decaying mean with its weight. */
function average(
  [mean, weight]: readonly [number, number],
  value: number | null,
  keep: number,
): readonly [number, number] {
  if (value === null) return [mean, keep * weight];
  const next = keep * weight + 1;
  return [mean + (value - mean) / next, next];
}

/**
 * Partial rank correlation of members' fluctuations within the interval with their offspring, at equal mean over the
 * interval: without the mean, hyperparameters that are noisy *and* bad would hide that luck is being selected.
 */
function noiseSeeking(
  variances: { readonly [member: string]: readonly [number, number] },
  { members }: Population,
  counts: readonly number[],
): number | null {
  const rows = members.flatMap(({ id }, i): [number, number, number][] => {
    const found = variances[String(id)];
    return found === undefined ? [] : [[...found, counts[i]!]];
  });
  if (rows.length < 5) return null;
  const column = (k: 0 | 1 | 2) => ranks(rows.map((row) => row[k]));
  const [variance, mean, offspringRanks] = [column(0), column(1), column(2)];
  const kv = correlation(offspringRanks, variance);
  const km = correlation(offspringRanks, mean);
  const vm = correlation(variance, mean);
  const partial = (kv - km * vm) / Math.sqrt((1 - km * km) * (1 - vm * vm));
  return Number.isFinite(partial) ? partial : null;
}

/** Decaying Σ (child − parent)²/N over copies, per hyperparameter, in encoded coordinates: variance added by mutation. */
function moves(
  past: readonly number[],
  before: Population,
  decisions: readonly Decision[],
  space: SearchSpace<unknown>,
  keep: number,
): number[] {
  const parents = new Map(before.members.map((member) => [member.id, member.hyperparameters]));
  const sums = space.names.map((_, d) => keep * (past[d] ?? 0));
  for (const { donor, hyperparameters } of decisions) {
    const parent = donor === null ? undefined : parents.get(donor);
    if (parent === undefined) continue;
    for (const [d, distribution] of space.distributions.entries()) {
      const name = space.names[d]!;
      if (distribution.topology === "unordered" || parent[name] === hyperparameters[name]) continue;
      const move = distribution.encode(hyperparameters[name]!) - distribution.encode(parent[name]!);
      sums[d]! += (move * move) / before.members.length;
    }
  }
  return sums;
}
