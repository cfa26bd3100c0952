import { resolve } from "node:path";
import { searchSpaceFromConfig, searchSpaceFromText } from "../../space/index.ts";
import { readDocument } from "./document.ts";
import { readSettings } from "./fields.ts";
import { isModule, loadModule } from "./module.ts";
import { settingsOfModule } from "./moduleSettings.ts";
import type { Settings } from "./settings.ts";

/**
 * The settings of a configuration file: YAML, JSON, or a module.
 *
 * @throws UsageError with every problem and its place
 */
export async function loadConfiguration(cwd: string, file: string): Promise<Settings> {
  const absolute = resolve(cwd, file);
  if (isModule(file)) return settingsOfModule(file, await loadModule(file, absolute));
  return readSettings(readDocument(file, absolute), searchSpaceFromConfig);
}

/** The space that `--hp` flags describe; undefined without any. */
export const spaceOfFlags = (flags: readonly string[]): Settings =>
  flags.length === 0 ? {} : { space: searchSpaceFromText(flags) };
