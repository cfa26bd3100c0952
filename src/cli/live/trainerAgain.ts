import { existsSync } from "node:fs";
import type { Trainer } from "../../engine/index.ts";
import { UsageError } from "../../errors/index.ts";
import { loadConfiguration } from "../config/load.ts";
import { trainerOf } from "../config/plan.ts";
import type { Settings } from "../config/settings.ts";
import type { Launch } from "./launch.ts";

/** A stored run's trainer, and the configuration that it came from; null for a command line. */
export interface Again {
  readonly trainer: Trainer;
  readonly settings: Settings | null;
}

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
): Promise<Again> {
  const configured = async (file: string): Promise<Again> => {
    const settings = await loadConfiguration(cwd, file);
    return { trainer: trainerOf(settings, cwd), settings };
  };
  if (config !== undefined) return configured(config);
  const { command, module, cwd: place } = launch ?? { command: null, module: null, cwd };
  if (command !== null) return { trainer: trainerOf({ command }, place), settings: null };
  if (module !== null) {
    if (!existsSync(module)) {
      throw new UsageError(
        `${shown}: its module ${module} is gone. Name where it is now: polytempo resume ${shown} CONFIG`,
      );
    }
    return configured(module);
  }
  throw new UsageError(
    `${shown}: a program began it, so its trainer is unknown here. Go on in that program, with resume(${JSON.stringify(shown)}, { trainer }) in place of run(…); or name a module whose default export is the run's options: polytempo resume ${shown} MODULE`,
  );
}
