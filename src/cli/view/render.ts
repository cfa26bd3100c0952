import { duration, grouped, hyperparameter, significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii, paint, type Style } from "../text/style.ts";
import { clip, wrap } from "../text/width.ts";
import { memberTable } from "./members.ts";
import type { ViewModel } from "./model.ts";

/** What the view must fit into. */
export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
}

/**
 * The live view as lines, none wider than `columns`, at most `rows − 1` of them: a pure function, so that redrawing is
 * the caller's only effect.
 */
export function render(model: ViewModel, frame: Frame): string[] {
  const cells = Math.max(10, frame.columns - 1);
  const height = Math.max(4, frame.rows - 1);
  const colours = paint(frame.style.colour);
  const show = (text: string): string =>
    frame.style.unicode ? clip(text, cells) : clip(ascii(text), cells, "...");
  const head = [
    colours.bold(show(header(model))),
    ...(model.dashboard == null ? [] : [show(`dashboard  ${model.dashboard}`)]),
    colours.dim(show(keys(model))),
    "",
    show(progressLine(model, cells)),
    ...facts(model, cells).map(show),
  ];
  const eventLines = eventsWithin(model.events.slice(-3), cells, Math.floor(height / 4)).map(show);
  const tail = eventLines.length === 0 ? [] : ["", ...eventLines];
  const room = height - head.length - tail.length - 1;
  const members = memberTable(model, cells, room).map((line, index) =>
    index === 0 ? colours.dim(show(line)) : paintState(show(line), colours),
  );
  const body = members.length === 0 ? [] : ["", ...members];
  return [...head, ...body, ...tail].slice(0, height);
}

/** The newest events, whole sentences: an older one is left out before a newer one is broken off. */
function eventsWithin(events: readonly string[], cells: number, room: number): string[] {
  const blocks = events.map((event) => wrap(plain(event).split(" "), cells, 7));
  while (blocks.length > 1 && blocks.flat().length > Math.max(3, room)) blocks.shift();
  return blocks.flat();
}

function header(model: ViewModel): string {
  const parts = [
    plain(model.name),
    model.members === 1 ? "1 member" : `${model.members} members`,
    `seed ${model.seed}`,
    plain(model.directory),
  ];
  if (model.fittedInterval != null) parts.push(intervalText(model.fittedInterval));
  if (!["running", "starting"].includes(model.phase)) parts.splice(1, 0, model.phase);
  return parts.join(" · ");
}

/** `interval 20 (auto)`. */
export const intervalText = (steps: number): string => `interval ${grouped(steps)} (auto)`;

function keys(model: ViewModel): string {
  if (model.showKeys) {
    return `${model.dashboard == null ? "" : "d dashboard   "}p pause or go on   s stop after the segment   a all members   Ctrl-C stop and save   Ctrl-C twice: now   ? less`;
  }
  if (model.phase === "finished" || model.phase === "stopped") return "";
  return model.phase === "paused" || model.phase === "pausing"
    ? "p go on   s stop   a all   ? keys"
    : "p pause   s stop after the segment   a all   ? keys";
}

/** `gen 12/40  ██████▌░░░  30 %   6 000 of 20 000 steps   4m 12s   ETA 9m 48s`. */
export function progressLine(model: ViewModel, cells: number): string {
  const total = model.generations === null ? "" : `/${model.generations}`;
  const unit = model.mode === "asynchronous" ? "decision" : "gen";
  const left = `${unit} ${model.generation}${total}`.padEnd(9);
  const fraction = fractionDone(model);
  const steps =
    model.totalSteps === null
      ? `${grouped(model.steps)} steps`
      : `${grouped(model.steps)} of ${grouped(model.totalSteps)} steps`;
  const eta =
    model.phase === "finished" || model.phase === "stopped"
      ? ""
      : `   ETA ${model.etaMs === null ? "–" : duration(model.etaMs)}`;
  const right = `${steps}   ${duration(model.elapsedMs)}${eta}`;
  if (fraction === null) return `${left}  ${right}`;
  const share = `${Math.floor(100 * fraction)} %`.padStart(5);
  const room = Math.min(34, cells - left.length - share.length - right.length - 7);
  const bar = room < 6 ? "" : `  ${progressBar(fraction, room)}`;
  return `${left}${bar} ${share}   ${right}`;
}

/** The share of the budget done: whole generations and the segments of the one that runs. */
export function fractionDone(
  model: Pick<
    ViewModel,
    "generation" | "generations" | "segmentsDone" | "members" | "shareDone" | "steps" | "totalSteps"
  >,
): number | null {
  if (model.shareDone != null) return model.shareDone;
  if (model.generations !== null && model.generations > 0) {
    const part = model.members === 0 ? 0 : model.segmentsDone / model.members;
    return Math.min(1, (model.generation + Math.min(1, part)) / model.generations);
  }
  if (model.totalSteps !== null && model.totalSteps > 0) return Math.min(1, model.steps / model.totalSteps);
  return null;
}

/** A bar of `cells` cells, in half cells. */
export function progressBar(fraction: number, cells: number): string {
  const halves = Math.round(2 * cells * Math.max(0, Math.min(1, fraction)));
  const full = Math.floor(halves / 2);
  const half = halves % 2;
  return "█".repeat(full) + "▌".repeat(half) + "░".repeat(cells - full - half);
}

/** The best member, and the population in one line. */
export function facts(model: ViewModel, cells: number): string[] {
  const lines: string[] = [];
  const metric = clip(plain(model.metric.name), 24);
  if (model.best === null) {
    lines.push(`best       ${metric} –`);
  } else {
    const { ancestry, hyperparameters, value } = model.best;
    const line = ancestry.slice(0, 4).join(" ← ") + (ancestry.length > 4 ? " ← …" : "");
    const values = model.hyperparameters.map(
      (name) => `${plain(name)} ${plain(hyperparameter(hyperparameters[name]))}`,
    );
    const unverified = model.verified ? [] : ["(unverified)"];
    lines.push(
      ...wrap(
        [`best       ${metric} ${significant(value)}`, line, ...values, ...unverified],
        cells,
        11,
        "   ",
      ).slice(0, 2),
    );
  }
  const [, lower, median, upper] = model.quantiles ?? [];
  const parts: string[] = [];
  if (lower !== undefined && median !== undefined && upper !== undefined) {
    parts.push(
      `median ${significant(median, 3)}`,
      `quartiles ${significant(lower, 3)}–${significant(upper, 3)}`,
    );
  }
  parts.push(`alive ${model.alive}/${model.members}`);
  if (model.lineages !== null) parts.push(`lineages ${significant(model.lineages, 2)}`);
  if (model.separation !== null) {
    const regime = model.separation < 0.3 ? "coupled" : model.separation > 3 ? "separated" : "mixed";
    parts.push(`r ${significant(model.separation, 2)} ${regime}`);
  }
  lines.push(`population ${parts.join(" · ")}`);
  return lines;
}

function paintState(line: string, colours: ReturnType<typeof paint>): string {
  if (/\bfailed\b/.test(line)) return colours.red(line);
  return /\bcopying\b/.test(line) ? colours.cyan(line) : line;
}
