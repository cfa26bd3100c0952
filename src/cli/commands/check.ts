import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Trainer } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { type CheckLine, type CheckOptions, checkCommand, checkTrainer } from "../../trainers/index.ts";
import { settingsOfFlags } from "../config/flags.ts";
import { gather } from "../config/gather.ts";
import { loadConfiguration, spaceOfFlags } from "../config/load.ts";
import { commandOf, trainerOf } from "../config/plan.ts";
import type { Settings } from "../config/settings.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { plain } from "../text/plain.ts";
import { ascii, paint } from "../text/style.ts";
import { wrap } from "../text/width.ts";
import { print, type World } from "../world.ts";

export const check: Implementation<"check"> = async ({ values, words, rest }, world) => {
  const [config] = words;
  if (config === undefined && rest === undefined) {
    throw new UsageError("polytempo check: needs a configuration file, or a trainer's command line after --");
  }
  const { interval, ...flags } = values;
  const settings = await gather(
    () => (config === undefined ? {} : loadConfiguration(world.cwd, config)),
    () => spaceOfFlags(values.hp),
    () => settingsOfFlags(flags, rest, config === undefined ? undefined : world.cwd),
  );
  const { space, metric } = settings;
  if (space === undefined || metric === undefined) {
    throw new UsageError([
      ...(space === undefined
        ? ["space: needs at least one hyperparameter. Add --hp lr~'loguniform(1e-4,1)'"]
        : []),
      ...(metric === undefined ? ["metric: needs what the trainer reports. Add --metric loss:min"] : []),
    ]);
  }
  const directory = mkdtempSync(join(tmpdir(), "polytempo-check-"));
  const show = lineWriter(world);
  const options: CheckOptions = {
    space,
    metric: metric.name,
    directory,
    ...(interval === undefined ? {} : { interval }),
    ...(settings.seed === undefined ? {} : { seed: settings.seed }),
    ...(values.json ? {} : { onLine: show }),
  };
  try {
    const report = await start(settings, options, world);
    if (values.json) print(world.out, [JSON.stringify({ v: 1, type: "check", ...report })]);
    else print(world.out, ["", report.ok ? "The trainer passes." : "The trainer does not pass yet."]);
    return report.ok ? exitCodes.done : exitCodes.population;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

function start(settings: Settings, options: CheckOptions, world: World): ReturnType<typeof checkTrainer> {
  if (settings.trainer === undefined) return checkCommand(commandOf(settings, world.cwd), options);
  const trainer: Trainer = trainerOf(settings, world.cwd);
  return checkTrainer(trainer, options);
}

/** One finding: its mark and name, what was seen, and what to change. */
function lineWriter(world: World): (line: CheckLine) => void {
  const { style, columns } = world.out;
  const colours = paint(style.colour);
  const marks = { pass: colours.green("✓"), fail: colours.red("✗"), unknown: colours.yellow("?") };
  const cells = Math.max(40, columns - 1);
  return ({ name, status, detail, advice }) => {
    const words = (text: string): string[] => plain(text).split(" ");
    const lines = [
      ...wrap([`${marks[status]} ${name}:`, ...words(detail)], cells, 4),
      ...(advice === null ? [] : wrap(["    try:", ...words(advice)], cells, 9)),
    ];
    print(world.out, style.unicode ? lines : lines.map(ascii));
  };
}
