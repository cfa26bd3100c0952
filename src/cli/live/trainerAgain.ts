import { existsSync } from "node:fs";
import type { Trainer } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { loadConfiguration } from "../config/load.ts";
import { trainerOf } from "../config/plan.ts";
import type { Launch } from "./launch.ts";

/**
 * The trainer of a stored run, made again: from the configuration that was named now, or as the run was launched.
 *
 * @throws UsageError when the run does not say how
 */
export async function trainerAgain(
  launch: Launch | null,
  config: string | undefined,
  cwd: string,
  shown: string,
): Promise<Trainer> {
  if (config !== undefined) return trainerOf(await loadConfiguration(cwd, config), cwd);
  if (launch?.command != null) return trainerOf({ command: launch.command }, launch.cwd);
  if (launch?.module != null) {
    if (!existsSync(launch.module)) {
      throw new UsageError(
        `${shown}: its module ${launch.module} is gone. Name where it is now: polytempo resume ${shown} CONFIG`,
      );
    }
    return trainerOf(await loadConfiguration(cwd, launch.module), cwd);
  }
  throw new UsageError(
    `${shown}: was not started by this command line, so its trainer is unknown. Name its configuration: polytempo resume ${shown} CONFIG`,
  );
}
