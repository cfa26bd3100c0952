import { plainNumber } from "../../figures/index.ts";
import { type Judged, selectionText } from "../analysis/verdict.ts";
import { nameOf, signOf } from "../data/facts.ts";
import type { OpenRun } from "../openRun.ts";
import { controlOf } from "./control.ts";
import type { Answers, SeparationSummary } from "../types.ts";
import { generationsOf } from "./totals.ts";

const short = (value: number): string => plainNumber(Number(value.toPrecision(3)));
const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** One sentence for each question of the overview, computed from the run. */
export function answersOf(run: OpenRun, separation: SeparationSummary, slices: readonly Judged[]): Answers {
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
  const total = generationsOf(run);
  const place = `generation ${table.count}${total === null ? "" : ` of ${total}`}`;
  let found = last;
  while (found > 0 && table.bestSoFar.at(found - 1) === now) found--;
  const by = `Best ${facts.metric.name} ${short(now)} by ${nameOf(facts, table.bestSoFarMember.at(found))}`;
  // Asynchronous members count their own generations, and a row here is a window over all of them.
  const own = facts.mode === "asynchronous" && fold.best?.value === now ? fold.best.generation : null;
  const stood = `${by} in ${own === null ? `generation ${found + 1}` : `its generation ${own + 1}`}; now ${place}`;
  if (back === 0 || Number.isNaN(before)) return `${stood}.`;
  const since = last - found;
  if (before === now)
    return `${stood}, no better for ${since} ${since === 1 ? "generation" : "generations"}.`;
  const change =
    before === 0
      ? `by ${short(Math.abs(now - before))}`
      : percentChange(Math.abs((now - before) / before), now, before);
  return `${stood}, ${signOf(facts) > 0 ? "up" : "down"} ${change} in ${back} ${back === 1 ? "generation" : "generations"}.`;
}

function percentChange(share: number, now: number, before: number): string {
  return share < 0.005 || share > 10 ? `by ${short(Math.abs(now - before))}` : percent(share);
}

function winning({ fold, facts }: OpenRun): string {
  const counts = new Map<number, number>();
  for (const { founder } of fold.members) counts.set(founder, (counts.get(founder) ?? 0) + 1);
  const [[founder, count] = [0, 0]] = [...counts].toSorted((a, b) => b[1] - a[1] || a[0] - b[0]);
  const of = `${count} of ${fold.members.length} members`;
  if (fold.members.length === 1) return "One member, and nobody to compare it with.";
  return counts.size === 1
    ? `All ${fold.members.length} members descend from ${nameOf(facts, founder)}.`
    : `${nameOf(facts, founder)} leads with ${of}; ${counts.size} founders survive.`;
}

/** The hyperparameter whose mean moved furthest over the run, in encoded units, and the category that gained or lost most. */
function moving(run: OpenRun): string {
  const { fold, facts } = run;
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
  const shares = sharesMoved(run);
  if (best.shift < 0.02) {
    return shares === null
      ? "No hyperparameter's mean has moved by more than 2 % of its range, and no category's share by more than 10 %."
      : `${shares.name} moved furthest: ${shares.text}`;
  }
  const law = facts.space.distributions[best.law]!;
  const show = (at: number): string => {
    const value = law.decode(at);
    return typeof value === "number" ? short(value) : String(value);
  };
  const further = shares === null ? "" : ` Of ${shares.name}, ${shares.text}`;
  return `${best.name} moved furthest: its mean went from ${show(best.from)} to ${show(best.to)}.${further}`;
}

/** The category whose share of the members changed most from the first to the newest generation; null: none by a tenth. */
function sharesMoved({ fold, facts }: OpenRun): { readonly name: string; readonly text: string } | null {
  const table = fold.generations!;
  const { segments } = fold;
  const sharesOf = (g: number, k: number): ReadonlyMap<string, number> => {
    const end = g + 1 < table.count ? table.firstRow.at(g + 1) : segments.count;
    const found = new Map<string, number>();
    const first = table.firstRow.at(g);
    for (let row = first; row < end; row++) {
      const value = String(facts.space.distributions[k]!.decode(segments.coordinate(row, k)));
      found.set(value, (found.get(value) ?? 0) + 1 / (end - first));
    }
    return found;
  };
  let best = { name: "", value: "", from: 0, to: 0 };
  for (const [k, name] of facts.space.names.entries()) {
    if (facts.space.distributions[k]!.topology !== "unordered") continue;
    const [from, to] = [sharesOf(0, k), sharesOf(table.count - 1, k)];
    for (const value of new Set([...to.keys(), ...from.keys()])) {
      const moved = { name, value, from: from.get(value) ?? 0, to: to.get(value) ?? 0 };
      const further = Math.abs(moved.to - moved.from) - Math.abs(best.to - best.from);
      if (further > 1e-9 || (further > -1e-9 && moved.to > moved.from && best.to < best.from)) best = moved;
    }
  }
  if (Math.abs(best.to - best.from) < 0.1) return null;
  const { name, value, from, to } = best;
  return {
    name,
    text: `${value} ${to > from ? "rose" : "fell"} from ${percent(from)} to ${percent(to)} of the members.`,
  };
}

function selection({ facts }: OpenRun, slices: readonly Judged[]): string {
  const { names, distributions } = facts.space;
  const none = controlOf(facts.rules)?.panel ?? null;
  const text = selectionText(slices, (name) => distributions[names.indexOf(name)]!, none === null);
  return none === null ? text : `${text} ${none}`;
}

/** How long one lineage needed to take over is another number than how long ago its newest common state was. */
const tookText = (took: number | null): string =>
  took === null
    ? ""
    : ` (the last takeover needed ${short(took)} ${short(took) === "1" ? "generation" : "generations"})`;

function diverse({ fold, facts }: OpenRun): string {
  const table = fold.generations!;
  const last = table.count - 1;
  const lineages = table.lineages.at(last);
  const age = table.ancestorAge.at(last);
  const common = Number.isNaN(age)
    ? "no common ancestor yet"
    : `all members descend from one state ${age} ${age === 1 ? "generation" : "generations"} ago${tookText(fold.diagnostics?.temporal?.coalescence?.took ?? null)}`;
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
