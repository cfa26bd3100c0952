import type { Json } from "../space/index.ts";
import type { Block } from "./blocks.ts";
import type { RunAnswers } from "./ask.ts";
import { count, date, duration, number, shown, times } from "./numbers.ts";

type Table = Extract<Block, { readonly kind: "table" }>;

const table = (
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  folded = false,
): Table => ({
  kind: "table",
  caption,
  head,
  rows,
  ...(folded ? { folded } : {}),
});

/** What came out, and what it cost. */
export function outcome({ run, manifest }: RunAnswers): Table {
  const { best, selected, metric } = manifest;
  const { fold } = run;
  const rows: [string, string][] = [];
  if (best !== null) {
    const again = best.again;
    rows.push([
      "winner",
      `${manifest.names[best.member] ?? `m${best.member}`}, generation ${best.generation + 1}, step ${count(best.step)}`,
    ]);
    if (again !== null) {
      const spread =
        again.interval === null ? "" : ` (95 %: ${number(again.interval[0])} … ${number(again.interval[1])})`;
      rows.push([
        `${metric.name}, evaluated anew ${times(again.evaluations, "time")}`,
        `${number(again.mean)}${spread}`,
      ]);
    }
    rows.push([`${metric.name}, as selected`, number(best.value)]);
  }
  const { soup } = manifest;
  if (soup != null) {
    rows.push([
      `soup of ${soup.of.length} finalists, ${metric.name} anew`,
      `${number(soup.mean)}${soup.interval === null ? "" : ` (95 %: ${number(soup.interval[0])} … ${number(soup.interval[1])})`}`,
    ]);
  }
  if (selected !== null) {
    rows.push([
      "best value ever seen",
      `${number(selected.value)} by ${manifest.names[selected.member] ?? selected.member}`,
    ]);
  }
  rows.push(
    [
      "generations",
      manifest.generations === null
        ? String(manifest.generation)
        : `${manifest.generation} of ${manifest.generations}`,
    ],
    ["steps over all members", count(fold.memberSteps)],
    ["copies", count(fold.copies)],
    ["failed segments", count(fold.failures)],
    ["members alive at the end", `${manifest.alive} of ${manifest.members}`],
  );
  if (manifest.startedMs !== null) {
    rows.push(
      ["began", date(manifest.startedMs)],
      ["lasted", duration(Math.max(0, (run.operations.lastMs ?? manifest.startedMs) - manifest.startedMs))],
    );
  }
  rows.push(["state", manifest.standing]);
  return table("Outcome", ["", ""], rows);
}

/** The schedule of the winner, one row per setting. */
export function scheduleTable({ manifest, winner }: RunAnswers): Table | null {
  if (winner === null || winner.schedule.length === 0) return null;
  const names = manifest.hyperparameters.map(({ name }) => name);
  return table(
    `Schedule of ${winner.row.name}`,
    ["from step", "until step", ...names],
    winner.schedule.map(({ fromStep, untilStep, hyperparameters }) => [
      count(fromStep),
      count(untilStep),
      ...names.map((name) => shown(hyperparameters[name])),
    ]),
    winner.schedule.length > 24,
  );
}

export function finalistsTable({ manifest }: RunAnswers): Table | null {
  const { finalists, metric, names } = manifest;
  if (finalists.length === 0) return null;
  return table(
    "Finalists, evaluated anew with fresh keys",
    ["place", "member", "step", `${metric.name}, as selected`, "anew", "95 % interval", "times"],
    finalists.map(({ rank, member, step, selected, again }) => [
      String(rank),
      names[member] ?? `m${member}`,
      count(step),
      number(selected),
      number(again?.mean),
      again === null || again.interval === null
        ? "–"
        : `${number(again.interval[0])} … ${number(again.interval[1])}`,
      String(again?.evaluations ?? 0),
    ]),
  );
}

export const spaceTable = ({ manifest }: RunAnswers): Table =>
  table(
    "Hyperparameters",
    ["name", "law"],
    manifest.hyperparameters.map(({ name, law }) => [name, law]),
  );

/** Quality or noise? With what each number means. */
export const qualityTable = ({ manifest }: RunAnswers): Table =>
  table(
    "Quality or noise?",
    ["quantity", "at the newest slow step", "what it is"],
    manifest.quality.rows.map(({ name, value, means }) => [name, value, means]),
  );

/** Everything that fixes the run, by path. */
export function settingsTable({ run }: RunAnswers): Table {
  const { space: _, founders: __, legs: ___, ...body } = run.facts.body;
  return table(
    "Settings",
    ["setting", "value"],
    flatten(body).map(([path, value]) => [path, value]),
  );
}

export function environmentTable({ manifest, run }: RunAnswers, version: string): Table {
  return table(
    "Environment",
    ["", ""],
    [
      ["polytempo", version],
      ...flatten(manifest.environment).filter(([path]) => !path.startsWith("record.command")),
      ["decision log", `${count(manifest.seq)} events, digest ${run.reader.decisionDigest()}`],
      ["hyperparameters echoed by the trainer", manifest.verified ? "yes" : "no"],
    ],
  );
}

function flatten(value: Json | { readonly [name: string]: Json }, path = ""): [string, string][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value === null ? [] : [[path, typeof value === "string" ? value : JSON.stringify(value)]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    flatten(inner as Json, path === "" ? name : `${path}.${name}`),
  );
}

export function membersTable({ manifest, members }: RunAnswers): Table {
  const names = manifest.hyperparameters.map(({ name }) => name);
  const sorted = members.members.toSorted(
    (a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || a.member - b.member,
  );
  return table(
    `All ${count(sorted.length)} members at the end, best first`,
    ["member", manifest.metric.name, ...names, "founder", "copied by", "state"],
    sorted.map((row) => [
      row.name,
      number(row.value),
      ...names.map((name) => shown(row.hyperparameters[name])),
      manifest.names[row.founder] ?? `m${row.founder}`,
      String(row.children),
      row.status === "failed" ? `failed: ${row.cause}` : row.status,
    ]),
    true,
  );
}

/** Interventions, failures and warnings; null when there were none. */
export function happenedTable({ happened, manifest }: RunAnswers): Table | null {
  const { entries, next } = happened;
  if (entries.length === 0) return null;
  const more = next === null ? "" : ` (the newest ${entries.length})`;
  return table(
    `Failures, warnings, interventions${more}`,
    ["generation", "member", "what", ""],
    entries.map(({ generation, member, kind, text }) => [
      generation === null ? "–" : String(generation + 1),
      member === null ? "–" : (manifest.names[member] ?? `m${member}`),
      kind,
      text,
    ]),
    entries.length > 12,
  );
}
