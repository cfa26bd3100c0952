import type { ExitCode } from "./exit.ts";
import type { CommandName, Invocation } from "./table/index.ts";
import type { World } from "./world.ts";

/** What implements a command: gives its exit code, or throws one of `src/errors`. */
export type Implementation<Name extends CommandName> = (
  invocation: Invocation<Name>,
  world: World,
) => Promise<ExitCode> | ExitCode;
