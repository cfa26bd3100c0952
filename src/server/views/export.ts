import type { Hyperparameters, Value } from "../../space/index.ts";
import { nameOf } from "../data/facts.ts";
import { fanLevels } from "../data/generationTable.ts";
import type { OpenRun } from "../openRun.ts";
import { everyMember } from "./growing.ts";
import { legsOf, nodeOf, scheduleOf } from "./members.ts";

/** One line of CSV; a text that a spreadsheet would run as a formula gets an apostrophe. */
export function csvLine(values: readonly (Value | null | undefined)[]): string {
  return values
    .map((value) => {
      const text = value === null || value === undefined || Number.isNaN(value) ? "" : String(value);
      const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
      return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
    })
    .join(",");
}

/** Which data to export in full. */
export type ExportKind = "evaluations" | "samples" | "generations";

/** Lines of CSV, made one by one: no export is ever in memory as a whole. */
export function exportLines(run: OpenRun, what: ExportKind): Iterable<string> {
  if (what === "samples") return samples(run);
  return what === "generations" ? generations(run) : evaluations(run);
}

function* evaluations(run: OpenRun): IterableIterator<string> {
  const { facts, reader } = run;
  const names = facts.space.names;
  yield csvLine([
    "generation",
    "member",
    "fromStep",
    "step",
    facts.metric.name,
    "status",
    "donor",
    "founder",
    ...names,
  ]);
  const { segments } = run.fold;
  const current = new Map<number, Hyperparameters>();
  let row = 0;
  for (const { kind, member, body } of reader.briefDecisions()) {
    if (kind === "founder" || kind === "decision") {
      current.set(member!, body["hyperparameters"] as Hyperparameters);
    }
    if (kind !== "evaluation" || row >= segments.count) continue;
    const hyperparameters = facts.legs[row]?.hyperparameters ?? current.get(member!) ?? {};
    const donor = segments.donor.at(row);
    yield csvLine([
      segments.generation.at(row),
      nameOf(facts, member!),
      segments.fromStep.at(row),
      body["step"] as number,
      (body["value"] ?? null) as number | null,
      body["status"] === "failed" ? `failed: ${String((body["cause"] ?? "") as string)}` : "ok",
      donor < 0 ? "" : nameOf(facts, donor),
      nameOf(facts, segments.founder.at(row)),
      ...names.map((name) => hyperparameters[name]),
    ]);
    row++;
  }
}

function* samples(run: OpenRun): IterableIterator<string> {
  const { facts, reader } = run;
  yield csvLine(["member", "metric", "step", "value"]);
  for (const member of everyMember(run)) {
    for (const metric of reader.metricNames()) {
      for (const { step, value } of reader.everyMetric(metric, member))
        yield csvLine([nameOf(facts, member), metric, step, value]);
    }
  }
}

function* generations({ facts, fold }: OpenRun): IterableIterator<string> {
  const names = facts.space.names;
  const table = fold.generations!;
  const perTrait = ["change", "selection", "transmission", "diversity", "mean"] as const;
  yield csvLine([
    "generation",
    "step",
    ...fanLevels.map((level) => `q${100 * level}`),
    "bestSoFar",
    "copies",
    "failed",
    "alive",
    "founders",
    "lineages",
    "effectiveSize",
    "ancestorAge",
    "differential",
    ...names.flatMap((name) => perTrait.map((trait) => `${trait}.${name}`)),
  ]);
  for (let g = 0; g < table.count; g++) {
    yield csvLine([
      table.generation.at(g),
      table.step.at(g),
      ...fanLevels.map((_, i) => table.quantiles.at(g * fanLevels.length + i)),
      table.bestSoFar.at(g),
      table.copies.at(g),
      table.failed.at(g),
      table.alive.at(g),
      table.founders.at(g),
      table.lineages.at(g),
      table.effectiveSize.at(g),
      table.ancestorAge.at(g),
      table.differential.at(g),
      ...names.flatMap((_, k) => perTrait.map((trait) => table[trait].at(g * names.length + k))),
    ]);
  }
}

/** A member's schedule, as `polytempo schedule --csv` writes it. */
export function* scheduleLines(
  run: OpenRun,
  member: number,
  generation: number | undefined,
): IterableIterator<string> {
  const names = run.facts.space.names;
  const node = nodeOf(run, member, generation);
  yield csvLine(["fromStep", ...names]);
  for (const { fromStep, hyperparameters } of node < 0 ? [] : scheduleOf(legsOf(run, node))) {
    yield csvLine([fromStep, ...names.map((name) => hyperparameters[name])]);
  }
}
