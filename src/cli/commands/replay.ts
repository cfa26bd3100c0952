import { planOf, replay as replayRun } from "../../engine/index.ts";
import { settingsOfFlags } from "../config/flags.ts";
import { parseRequirement } from "../config/require.ts";
import type { Implementation } from "../invocation.ts";
import { claimDirectory } from "../live/directory.ts";
import { launchRecord, readLaunch } from "../live/launch.ts";
import { follow } from "../live/session.ts";
import { showOf } from "../live/show.ts";
import { trainerAgain } from "../live/trainerAgain.ts";
import { memberOf } from "../record/member.ts";
import { withRecord } from "../record/open.ts";
import { winnerOf } from "../record/winner.ts";

export const replay: Implementation<"replay"> = async ({ values, words }, world) => {
  const startedMs = world.now();
  const flags = settingsOfFlags(values);
  const source = await withRecord(world, words[0], (record) => {
    const member = values.member === undefined ? undefined : memberOf(record.progress, values.member);
    const [first] = record.reader.decisions();
    return {
      place: record.place,
      launch: readLaunch(record.reader),
      space: planOf(first!, record.place.name).space,
      winner: winnerOf(record, member),
    };
  });
  const { launch, space, winner } = source;
  const { trainer } = await trainerAgain(launch, undefined, world.cwd, source.place.shown);
  const requireText = values.require ?? undefined;
  const require = requireText === undefined ? null : parseRequirement(requireText);
  const place = claimDirectory(world.cwd, values.dir, `${source.place.name}-replay`);
  try {
    const handle = await replayRun({
      trainer,
      source: source.place.directory,
      member: winner.member,
      generation: winner.generation,
      directory: place.directory,
      slots: 1,
      ...(flags.gpus === undefined ? {} : { gpus: flags.gpus }),
      ...(launch === null ? {} : { record: launchRecord(launch) }),
    });
    return await follow({ handle, place, trainer, space, require, show: showOf(values), startedMs }, world);
  } catch (error) {
    await place.release(error);
    throw error;
  }
};
