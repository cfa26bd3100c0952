import { UsageError } from "../../errors/index.ts";
import type { Show } from "./session.ts";

/** How the flags ask a run to be shown. @throws UsageError when they contradict each other */
export function showOf(flags: {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly "log-format"?: string | undefined;
  readonly "no-dashboard"?: boolean | undefined;
}): Show {
  if (flags.quiet && flags.verbose) throw new UsageError("--quiet and --verbose exclude each other");
  const logFormat = flags["log-format"] === "json" ? "json" : "text";
  return {
    json: flags.json,
    quiet: flags.quiet,
    verbose: flags.verbose,
    logFormat,
    dashboard: flags["no-dashboard"] === false,
  };
}
