import { plainNumber } from "../../figures/index.ts";
import { generationsOf, nameOf, signOf } from "../data/facts.ts";
import type { OpenRun } from "../openRun.ts";
import type { Answers, SeparationSummary, Slice, SliceSet } from "../types.ts";

const short = (value: number): string => plainNumber(Number(value.toPrecision(3)));
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** One sentence for each question of the overview, computed from the run. */
export function answersOf(run: OpenRun, separation: SeparationSummary, slices: SliceSet | null): Answers {
  const { fold } = run;
  const table = fold.generations;
  if (table === null || table.count === 0) {
    const nothing = "No generation is closed yet.";
    return {
      improving: nothing,
      winning: nothing,
      moving: nothing,
      selection: nothing,
      separation: separation.text,
      diverse: nothing,
    };
  }
  return {
    improving: improving(run),
    winning: winning(run),
    moving: moving(run),
    selection: selection(run, slices),
    separation: separation.text,
    diverse: diverse(run),
  };
}

/** How the best changed over the last quarter of the run so far. */
function improving(run: OpenRun): string {
  const { fold, facts } = run;
  const table = fold.generations!;
  const last = table.count - 1;
  const now = table.bestSoFar.at(last);
  if (Number.isNaN(now)) return "No member has a value yet.";
  const back = Math.min(last, Math.max(1, Math.round(table.count / 4)));
  const before = table.bestSoFar.at(last - back);
  const total = generationsOf(facts, fold.stop);
  const place = total === null ? `generation ${table.count}` : `generation ${table.count} of ${total}`;
  const stood = `Best ${facts.metric.name} ${short(now)} by ${nameOf(facts, table.bestSoFarMember.at(last))} at ${place}`;
  if (back === 0 || Number.isNaN(before)) return `${stood}.`;
  if (before === now) return `${stood}; no better for ${back} generations or more.`;
  const change =
    before === 0
      ? `by ${short(Math.abs(now - before))}`
      : percentChange(Math.abs((now - before) / before), now, before);
  return `${stood}; ${signOf(facts) > 0 ? "up" : "down"} ${change} in ${back} generations.`;
}

function percentChange(share: number, now: number, before: number): string {
  return share < 0.005 || share > 10 ? `by ${short(Math.abs(now - before))}` : percent(share);
}

function winning({ fold, facts }: OpenRun): string {
  const counts = new Map<number, number>();
  for (const { founder } of fold.members) counts.set(founder, (counts.get(founder) ?? 0) + 1);
  const [[founder, count] = [0, 0]] = [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  const of = `${count} of ${fold.members.length} members`;
  return counts.size === 1
    ? `All ${fold.members.length} members descend from ${nameOf(facts, founder)}.`
    : `${nameOf(facts, founder)} leads with ${of}; ${counts.size} founders survive.`;
}

/** The hyperparameter whose mean moved furthest over the run, in encoded units. */
function moving({ fold, facts }: OpenRun): string {
  const table = fold.generations!;
  const k = facts.space.names.length;
  let best = { name: "", shift: 0, from: Number.NaN, to: Number.NaN, law: -1 };
  for (const [j, name] of facts.space.names.entries()) {
    const [from, to] = [table.mean.at(j), table.mean.at((table.count - 1) * k + j)];
    const shift = Math.abs(to - from);
    if (facts.space.distributions[j]!.topology !== "unordered" && shift > best.shift) {
      best = { name, shift, from, to, law: j };
    }
  }
  if (best.shift < 0.02) return "No hyperparameter's mean has moved by more than 2 % of its range.";
  const law = facts.space.distributions[best.law]!;
  const show = (at: number): string => {
    const value = law.decode(at);
    return typeof value === "number" ? short(value) : String(value);
  };
  return `${best.name} moved furthest: its mean went from ${show(best.from)} to ${show(best.to)}.`;
}

/** Where some values are surely better than others: the lowest upper limit lies below the highest lower one. */
function depends({ low, high }: Slice): boolean {
  const lows = low.filter((value) => value !== null);
  const highs = high.filter((value) => value !== null);
  return lows.length > 1 && Math.max(...lows) > Math.min(...highs);
}

function selection(run: OpenRun, slices: SliceSet | null): string {
  const shown = (slices?.slices ?? []).filter(({ notIdentifiable }) => notIdentifiable === null);
  if (shown.length === 0) return "Not identifiable yet: too few evaluations, or too little spread.";
  const sure = shown.filter(depends);
  if (sure.length === 0) {
    return `No effect of ${shown.length === 1 ? shown[0]!.name : `any of ${shown.length} hyperparameters`} stands out of the noise: within the range at hand selection sees little but luck.`;
  }
  const span = ({ estimate }: Slice): number => {
    const known = estimate.filter((value) => value !== null);
    return Math.max(...known) - Math.min(...known);
  };
  const strongest = sure.toSorted((a, b) => span(b) - span(a)).slice(0, 3);
  const best = strongest.map((slice) => `${slice.name} (best near ${bestOf(run, slice)})`);
  const more = sure.length - strongest.length;
  return `Fitness depends on ${best.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** The value at the top of a slice. */
function bestOf({ facts }: OpenRun, { name, at, estimate }: Slice): string {
  let top = -1;
  for (const [i, value] of estimate.entries()) {
    if (value !== null && (top < 0 || value > estimate[top]!)) top = i;
  }
  const value = facts.space.distributions[facts.space.names.indexOf(name)]!.decode(at[top]!);
  return typeof value === "number" ? short(value) : String(value);
}

function diverse({ fold, facts }: OpenRun): string {
  const table = fold.generations!;
  const last = table.count - 1;
  const lineages = table.lineages.at(last);
  const age = table.ancestorAge.at(last);
  const common = Number.isNaN(age) ? "no common ancestor yet" : `a common ancestor ${age} generations ago`;
  const k = facts.space.names.length;
  const ordered = facts.space.names
    .map((name, j) => ({ name, now: table.diversity.at(last * k + j), begin: table.diversity.at(j) }))
    .filter(
      ({ begin, name }) =>
        begin > 0 && facts.space.distributions[facts.space.names.indexOf(name)]!.topology !== "unordered",
    )
    .toSorted((a, b) => a.now / a.begin - b.now / b.begin)[0];
  const spread =
    ordered === undefined
      ? ""
      : ` The spread of ${ordered.name} is ${percent(ordered.now / ordered.begin)} of the founders'.`;
  const number = short(lineages);
  return `${number} effective ${number === "1" ? "lineage" : "lineages"}, ${common}.${spread}`;
}
