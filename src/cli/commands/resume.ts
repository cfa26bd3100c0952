import { planOf, type StopRule } from "../../engine/index.ts";
import { resume as resumeRun } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { settingsOfFlags } from "../config/flags.ts";
import { parseRequirement } from "../config/require.ts";
import type { Implementation } from "../invocation.ts";
import { launchRecord, readLaunch } from "../live/launch.ts";
import { follow } from "../live/session.ts";
import { planAgain } from "../live/planAgain.ts";
import { showOf } from "../live/show.ts";
import { trainerAgain } from "../live/trainerAgain.ts";
import { type Record, withRecord } from "../record/open.ts";

export const resume: Implementation<"resume"> = async ({ values, words }, world) => {
  const startedMs = world.now();
  const flags = settingsOfFlags(values);
  const known = await withRecord(world, words[0], (record) => ({
    place: record.place,
    launch: readLaunch(record.reader),
    plan: planOf(firstEvent(record), record.place.name),
    stop: record.run.stop as StopRule,
  }));
  const { place, launch, plan } = known;
  const { space } = plan;
  const { trainer, settings } = await trainerAgain(launch, words[1], world.cwd, place.shown);
  const requireText = values.require ?? launch?.require ?? undefined;
  const require = requireText === undefined ? null : parseRequirement(requireText);
  const gpus = flags.gpus ?? launch?.gpus ?? undefined;
  const keep = flags.keep ?? launch?.keep ?? undefined;
  const diskBudgetBytes = flags.diskBudgetBytes ?? launch?.diskBudgetBytes ?? undefined;
  const handle = resumeRun(place.directory, {
    trainer,
    ...(settings === null || plan.legs !== undefined
      ? {}
      : { plan: planAgain(plan, settings, launch?.overrides ?? []) }),
    ...(flags.stop === undefined ? {} : { stop: { ...known.stop, ...flags.stop } }),
    ...(flags.slots === undefined ? {} : { slots: flags.slots }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(keep === undefined ? {} : { keep }),
    ...(diskBudgetBytes === undefined ? {} : { diskBudgetBytes }),
    ...(values["retry-failed"] ? { retryFailed: true } : {}),
    ...(values["changed-trainer"] ? { changedTrainer: true } : {}),
    ...(values["take-over"] ? { store: { takeOver: true } } : {}),
    ...(launch === null ? {} : { record: launchRecord(launch) }),
  });
  return await follow({ handle, place, trainer, space, require, show: showOf(values), startedMs }, world);
};

function firstEvent({ reader, place }: Record): Parameters<typeof planOf>[0] {
  for (const event of reader.decisions()) return event;
  throw new UsageError(`${place.shown}: its log is empty`);
}
