import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { StoreError } from "../../errors/index.ts";
import { type DashboardOptions, preferSmallHeap, startDashboard } from "../../server/index.ts";
import { exitCodes } from "../exit.ts";
import type { Implementation } from "../invocation.ts";
import { companionVariable } from "../live/companion.ts";
import { locateRun, runsFolder } from "../record/locate.ts";
import { version } from "../version.ts";
import { print, type World } from "../world.ts";

export const dashboard: Implementation<"dashboard"> = async ({ values, words }, world) => {
  const places =
    words.length === 0 ? [resolve(world.cwd, runsFolder)] : words.map((word) => placeOf(world, word));
  const options: DashboardOptions = {
    places,
    version: version(),
    readOnly: values["read-only"],
    hosts: values["allow-host"],
    ...(values.port === undefined ? {} : { port: values.port }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.token === undefined ? {} : { token: values.token }),
  };
  preferSmallHeap();
  const server = await startDashboard(options);
  if (values.json) print(world.out, [JSON.stringify({ v: 1, type: "dashboard", url: server.url })]);
  else {
    print(world.out, [`dashboard  ${server.url}`]);
    print(world.err, ["Ctrl-C ends it; runs go on."]);
  }
  await ended(world);
  await server.close();
  return exitCodes.done;
};

/** A run's directory, or a folder that is there. @throws StoreError `missing` */
function placeOf(world: World, word: string): string {
  const path = resolve(world.cwd, word);
  if (existsSync(path) && statSync(path).isDirectory() && !existsSync(resolve(path, "run.db"))) return path;
  const { directory } = locateRun(world, word);
  if (!existsSync(directory)) throw new StoreError("missing", `${word}: no such directory`);
  return directory;
}

/** Waits for a signal, or, beside a run, for the end of the run. */
function ended(world: World): Promise<void> {
  return new Promise((done) => {
    const alive = setInterval(() => {}, 60_000);
    const stop = (): void => {
      clearInterval(alive);
      off();
      done();
    };
    const off = world.onInterrupt(stop);
    if (world.env[companionVariable] === undefined) return;
    process.stdin.on("end", stop).on("error", stop).resume();
  });
}
