import { exitMeanings } from "./exit.ts";
import { breakCommand, flag, usage } from "./help.ts";
import { type Command, groups, listed, type Option } from "./table/index.ts";

const cell = (text: string): string => text.replaceAll("|", "\\|");

function optionRow(option: Option): string {
  const short = option.short === undefined ? "" : `\`-${option.short}\` `;
  const repeat = option.multiple === true ? " (may be repeated)" : "";
  return `| ${short}\`${cell(flag(option))}\` | ${cell(option.summary)}${repeat} | ${cell(option.fallback ?? "")} |`;
}

function section(command: Command): string[] {
  const lines = [`## ${command.name}`, "", `${command.summary}.`, "", "```", usage(command), "```", ""];
  for (const argument of command.arguments) lines.push(`- \`${argument.name}\`: ${argument.summary}`);
  if (command.rest !== undefined) lines.push(`- after \`--\`: ${command.rest}`);
  if (command.arguments.length > 0 || command.rest !== undefined) lines.push("");
  lines.push("```sh");
  for (const example of command.examples) {
    lines.push(`# ${example.does}`, ...breakCommand(example.command, 110));
  }
  lines.push("```", "");
  const options = command.options.filter((option) => option.name !== "help");
  if (options.length > 0) {
    lines.push("| flag | meaning | default |", "|---|---|---|");
    for (const group of groups) {
      lines.push(...options.filter((option) => option.group === group).map(optionRow));
    }
    lines.push("");
  }
  for (const paragraph of command.more) lines.push(paragraph, "");
  if (command.exits.length > 0) lines.push(`Exit codes: 0, 1, 2, ${command.exits.join(", ")}.`, "");
  return lines;
}

/** The text of docs/cli.md. `npm run build && node scripts/documentation.mjs` writes it. */
export function documentation(): string {
  return [
    "# Command line",
    "",
    "Made from the command table in `src/cli/table` by `node scripts/documentation.mjs`; edit that, not this.",
    "",
    ...listed.map((command) => `- [${command.name}](#${command.name}): ${command.summary}`),
    "",
    "Results go to stdout, everything else to stderr. `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` are respected.",
    "",
    "## Exit codes",
    "",
    "| code | meaning |",
    "|---|---|",
    ...Object.entries(exitMeanings).map(([code, meaning]) => `| ${code} | ${meaning} |`),
    "",
    ...listed.flatMap(section),
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}
