import { StoreError } from "../../errors/index.ts";
import type { Json } from "../../space/index.ts";
import type { RunReader } from "../../store/index.ts";
import type { CommandSettings } from "../config/settings.ts";

/** How a run was started, as its operations log keeps it: what `resume` and `replay` need to make the trainer again. */
export interface Launch {
  readonly v: 1;
  /** Absolute path of the module that made the trainer; null for a command. */
  readonly module: string | null;
  readonly command: CommandSettings | null;
  /** Where the trainer runs. */
  readonly cwd: string;
  readonly gpus: readonly string[] | null;
  readonly keep: "lineages" | "all" | "last" | null;
  readonly diskBudgetBytes: number | null;
  readonly require: string | null;
  /** Settings that flags gave in place of the configuration's; absent in records of older runs. */
  readonly overrides?: readonly string[];
}

/** As the engine stores it. */
export const launchRecord = (launch: Launch): Json => ({ polytempo: "cli", ...launch }) as unknown as Json;

/** The newest launch of a run; null for a run that the library started. */
export function readLaunch(reader: RunReader): Launch | null {
  let found: Launch | null = null;
  for (const { kind, detail } of reader.operations()) {
    if (kind !== "started" && kind !== "resumed") continue;
    const record = detail?.["record"];
    if (typeof record !== "object" || record === null || Array.isArray(record)) continue;
    const launch = record as unknown as Launch & { readonly polytempo?: string };
    if (launch.polytempo !== "cli") continue;
    if (launch.v !== 1) {
      throw new StoreError(
        "version",
        `${reader.directory}: was started by a newer polytempo; resume it with that one`,
      );
    }
    found = launch;
  }
  return found;
}
