import { closeSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Decision, Diagnostics, MemberId } from "../../population/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import { UsageError } from "../../errors/index.ts";
import { builtPage, Library, Routes, snapshotOf } from "../../server/index.ts";
import { type ExitCode, exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { type Record, withRecord } from "../record/open.ts";
import { csvLine } from "../text/csv.ts";
import { version } from "../version.ts";
import { print, type World } from "../world.ts";

export const exportRun: Implementation<"export"> = ({ values, words }, world) =>
  withRecord(world, words[0], async (record) => {
    const format = values.to ?? "csv";
    if (format !== "csv" && values.samples) {
      throw new UsageError(
        `polytempo export: --samples is for --to csv; --to ${format} is ${format === "jsonl" ? "the decision log" : "for the viewer"}`,
      );
    }
    if (values.diagnostics && (format !== "csv" || values.samples)) {
      throw new UsageError(
        `polytempo export: --diagnostics is for --to csv, without --samples${format === "jsonl" ? "; --to jsonl has them already" : ""}`,
      );
    }
    if (format === "snapshot") return await snapshot(record, values.output, world);
    const lines =
      format === "jsonl"
        ? record.reader.decisionLines()
        : values.samples
          ? samples(record)
          : values.diagnostics
            ? diagnosticRows(record)
            : evaluations(record);
    write(world, values.output, lines);
    return exitCodes.done;
  });

/** A file that the dashboard's page opens without a server: dropped on it, or within a report. */
async function snapshot({ place }: Record, output: string | undefined, world: World): Promise<ExitCode> {
  const file = output ?? `${place.name}.polytempo`;
  const library = new Library([place.directory]);
  try {
    const run = await library.open(place.name);
    const bytes = await snapshotOf([run], new Routes({ readOnly: true }), {
      version: version(),
      now: () => world.now(),
    });
    writeFileSync(resolve(world.cwd, file), bytes);
    print(world.err, [
      `snapshot  ${file}  ${Math.ceil(bytes.length / 1024)} kB`,
      `to look at it, open this file in a browser and drop the snapshot on it: ${join(builtPage(), "viewer.html")}`,
      "or drop it on the page of a running polytempo dashboard; polytempo report has the same views within one file",
    ]);
    return exitCodes.done;
  } finally {
    await library.close();
  }
}

function write(world: World, output: string | undefined, lines: Iterable<string>): void {
  const file = output === undefined ? null : openSync(resolve(world.cwd, output), "w");
  const put = (text: string): void => {
    if (file === null) world.out.write(text);
    else writeSync(file, text);
  };
  try {
    let held: string[] = [];
    for (const line of lines) {
      held.push(line);
      if (held.length < 1000) continue;
      put(`${held.join("\n")}\n`);
      held = [];
    }
    if (held.length > 0) put(`${held.join("\n")}\n`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

interface Row {
  readonly generation: number;
  readonly member: MemberId;
  readonly hyperparameters: Hyperparameters;
  readonly step: number;
  readonly value: number | null;
  readonly status: string;
}

/** One row per member and generation: what it was trained with, what came of it, what was decided. */
function* evaluations({ progress, reader, run }: Record): IterableIterator<string> {
  const name = (id: MemberId): string => progress.nameOf(id);
  yield csvLine([
    "generation",
    "member",
    "step",
    run.metric.name,
    "status",
    ...run.names,
    "score",
    "rank",
    "action",
    "donor",
    "reason",
  ]);
  const current = new Map<MemberId, Hyperparameters>();
  const open = new Map<MemberId, Row>();
  let leg = 0;
  const line = (row: Row, decision: Omit<Decision, "member"> | null): string =>
    csvLine([
      row.generation,
      name(row.member),
      row.step,
      row.value,
      row.status,
      ...run.names.map((key) => row.hyperparameters[key]),
      decision?.score,
      decision?.rank,
      decision?.action,
      decision === null || decision.donor === null ? "" : name(decision.donor),
      decision?.reason,
    ]);
  for (const { kind, member, generation, body } of reader.decisions()) {
    if (kind === "founder") current.set(member!, body["hyperparameters"] as Hyperparameters);
    if (kind === "evaluation") {
      const status = body["status"] === "failed" ? `failed: ${String(body["cause"] as string)}` : "ok";
      const row: Row = {
        generation,
        member: member!,
        hyperparameters: run.legs[leg++]?.hyperparameters ?? current.get(member!) ?? {},
        step: body["step"] as number,
        value: body["value"] as number | null,
        status,
      };
      if (run.replayOf !== null) yield line(row, null);
      else open.set(member!, row);
    }
    if (kind === "decision") {
      const decision = body as unknown as Omit<Decision, "member">;
      const row = open.get(member!);
      open.delete(member!);
      if (row !== undefined) yield line(row, decision);
      current.set(member!, decision.hyperparameters);
    }
  }
  for (const row of open.values()) yield line(row, null);
}

/** One row per slow step: what docs/reading-the-diagnostics.md explains; empty where it is unknown. */
function* diagnosticRows({ reader, run }: Record): IterableIterator<string> {
  yield csvLine([
    "generation",
    "best",
    "median",
    "copies",
    "failed",
    ...separationColumns,
    ...temporalColumns,
    "selection_differential",
    "effective_size",
    "pooled_effective_size",
    "surviving_founders",
    "effective_lineages",
    "coalescence_took",
    "coalescence_expected",
    "ancestor_step",
    "plateau_best_since",
    "plateau_median_since",
    "recommended_interval",
    "accuracy",
    "mutation_load",
    "left_to_gain",
    "noise_correlation",
    "pooled",
    "pair_distance",
    "mean_training",
    "mean_selection",
    ...run.names.flatMap((name) => [
      `${name}_diversity`,
      `${name}_balance`,
      `${name}_selection`,
      `${name}_transmission`,
      `${name}_slope`,
      `${name}_optimum`,
      `${name}_distance`,
      `${name}_differential`,
      `${name}_events`,
      `${name}_events_across`,
    ]),
    "alarms",
    "note",
  ]);
  for (const { kind, generation, body } of reader.decisions()) {
    if (kind !== "generation") continue;
    const found = body["diagnostics"] as unknown as Omit<Diagnostics, "generation">;
    const { temporal } = found;
    const { separation } = temporal ?? {};
    yield csvLine([
      generation,
      found.best?.value,
      found.quantiles?.[2],
      found.copies,
      found.failed,
      separation?.value,
      separation?.low,
      separation?.high,
      separation?.regime,
      ...temporalColumns.map((column) => temporal?.[column]),
      found.selectionDifferential?.standardised,
      found.effectiveSize,
      temporal?.effectiveSize,
      found.survivingFounders,
      found.effectiveLineages,
      temporal?.coalescence.took,
      temporal?.coalescence.expected,
      temporal?.coalescence.ancestor?.step,
      temporal?.plateau.best,
      temporal?.plateau.median,
      temporal?.interval.steps,
      temporal?.accuracy,
      temporal?.load?.cost,
      temporal?.load?.remaining,
      temporal?.noiseCorrelation,
      temporal?.pooled,
      found.distance,
      found.metric?.training,
      found.metric?.selection,
      ...run.names.flatMap((name) => [
        found.diversity[name],
        temporal?.balance[name],
        found.price[name]?.selection,
        found.price[name]?.transmission,
        ...movementColumns.map((column) => temporal?.movement?.[name]?.[column]),
      ]),
      temporal?.alarms.join("; "),
      found.note,
    ]);
  }
}

const movementColumns = ["slope", "optimum", "distance", "differential", "events", "across"] as const;
const separationColumns = ["separation", "separation_low", "separation_high", "regime"] as const;
const temporalColumns = [
  "relaxation",
  "fluctuation",
  "persistence",
  "heritability",
  "reliability",
  "explained",
  "riskPremium",
  "noiseSeeking",
] as const;

/** Every metric sample. */
function* samples({ progress, reader }: Record): IterableIterator<string> {
  yield csvLine(["member", "metric", "step", "value"]);
  for (const id of progress.members.keys()) {
    for (const metric of reader.metricNames()) {
      for (const { step, value } of reader.metrics(metric, id)) {
        yield csvLine([progress.nameOf(id), metric, step, value]);
      }
    }
  }
}
