import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { lineageOf } from "../../engine/index.ts";
import { StoreError } from "../../errors/index.ts";
import type { CheckpointId } from "../../population/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { freshText, soupText } from "../record/fresh.ts";
import { readLaunch } from "../live/launch.ts";
import { memberOf } from "../record/member.ts";
import { type Record, withRecord } from "../record/open.ts";
import { scheduleSummary } from "../record/schedule.ts";
import { winnerOf } from "../record/winner.ts";
import { grouped, significant } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii } from "../text/style.ts";
import { wrap } from "../text/width.ts";
import { print } from "../world.ts";

export const best: Implementation<"best"> = ({ values, words }, world) =>
  withRecord(world, words[0], (record) => {
    const { place, progress, reader, run } = record;
    const winner = winnerOf(
      record,
      values.member === undefined ? undefined : memberOf(progress, values.member),
    );
    const lineage = lineageOf(reader.decisions());
    const schedule = lineage.schedule(winner.member, winner.generation);
    const ancestry = lineage.ancestry(winner.member, winner.generation).map((id) => progress.nameOf(id));
    const found = checkpointOf(record, winner.checkpoint);
    const name = progress.nameOf(winner.member);
    const copied = values["copy-to"] === undefined ? undefined : copyOut(world.cwd, found, values["copy-to"]);
    if (copied !== undefined && found !== null && found.row !== null) {
      noteRow(resolve(world.cwd, copied), { row: found.row, member: name, step: winner.step });
    }
    const soup = values.member === undefined ? progress.soup : null;
    if (values.json) {
      print(world.out, [
        JSON.stringify({
          v: 1,
          type: "best",
          run: place.name,
          member: progress.nameOf(winner.member),
          generation: winner.generation,
          step: winner.step,
          metric: run.metric.name,
          value: winner.value,
          ...(winner.reevaluated === undefined ? {} : { reevaluated: winner.reevaluated }),
          hyperparameters: winner.hyperparameters,
          ancestry,
          schedule,
          checkpoint: found,
          ...(soup === null
            ? {}
            : { soup: { mean: soup.mean, checkpoint: checkpointOf(record, soup.checkpoint) } }),
          ...(copied === undefined ? {} : { copiedTo: copied }),
        }),
      ]);
      return exitCodes.done;
    }
    const cells = Math.max(20, world.out.columns - 1);
    const lines = [
      `best       ${name}   ${plain(run.metric.name)} ${significant(winner.value)}   at step ${grouped(winner.step)}, generation ${winner.generation + 1}`,
      ...(winner.reevaluated === undefined ? [] : [`evaluated  ${freshText(winner.reevaluated)}`]),
      ...(soup === null
        ? []
        : [
            `soup       ${soupText(soup, run.metric.name)}`,
            `           ${stateText(checkpointOf(record, soup.checkpoint), world.cwd)}`,
          ]),
      ...(values.member === undefined &&
      progress.end !== null &&
      (readLaunch(reader)?.module ?? null) !== null
        ? [`test       polytempo resume ${place.shown} shows it again, where the trainer has one`]
        : []),
      ...wrap(
        [
          `lineage   `,
          ancestry.slice(0, 12).join(" ← ") +
            (ancestry.length > 12 ? " ← …" : ancestry.length === 1 ? " (never became a copy)" : ""),
        ],
        cells,
        11,
      ),
      ...scheduleSummary(schedule, run.names, cells),
      `state      ${stateText(found, world.cwd)}`,
      ...(copied === undefined ? [] : [`copied     ${copied}${rowText(found)}`]),
      `next       polytempo schedule ${place.shown} --csv · polytempo replay ${place.shown}`,
    ];
    print(world.out, world.out.style.unicode ? lines : lines.map(ascii));
    return exitCodes.done;
  });

function stateText(found: Found | null, cwd: string): string {
  if (found === null) return "deleted (--keep last)";
  const row = found.row === null ? "" : `, row ${found.row}`;
  return `${relative(cwd, found.directory) || "."}${row}`;
}

/** A vectorised trainer's checkpoint holds several members; which of them was asked for. */
const rowText = (found: Found | null): string =>
  found === null || found.row === null
    ? ""
    : `   the files hold several members: this one is row ${found.row} (${rowFile})`;

const rowFile = "polytempo-row.json";

function noteRow(
  directory: string,
  note: { readonly row: number; readonly member: string; readonly step: number },
): void {
  writeFileSync(join(directory, rowFile), `${JSON.stringify(note)}\n`);
}

interface Found {
  readonly directory: string;
  readonly row: number | null;
}

function checkpointOf({ reader }: Record, id: CheckpointId | null): Found | null {
  return id === null || !reader.checkpoints.has(id) ? null : reader.checkpoints.locate(id);
}

/** Copies (never links) the files out, so that the run's own stay as they are. */
function copyOut(cwd: string, found: Found | null, target: string): string {
  if (found === null) {
    throw new StoreError(
      "missing",
      "the best member's checkpoint is deleted (--keep last): nothing to copy. polytempo replay makes it again",
    );
  }
  const place = resolve(cwd, target);
  if (existsSync(place) && (!statSync(place).isDirectory() || readdirSync(place).length > 0)) {
    throw new StoreError("exists", `${target}: exists and is not an empty directory. Choose another place`);
  }
  mkdirSync(place, { recursive: true });
  cpSync(found.directory, place, { recursive: true });
  makeWritable(place);
  return target;
}

function makeWritable(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) makeWritable(path);
    else chmodSync(path, 0o644);
  }
}
