import { UsageError } from "../../errors/index.ts";
import type { Hyperparameters, Json } from "../../space/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { type Record, withRecord } from "../record/open.ts";
import { standingOf } from "../record/phase.ts";
import { type Column, table } from "../text/columns.ts";
import { grouped, hyperparameter, significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii } from "../text/style.ts";
import { print } from "../world.ts";

interface Summary {
  readonly run: string;
  readonly directory: string;
  readonly phase: string;
  readonly metric: { readonly name: string; readonly mode: "min" | "max" };
  readonly best: number | null;
  readonly bestStep: number | null;
  readonly hyperparameters: Hyperparameters;
  readonly generation: number;
  /** Steps that were paid for, over all members: the budget. */
  readonly memberSteps: number;
  readonly failures: number;
  /** Everything that fixes the run, by path, as JSON. */
  readonly settings: { readonly [path: string]: string };
}

export const compare: Implementation<"compare"> = async ({ values, words }, world) => {
  const directories = [...new Set(words)];
  if (directories.length < 2) {
    throw new UsageError(`polytempo compare: needs two or more runs, got ${directories.join(" ") || "none"}`);
  }
  const summaries: Summary[] = [];
  for (const word of directories) summaries.push(await withRecord(world, word, summarise));
  if (values.json) {
    print(world.out, [JSON.stringify({ v: 1, type: "compare", runs: summaries })]);
    return exitCodes.done;
  }
  const cells = Math.max(20, world.out.columns - 1);
  const lines = [...results(summaries, cells), ...settings(summaries, cells)];
  print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
  return exitCodes.done;
};

function summarise({ place, progress, reader, run }: Record): Summary {
  const spent = new Map<number, number>();
  let memberSteps = 0;
  let failures = 0;
  for (const { kind, member, body } of reader.decisions()) {
    if (kind === "evaluation") {
      const step = body["step"] as number;
      const who = run.replayOf === null ? member! : 0;
      memberSteps += Math.max(0, step - (spent.get(who) ?? 0));
      spent.set(who, step);
      if (body["status"] === "failed") failures += 1;
    } else if (kind === "decision") {
      const checkpoint = body["checkpoint"] as { readonly step: number } | null;
      spent.set(member!, checkpoint?.step ?? 0);
    }
  }
  const { seed, members, interval, mode, stop, rules, space, metric } = run;
  return {
    run: place.name,
    directory: place.shown,
    phase: standingOf({ reader, progress, place }).phase,
    metric,
    best: progress.best?.value ?? null,
    bestStep: progress.best?.step ?? null,
    hyperparameters: progress.best?.hyperparameters ?? {},
    generation: progress.generation,
    memberSteps,
    failures,
    settings: flatten({ seed, members, interval, mode, stop, rules, space: named(space), metric }),
  };
}

const named = (space: readonly { readonly [name: string]: Json }[]): Json =>
  Object.fromEntries(space.map(({ name, ...law }) => [name as string, law]));

function flatten(value: Json, path = ""): { [path: string]: string } {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { [path]: JSON.stringify(value) };
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, inner]) =>
      flatten(inner as Json, path === "" ? name : `${path}.${name}`),
    ),
  ) as { [path: string]: string };
}

function results(summaries: readonly Summary[], cells: number): string[] {
  const names = [...new Set(summaries.flatMap(({ hyperparameters }) => Object.keys(hyperparameters)))];
  const metrics = [...new Set(summaries.map(({ metric }) => `${metric.name} (${metric.mode})`))];
  const columns: Column[] = [
    { title: "run", keep: true },
    { title: metrics.length === 1 ? plain(metrics[0]!) : "best", keep: true },
    { title: "at step", align: "right" },
    { title: "gen", align: "right" },
    { title: "steps paid", align: "right" },
    { title: "failed", align: "right" },
    ...names.map((name) => ({ title: plain(name) })),
    { title: "state" },
  ];
  return table(
    columns,
    summaries.map((summary) => [
      plain(summary.run),
      summary.best === null
        ? "–"
        : `${significant(summary.best)}${metrics.length === 1 ? "" : ` ${plain(summary.metric.name)}`}`,
      summary.bestStep === null ? "–" : grouped(summary.bestStep),
      String(summary.generation),
      grouped(summary.memberSteps),
      String(summary.failures),
      ...names.map((name) => plain(hyperparameter(summary.hyperparameters[name]))),
      summary.phase,
    ]),
    cells,
  );
}

/** The settings in which the runs differ, one row each. */
function settings(summaries: readonly Summary[], cells: number): string[] {
  const paths = [...new Set(summaries.flatMap((summary) => Object.keys(summary.settings)))].filter(
    (path) => new Set(summaries.map((summary) => summary.settings[path])).size > 1,
  );
  if (paths.length === 0) return ["", "Same settings."];
  return [
    "",
    ...table(
      [{ title: "differs in", keep: true }, ...summaries.map(({ run }) => ({ title: plain(run) }))],
      paths.map((path) => [plain(path), ...summaries.map((summary) => plain(summary.settings[path] ?? "–"))]),
      cells,
    ),
  ];
}
