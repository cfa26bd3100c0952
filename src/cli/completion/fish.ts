import type { Argument, Command, Option } from "../table/index.ts";
import { fixedValues, isDynamic, rows } from "./words.ts";

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

function candidates(of: Option | Argument, commands: readonly Command[]): string | undefined {
  const fixed = fixedValues(of, commands);
  if (fixed.length > 0) return quote(fixed.join(" "));
  if (of.completes === "members") {
    return quote("(polytempo __complete members (commandline -opc)[3] 2>/dev/null)");
  }
  if (isDynamic(of.completes)) return quote(`(polytempo __complete ${of.completes} 2>/dev/null)`);
  return of.completes === "directories" ? quote("(__fish_complete_directories)") : undefined;
}

/** Completion rules for fish. */
export function fish(commands: readonly Command[]): string {
  const lines = [
    "# polytempo completion for fish: polytempo completion fish > ~/.config/fish/completions/polytempo.fish",
    "complete -c polytempo -f",
  ];
  for (const row of rows(commands)) {
    lines.push(`complete -c polytempo -n __fish_use_subcommand -a ${row.name} -d ${quote(row.summary)}`);
    const here = `-n ${quote(`__fish_seen_subcommand_from ${row.name}`)}`;
    for (const { summary, option } of row.flags) {
      const short = option.short === undefined ? "" : ` -s ${option.short}`;
      const found = candidates(option, commands);
      const value =
        option.type === "boolean"
          ? ""
          : found === undefined
            ? option.completes === "files"
              ? " -r -F"
              : " -r"
            : ` -r -a ${found}`;
      lines.push(`complete -c polytempo ${here} -l ${option.name}${short}${value} -d ${quote(summary)}`);
    }
    for (const argument of row.arguments) {
      const found = candidates(argument, commands);
      if (found !== undefined)
        lines.push(`complete -c polytempo ${here} -a ${found} -d ${quote(argument.summary)}`);
      if (argument.completes === "files" || argument.completes === "runs") {
        lines.push(`complete -c polytempo ${here} -F`);
      }
    }
  }
  return `${lines.join("\n")}\n`;
}
