import type { Json, SearchSpace } from "../../space/index.ts";
import { inheritLineages } from "../fitness/lineages.ts";
import type { Copy, Decision, MemberId, Population, Score } from "../types.ts";
import { coalesce } from "./coalescence.ts";
import { addDifferentials, average } from "./differentials.ts";
import { effectiveSize } from "./effectiveSize.ts";
import { extendGenealogy } from "./genealogy.ts";
import { extendLines } from "./lines.ts";
import { noiseSeeking } from "./noiseSeeking.ts";
import { offspring } from "./offspring.ts";
import { DECAY, readRecord } from "./record.ts";
import { selectionDifferential } from "./selectionDifferential.ts";
import type { Surface } from "./surface.ts";

/** The record after the copies of a slow step: who had offspring, how far mutation moved, who shares ancestors. */
export function closeRecord(
  observed: Json,
  before: Population,
  decisions: readonly Decision[],
  ready: readonly MemberId[],
  space: SearchSpace<unknown>,
  scores: readonly Score[],
): Json {
  const record = readRecord(observed);
  const active = before.members.filter(({ status }) => status === "active");
  const share = Math.min(1, ready.length / Math.max(1, active.length));
  const keep = DECAY ** share;
  const copies: Copy[] = decisions.flatMap(({ member, donor }) =>
    donor === null || donor === member ? [] : [{ member, donor }],
  );
  const steps = new Map(
    decisions.flatMap(({ donor, checkpoint }) =>
      donor === null || checkpoint === null ? [] : [[donor, checkpoint.step] as const],
    ),
  );
  const { counts } = offspring(before, decisions);
  const size = effectiveSize(counts);
  const decided = new Map(decisions.map(({ member, score }) => [member, score]));
  const scored = before.members.map(({ id }) => decided.get(id) ?? null);
  const differential = share === 1 ? selectionDifferential(scored, counts) : null;
  const seeking = share === 1 ? noiseSeeking(record.variances, before, counts) : null;
  return {
    ...record,
    last: inheritLineages(record.last, copies),
    lines: extendLines(record.lines, before, decisions, space),
    inverseSize: keep * record.inverseSize + (size === null ? 0 : 1 / size),
    time: keep * record.time + share,
    moves: moves(record.moves, before, decisions, space, keep),
    intensity: average(record.intensity, differential?.standardised ?? null, keep),
    noiseSeeking: average(record.noiseSeeking, seeking?.partial ?? null, keep),
    noiseCorrelation: average(record.noiseCorrelation, seeking?.plain ?? null, keep),
    differentials: addDifferentials(record.differentials, {
      before,
      counts,
      scores,
      heights: record.surface.heights,
      space,
      share,
      keep,
    }),
    genealogy: extendGenealogy(
      record.genealogy,
      before.members.map(({ id }) => id),
      copies,
      (donor) => steps.get(donor) ?? 0,
    ),
    // Between two looks at the fit, who copied has other hyperparameters than it was looked at with.
    surface: share === 1 ? record.surface : without(record.surface, copies),
    coalescence: coalesce(
      record.coalescence,
      before.members.map(({ id }) => id),
      copies,
      share,
    ),
  } as unknown as Json;
}

function without(surface: Surface, copies: readonly Copy[]): Surface {
  if (copies.length === 0) return surface;
  const gone = new Set(copies.map(({ member }) => `${member}`));
  return {
    ...surface,
    heights: Object.fromEntries(Object.entries(surface.heights).filter(([id]) => !gone.has(id))),
  };
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
