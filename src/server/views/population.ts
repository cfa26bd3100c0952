import { column, type Columns } from "../../figures/index.ts";
import { badParameter } from "../failure.ts";
import type { OpenRun } from "../openRun.ts";
import type { PopulationMeta, ProgressionMeta, SharesMeta } from "../types.ts";
import { densityBins } from "../data/generationTable.ts";
import { hyperparametersOf } from "../data/facts.ts";

/** Rows that one answer holds at most: 1000 members over 100 generations. */
const mostRows = 100_000;

/** Members at the boundaries of closed generations `from` … `until`. */
export function populationView(run: OpenRun, from: number, until: number): Columns<PopulationMeta> {
  const { fold, facts } = run;
  const { segments } = fold;
  const table = fold.generations!;
  const k = facts.space.names.length;
  const [first, end] = [rowsBefore(run, from), rowsBefore(run, until + 1)];
  const rows = Math.max(0, end - first);
  if (rows > mostRows) throw badParameter(`from, until: ${rows} rows; at most ${mostRows} at once`);
  const at = Array.from({ length: rows }, (_, i) => first + i);
  const generation = new Uint32Array(rows);
  for (let g = from; g <= Math.min(until, table.count - 1); g++) {
    generation.fill(g, rowsBefore(run, g) - first, rowsBefore(run, g + 1) - first);
  }
  return {
    meta: { traits: facts.space.names, from, until, founders: fold.founders },
    arrays: {
      generation: column(generation),
      member: column(segments.member.slice(first, end)),
      founder: column(segments.founder.slice(first, end)),
      donor: column(segments.donor.slice(first, end)),
      status: column(
        Uint8Array.from(at, (row) => (segments.failed.at(row) === 1 ? 1 : isRetired(run, row) ? 2 : 0)),
      ),
      value: column(segments.value.slice(first, end)),
      score: column(segments.score.slice(first, end)),
      step: column(segments.untilStep.slice(first, end)),
      coordinates: { shape: [rows, k], values: segments.coordinates.slice(first * k, end * k) },
    },
  };
}

/** Segment rows before the g-th closed generation. */
function rowsBefore({ fold }: OpenRun, g: number): number {
  const table = fold.generations!;
  if (g < table.count) return table.firstRow.at(Math.max(0, g));
  return fold.segments.count;
}

/** Its last row of a member who trains no more. */
function isRetired({ fold, facts }: OpenRun, row: number): boolean {
  const member = fold.members[facts.legs.length > 0 ? 0 : fold.segments.member.at(row)];
  return member !== undefined && member.retired && member.lastRow === row;
}

/** How one hyperparameter moved. @throws Refusal 400 when the space has no such hyperparameter */
export function progressionView(run: OpenRun, name: string): Columns<ProgressionMeta> {
  const { fold, facts } = run;
  const table = fold.generations!;
  const k = facts.space.names.indexOf(name);
  if (k < 0)
    throw badParameter(`name: needs one of ${facts.space.names.join(", ")}, got ${name.slice(0, 40)}`);
  const width = facts.space.names.length;
  const count = table.count;
  const density = new Float32Array(count * densityBins);
  for (let g = 0; g < count; g++) {
    const start = (g * width + k) * densityBins;
    density.set(table.density.slice(start, start + densityBins), g * densityBins);
  }
  const pick = (values: { at(i: number): number }) =>
    Float64Array.from({ length: count }, (_, g) => values.at(g * width + k));
  return {
    meta: {
      name,
      bins: densityBins,
      scale: hyperparametersOf(facts)[k]!.scale,
      members: facts.members,
      winner: (fold.winner ?? fold.best)?.member ?? null,
    },
    arrays: {
      density: { shape: [count, densityBins], values: density },
      generation: column(table.generation.slice()),
      mean: column(pick(table.mean)),
      weighted: column(pick(table.weighted)),
      winner: column(winnerPath(run, k, count)),
      founders: column(Float32Array.from(fold.founders, (founder) => founder[k]!)),
      atBound: column(Float32Array.from({ length: count }, (_, g) => table.atBound.at(g * width + k))),
    },
  };
}

/** The ancestry of the best evaluation, by closed generation. */
function winnerPath({ fold, facts }: OpenRun, k: number, count: number): Float64Array {
  const out = new Float64Array(count).fill(Number.NaN);
  const best = fold.winner ?? fold.best;
  if (best === null) return out;
  const row = fold.segments.rowOf(best.member, best.generation);
  for (const [place, at] of fold.segments.path(row).entries()) {
    const g = facts.legs.length > 0 ? place : fold.segments.generation.at(at);
    if (g < count) out[g] = fold.segments.coordinate(at, k);
  }
  return out;
}

/** Bands of the Muller plot; the rest goes to "other". */
export const mostBands = 8;

/** Founders' shares after each closed generation. */
export function sharesView(run: OpenRun): Columns<SharesMeta> {
  const { fold, facts } = run;
  const table = fold.generations!;
  const peak = new Map<number, number>();
  const spanOf = (g: number): [number, number] => [
    table.shareStart.at(g),
    g + 1 < table.count ? table.shareStart.at(g + 1) : table.shareFounder.length,
  ];
  for (let g = 0; g < table.count; g++) {
    const [start, end] = spanOf(g);
    for (let i = start; i < end; i++) {
      const founder = table.shareFounder.at(i);
      // The newest generation's shares count double: the survivors are what people look for.
      const weight = table.shareCount.at(i) * (g === table.count - 1 ? 2 : 1);
      peak.set(founder, Math.max(peak.get(founder) ?? 0, weight));
    }
  }
  const ranked = [...peak].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]).map(([founder]) => founder);
  const all = ranked.length <= mostBands;
  const bands = [...ranked.slice(0, mostBands), ...(all ? [] : [-1])];
  const place = new Map(bands.map((founder, i) => [founder, i]));
  const shares = new Float32Array(table.count * bands.length);
  for (let g = 0; g < table.count; g++) {
    const [start, end] = spanOf(g);
    let total = 0;
    for (let i = start; i < end; i++) total += table.shareCount.at(i);
    for (let i = start; i < end; i++) {
      const band = place.get(table.shareFounder.at(i)) ?? bands.length - 1;
      const at = g * bands.length + band;
      shares[at] = shares[at]! + table.shareCount.at(i) / total;
    }
  }
  return {
    meta: {
      founders: bands,
      surviving: facts.legs.length > 0 ? 1 : new Set(fold.members.map(({ founder }) => founder)).size,
    },
    arrays: {
      generation: column(table.generation.slice()),
      shares: { shape: [table.count, bands.length], values: shares },
    },
  };
}
