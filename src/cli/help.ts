import { type Command, groups, listed, type Option } from "./table/index.ts";
import { padEnd, width, wrap } from "./text/width.ts";

const columns = 100;

/** `--members N`, `-q --quiet`. */
export function flag(option: Option): string {
  const value = option.type === "boolean" ? "" : ` ${option.value ?? option.type.toUpperCase()}`;
  return `--${option.name}${value}`;
}

/** `polytempo run [CONFIG] [flags] [-- COMMAND …]`. */
export function usage(command: Command): string {
  const words = command.arguments.map((argument) => {
    const name = argument.multiple === true ? `${argument.name} ${argument.name} …` : argument.name;
    return argument.optional === true ? `[${name}]` : name;
  });
  const rest = command.rest === undefined ? [] : ["[-- COMMAND …]"];
  return ["polytempo", command.name, ...words, "[flags]", ...rest].join(" ");
}

/** The short help of one command: at most 24 lines. */
export function commandHelp(command: Command): string[] {
  const lines = [`${command.summary}.`, ""];
  for (const example of command.examples) {
    const comment = `# ${example.does}`;
    const broken = breakCommand(example.command, columns - 4);
    if (broken.length === 1 && Math.max(58, width(broken[0]!)) + width(comment) + 4 <= columns) {
      lines.push(`  ${padEnd(broken[0]!, 58)}  ${comment}`);
    } else {
      lines.push(`  ${comment}`, ...broken.map((line) => `  ${line}`));
    }
  }
  lines.push("", `usage: ${usage(command)}`);
  const main = command.options.filter((option) => option.main === true);
  const left = Math.max(0, ...main.map((option) => width(flag(option))));
  for (const option of main) {
    lines.push(...described(`  ${padEnd(flag(option), left)}  `, text(option)));
  }
  for (const group of groups) {
    const others = command.options.filter(
      (option) => option.group === group && option.main !== true && option.name !== "help",
    );
    if (others.length === 0) continue;
    const names = others.map((option) => `--${option.name}`);
    lines.push(...wrap([`${padEnd(group, 10)}`, ...names], columns, 12, "  "));
  }
  if (command.more.length > 0 || command.options.length > main.length + 2) {
    lines.push("", `polytempo help ${command.name} explains every flag.`);
  }
  return lines;
}

function text(option: Option): string {
  const repeat = option.multiple === true ? " (repeat)" : "";
  const fallback = option.fallback === undefined ? "" : ` (${option.fallback})`;
  return `${option.summary}${repeat}${fallback}`;
}

const described = (left: string, right: string): string[] => {
  const lines = wrap(right.split(" "), Math.max(20, columns - width(left)));
  return lines.map((line, index) => (index === 0 ? left : " ".repeat(width(left))) + line);
};

/** A long command line, broken at flags with `\`. */
export function breakCommand(command: string, cells: number): string[] {
  if (width(command) <= cells) return [command];
  const parts = command.split(/ (?=--(?:\s|[a-z]))/);
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    if (line !== "" && width(`${line} ${part} \\`) > cells) {
      lines.push(`${line} \\`);
      line = `    ${part}`;
    } else {
      line = line === "" ? part : `${line} ${part}`;
    }
  }
  return [...lines, line];
}

/** The long text of one command: every flag with its meaning and default. */
export function commandManual(command: Command): string[] {
  const lines = [`${command.summary}.`, "", `usage: ${usage(command)}`, ""];
  for (const argument of command.arguments)
    lines.push(...described(`  ${padEnd(argument.name, 12)}`, argument.summary));
  if (command.rest !== undefined) lines.push(...described(`  ${padEnd("COMMAND", 12)}`, command.rest));
  for (const example of command.examples) {
    lines.push(
      "",
      `  # ${example.does}`,
      ...breakCommand(example.command, columns - 4).map((line) => `  ${line}`),
    );
  }
  for (const group of groups) {
    const options = command.options.filter((option) => option.group === group);
    if (options.length === 0) continue;
    lines.push("", group);
    for (const option of options) {
      const short = option.short === undefined ? "" : `-${option.short}, `;
      const left = `  ${padEnd(short + flag(option), 28)}  `;
      lines.push(...described(left, text(option)));
    }
  }
  for (const paragraph of command.more) lines.push("", ...wrap(paragraph.split(" "), columns));
  return lines;
}

/** `polytempo --help`: at most 24 lines. */
export function overview(): string[] {
  const live = ["pause", "unpause", "stop", "retire"];
  const rows = listed
    .filter((command) => !live.includes(command.name) && !["help", "completion"].includes(command.name))
    .map((command) => [command.name, command.summary] as const);
  return [
    "Trains populations of models on two clocks: population-based training for any trainer.",
    "",
    `  ${padEnd("polytempo init && polytempo run polytempo.yaml", 58)}  # from nothing to a running population`,
    `  ${padEnd("polytempo check polytempo.yaml", 58)}  # does my trainer save, load, obey?`,
    `  ${padEnd("polytempo best", 58)}  # the winner of the newest run`,
    "",
    ...rows.map(([name, summary]) => `  ${padEnd(name, 10)}  ${summary}`),
    `  ${live.join(" · ")}: asks of a live run`,
    "",
    "polytempo COMMAND --help for examples and flags; polytempo help COMMAND for all of it.",
  ];
}
