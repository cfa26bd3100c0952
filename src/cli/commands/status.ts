import { statSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { type Record, withRecord } from "../record/open.ts";
import { freshText, soupText } from "../record/fresh.ts";
import { neutralEffectiveSize, truncationDifferential } from "../../population/index.ts";
import type { RunFacts } from "../record/progress.ts";
import { interventionLines } from "../record/interventions.ts";
import { elapsedOf } from "../record/elapsed.ts";
import { type Standing, standingOf } from "../record/phase.ts";
import { viewOf } from "../record/view.ts";
import { bytes } from "../text/numbers.ts";
import { ascii } from "../text/style.ts";
import { clip, wrap } from "../text/width.ts";
import { diagnosis, type Expected } from "../view/diagnosis.ts";
import { facts, intervalText, progressLine } from "../view/render.ts";
import { memberTable } from "../view/members.ts";
import type { ViewModel } from "../view/model.ts";
import { print } from "../world.ts";

export const status: Implementation<"status"> = ({ values, words }, world) =>
  withRecord(world, words[0], (record) => {
    const { place, reader, progress } = record;
    const standing = standingOf(record);
    const model = modelOf(record, values.all, standing.phase, world.now());
    if (values.json) {
      print(world.out, [JSON.stringify(asJson(record, model, standing.phase))]);
      return exitCodes.done;
    }
    const { columns, rows, style } = world.out;
    const cells = Math.max(20, columns - 1);
    const wide = values.all || !world.out.isTTY;
    const lines = [
      `${place.name} · ${model.members === 1 ? "1 member" : `${model.members} members`} · seed ${model.seed} · ${place.shown}${model.fittedInterval == null ? "" : ` · ${intervalText(model.fittedInterval)}`}`,
      `state      ${standing.sentence}`,
      ...(standing.why === undefined ? [] : [`why        ${standing.why}`]),
      progressLine(model, cells),
      ...facts(model, cells),
      `store      checkpoints ${bytes(reader.checkpoints.bytes())} · log ${progress.nextSeq} events · run.db ${bytes(statSync(join(place.directory, "run.db")).size)}`,
      ...(progress.best?.reevaluated === undefined
        ? []
        : [`evaluated  ${freshText(progress.best.reevaluated)}`]),
      ...(progress.soup === null ? [] : [`soup       ${soupText(progress.soup, record.run.metric.name)}`]),
      ...(progress.diagnostics === null
        ? []
        : diagnosis(progress.diagnostics, expectedOf(record.run), cells)),
      ...(progress.interventions > 0
        ? interventionLines(progress).flatMap((line) => wrap(line.split(" "), cells, 11))
        : []),
      "",
      ...memberTable(model, cells, wide ? model.rows.length + 1 : Math.max(8, rows - 9)),
    ];
    print(
      world.out,
      lines.map((line) => (style.unicode ? clip(line, cells) : clip(ascii(line), cells, "..."))),
    );
    return exitCodes.done;
  });

/** What truncation is expected to show; other selections have no such numbers. */
function expectedOf({ rules, members }: RunFacts): Expected {
  const { selection } = rules as {
    readonly selection?: { readonly kind?: string; readonly fraction?: number };
  };
  return selection?.kind === "truncation" && selection.fraction !== undefined && members > 1
    ? {
        effectiveSize: neutralEffectiveSize(members, selection.fraction),
        differential: truncationDifferential(selection.fraction),
      }
    : { effectiveSize: null, differential: null };
}

function modelOf(
  { place, progress, run, reader }: Record,
  showAll: boolean,
  standing: Standing["phase"],
  nowMs: number,
): ViewModel {
  const lives = standing === "live" || standing === "paused";
  const { beforeMs, startedMs, lastMs } = elapsedOf(reader.operations());
  const elapsedMs = startedMs === null ? 0 : beforeMs + (lives ? nowMs : lastMs) - startedMs;
  return viewOf(progress, run, {
    name: place.name,
    directory: place.shown,
    phase: "finished",
    elapsedMs,
    etaMs: null,
    segmentsDone: 0,
    verified: true,
    separation: progress.diagnostics?.temporal?.separation?.value ?? null,
    events: [],
    showAll,
    showKeys: false,
    stateOf: () => undefined,
  });
}

function asJson({ place, progress, run }: Record, model: ViewModel, phase: string): object {
  return {
    v: 1,
    type: "status",
    run: place.name,
    directory: place.directory,
    phase,
    end: progress.end,
    seed: run.seed,
    metric: run.metric,
    mode: run.mode,
    generation: model.generation,
    generations: model.generations,
    steps: model.steps,
    totalSteps: model.totalSteps,
    alive: model.alive,
    best: model.best,
    quantiles: model.quantiles,
    diagnostics: progress.diagnostics,
    neutralEffectiveSize: expectedOf(run).effectiveSize,
    expectedDifferential: expectedOf(run).differential,
    interventions: progress.interventions,
    members: model.rows,
  };
}
