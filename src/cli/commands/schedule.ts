import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { lineageOf } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { memberOf } from "../record/member.ts";
import { withRecord } from "../record/open.ts";
import { winnerOf } from "../record/winner.ts";
import { table } from "../text/columns.ts";
import { csvLine } from "../text/csv.ts";
import { grouped, hyperparameter } from "../text/numbers.ts";
import { plain } from "../text/plain.ts";
import { ascii } from "../text/style.ts";

export const schedule: Implementation<"schedule"> = ({ values, words }, world) =>
  withRecord(world, words[0], (record) => {
    if (values.csv && values.json)
      throw new UsageError("polytempo schedule: --csv and --json exclude each other");
    const { progress, reader, run } = record;
    const winner = winnerOf(
      record,
      values.member === undefined ? undefined : memberOf(progress, values.member),
    );
    const entries = lineageOf(reader.decisions()).schedule(winner.member, winner.generation);
    let text: string;
    if (values.json) {
      text = JSON.stringify(entries.map(({ fromStep, hyperparameters }) => ({ fromStep, hyperparameters })));
    } else if (values.csv) {
      text = [
        csvLine(["fromStep", ...run.names]),
        ...entries.map((entry) =>
          csvLine([entry.fromStep, ...run.names.map((name) => entry.hyperparameters[name])]),
        ),
      ].join("\n");
    } else {
      const lines = table(
        [
          { title: "from step", align: "right", keep: true },
          ...run.names.map((name) => ({ title: plain(name) })),
        ],
        entries.map((entry) => [
          grouped(entry.fromStep),
          ...run.names.map((name) => plain(hyperparameter(entry.hyperparameters[name]))),
        ]),
        Math.max(20, world.out.columns - 1),
      );
      text = (world.out.style.unicode ? lines : lines.map(ascii)).join("\n");
    }
    if (values.output === undefined) world.out.write(`${text}\n`);
    else writeFileSync(resolve(world.cwd, values.output), `${text}\n`);
    return exitCodes.done;
  });
