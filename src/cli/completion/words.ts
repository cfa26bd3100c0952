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

/** Each command's flags that take a value. */
export const valuedOptions = (
  commands: readonly Command[],
): readonly { readonly command: string; readonly option: Option }[] =>
  commands.flatMap((command) =>
    command.options
      .filter((option) => option.type !== "boolean")
      .map((option) => ({ command: command.name, option })),
  );
