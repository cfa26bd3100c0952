import { resolve } from "node:path";
import { runPlan } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { settingsOfFlags } from "../config/flags.ts";
import { gather } from "../config/gather.ts";
import { loadConfiguration, spaceOfFlags } from "../config/load.ts";
import { isModule } from "../config/module.ts";
import { nameFrom } from "../config/name.ts";
import { prepare } from "../config/plan.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { claimDirectory } from "../live/directory.ts";
import { dryRun } from "../live/dryRun.ts";
import { launchRecord } from "../live/launch.ts";
import { overridesOf } from "../live/planAgain.ts";
import { follow } from "../live/session.ts";
import { showOf } from "../live/show.ts";
import { print } from "../world.ts";

export const run: Implementation<"run"> = async ({ values, words, rest }, world) => {
  const startedMs = world.now();
  const [config] = words;
  if (config === undefined && rest === undefined) {
    throw new UsageError(
      "polytempo run: needs a configuration file, or a trainer's command line after --. See polytempo run --help",
    );
  }
  const flags = () =>
    gather(
      () => spaceOfFlags(values.hp),
      () => settingsOfFlags(values, rest, config === undefined ? undefined : world.cwd),
    );
  const settings = await gather(
    () => (config === undefined ? {} : loadConfiguration(world.cwd, config)),
    flags,
  );
  const { control = "none" } = settings;
  const plainName = settings.name ?? nameFrom(config, settings.command?.command);
  const name = control === "none" || settings.name !== undefined ? plainName : `${plainName}-${control}`;
  const { plan, trainer, require } = prepare({ ...settings, name }, world.cwd);
  if (values["dry-run"]) {
    trainer.check?.({ space: plan.space, metric: plan.metric.name, members: plan.members });
    print(world.out, dryRun({ plan, trainer, settings, name, json: values.json }, world));
    return exitCodes.done;
  }
  const place = claimDirectory(world.cwd, settings.directory, name);
  try {
    const handle = runPlan({ ...plan, name: place.name }, trainer, {
      directory: place.directory,
      record: launchRecord({
        v: 1,
        module: config !== undefined && isModule(config) ? resolve(world.cwd, config) : null,
        command: settings.trainer === undefined ? (settings.command ?? null) : null,
        cwd: world.cwd,
        gpus: settings.gpus ?? null,
        keep: settings.keep ?? null,
        diskBudgetBytes: settings.diskBudgetBytes ?? null,
        require: settings.require ?? null,
        overrides: overridesOf(await flags()),
      }),
      ...(settings.slots === undefined ? {} : { slots: settings.slots }),
      ...(settings.gpus === undefined ? {} : { gpus: settings.gpus }),
      ...(settings.keep === undefined ? {} : { keep: settings.keep }),
      ...(settings.diskBudgetBytes === undefined ? {} : { diskBudgetBytes: settings.diskBudgetBytes }),
    });
    return await follow(
      { handle, place, trainer, space: plan.space, require, show: showOf(values), startedMs },
      world,
    );
  } catch (error) {
    await place.release(error);
    throw error;
  }
};
