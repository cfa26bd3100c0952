import * as act from "./act.ts";
import { labCommand } from "./lab.ts";
import * as read from "./read.ts";
import { resumeCommand, runCommand } from "./run.ts";
import { dashboardCommand, reportCommand } from "./show.ts";
import type { Command, ValuesOf } from "./types.ts";

export type { Argument, Command, Completes, Example, Group, Option, ValuesOf } from "./types.ts";
export { groups } from "./types.ts";

/** The command table: parsing, help, docs/cli.md and completion are made from it. */
export const commands = {
  init: act.initCommand,
  run: runCommand,
  resume: resumeCommand,
  verify: read.verifyCommand,
  status: read.statusCommand,
  best: read.bestCommand,
  schedule: read.scheduleCommand,
  replay: act.replayCommand,
  compare: read.compareCommand,
  export: read.exportCommand,
  dashboard: dashboardCommand,
  report: reportCommand,
  check: act.checkCommand,
  pause: act.pauseCommand,
  unpause: act.unpauseCommand,
  stop: act.stopCommand,
  retire: act.retireCommand,
  lab: labCommand,
  doctor: act.doctorCommand,
  completion: act.completionCommand,
  help: act.helpCommand,
  __complete: act.completeCommand,
} as const;

export type CommandName = keyof typeof commands;

/** What parsing gives the implementation of a command. */
export interface Invocation<Name extends CommandName> {
  readonly values: ValuesOf<(typeof commands)[Name]["options"]>;
  /** Words after the command's name. */
  readonly words: readonly string[];
  /** What follows `--`; undefined where there is no `--`. */
  readonly rest: readonly string[] | undefined;
}

/** Commands that help and documentation list, in order. */
export const listed: readonly Command[] = Object.values<Command>(commands).filter(
  (command) => command.hidden !== true,
);

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(commands, name);
