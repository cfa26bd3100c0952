import type { Argument, Command, Completes, Option } from "../table/index.ts";

/** What a generated script must know of one command. */
export interface CompletionRow {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly { readonly flag: string; readonly summary: string; readonly option: Option }[];
  readonly arguments: readonly Argument[];
}

export const rows = (commands: readonly Command[]): CompletionRow[] =>
  commands.map((command) => ({
    name: command.name,
    summary: command.summary,
    flags: command.options.map((option) => ({ flag: `--${option.name}`, summary: option.summary, option })),
    arguments: command.arguments,
  }));

/** Values known when the script is made. */
export const fixedValues = (of: Option | Argument, commands: readonly Command[]): readonly string[] =>
  of.choices ?? (of.name === "COMMAND" ? commands.map((command) => command.name) : []);

/** Flags whose value the shell asks polytempo for. */
export const isDynamic = (completes: Completes | undefined): completes is "runs" | "metrics" | "members" =>
  completes === "runs" || completes === "metrics" || completes === "members";

/** All commands' flags that take a value, without doubles. */
export function valuedOptions(commands: readonly Command[]): Option[] {
  const found = new Map<string, Option>();
  for (const command of commands) {
    for (const option of command.options) {
      if (option.type !== "boolean" && !found.has(option.name)) found.set(option.name, option);
    }
  }
  return [...found.values()];
}
