import { dirname, resolve } from "node:path";
import { searchSpaceFromConfig, searchSpaceFromText } from "../../space/index.ts";
import { readDocument } from "./document.ts";
import { readSettings } from "./fields.ts";
import { isModule, loadModule } from "./module.ts";
import { settingsOfModule } from "./moduleSettings.ts";
import type { Settings } from "./settings.ts";

/**
 * The settings of a configuration file: YAML, JSON, or a module. Its command runs in the file's own folder.
 *
 * @throws UsageError with every problem and its place
 */
export async function loadConfiguration(cwd: string, file: string): Promise<Settings> {
  const absolute = resolve(cwd, file);
  if (isModule(file)) return settingsOfModule(file, await loadModule(file, absolute));
  const settings = readSettings(readDocument(file, absolute), searchSpaceFromConfig);
  const folder = dirname(absolute);
  return settings.command === undefined || folder === resolve(cwd)
    ? settings
    : { ...settings, command: { cwd: folder, ...settings.command } };
}

/** The space that `--hp` flags describe; undefined without any. */
export const spaceOfFlags = (flags: readonly string[]): Settings =>
  flags.length === 0 ? {} : { space: searchSpaceFromText(flags) };
