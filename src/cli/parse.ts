import { parseArgs } from "node:util";
import { refuse } from "../errors/index.ts";
import { type Command, type CommandName, commands, type Invocation, type Option } from "./table/index.ts";
import { parseBytes, parseSeconds } from "./text/numbers.ts";
import { didYouMean } from "./text/suggest.ts";

/**
 * Reads the words after a command's name by its row in the table.
 *
 * @throws UsageError with every unknown flag, missing value and bad number at once
 */
export function parse<Name extends CommandName>(name: Name, args: readonly string[]): Invocation<Name> {
  const command: Command = commands[name];
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      command.options.map((option) => [
        option.name,
        {
          type: option.type === "boolean" ? ("boolean" as const) : ("string" as const),
          ...(option.short === undefined ? {} : { short: option.short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const problems: string[] = [];
  const values: Record<string, unknown> = Object.fromEntries(
    command.options.map((option) => [
      option.name,
      option.multiple === true ? [] : option.type === "boolean" ? false : undefined,
    ]),
  );
  const words: string[] = [];
  let rest: string[] | undefined;
  let said = -1;
  for (const token of tokens) {
    if (token.index === said) continue;
    if (token.kind === "option-terminator") {
      rest = args.slice(token.index + 1);
      break;
    }
    if (token.kind === "positional") {
      words.push(token.value);
      continue;
    }
    const option = command.options.find((candidate) => candidate.name === token.name);
    if (option === undefined) {
      // `-csv` is three short flags to the parser, and one long one to the person.
      const word = args[token.index]!;
      const whole = /^-[a-z]{2,}/.test(word) ? word.split("=")[0]! : token.rawName;
      if (whole !== token.rawName) said = token.index;
      problems.push(unknownFlag(command, whole));
      continue;
    }
    const value = read(option, token.value, problems);
    if (value === undefined) continue;
    const before = values[option.name];
    values[option.name] = Array.isArray(before) ? [...before, value] : value;
  }
  problems.push(...wordProblems(command, words, rest, values["help"] === true));
  refuse(problems);
  // The loop above built exactly what ValuesOf derives from the same rows.
  return { values: values as Invocation<Name>["values"], words, rest };
}

function unknownFlag(command: Command, raw: string): string {
  const name = raw.replace(/^-+/, "");
  const known = command.options.map((option) => option.name);
  const place = `polytempo ${command.name}: unknown flag ${raw}.`;
  return `${place}${didYouMean(name, known).replaceAll('"', "").replace("mean ", "mean --")} See polytempo help ${command.name}`;
}

function read(option: Option, text: string | undefined, problems: string[]): unknown {
  const say = (problem: string): undefined => {
    problems.push(`--${option.name}: ${problem}`);
    return undefined;
  };
  if (option.type === "boolean") {
    return text === undefined ? true : say(`takes no value, got "${text}"`);
  }
  if (text === undefined || text === "") return say(`needs a value, ${option.value ?? "TEXT"}`);
  if (option.choices !== undefined && !option.choices.includes(text)) {
    return say(
      `needs one of ${option.choices.join(", ")}, got "${text}".${didYouMean(text, option.choices)}`,
    );
  }
  if (option.type === "string") return text;
  const value = number(option, text);
  if (value === null || Number.isNaN(value)) return say(`${expects[option.type]}, got "${text}"`);
  if (option.least !== undefined && value < option.least) {
    return say(`needs at least ${option.least}, got ${text}`);
  }
  return value;
}

const expects = {
  integer: "needs a whole number",
  number: "needs a number",
  seconds: "needs a time such as 90, 15m or 2h",
  bytes: "needs a size such as 500MB or 20GB",
} as const;

function number(option: Option, text: string): number | null {
  if (option.type === "seconds") return parseSeconds(text);
  if (option.type === "bytes") return parseBytes(text);
  const value = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null;
  return option.type === "integer" && value !== null && !Number.isSafeInteger(value) ? null : value;
}

function wordProblems(
  command: Command,
  words: readonly string[],
  rest: readonly string[] | undefined,
  wantsHelp: boolean,
): string[] {
  const problems: string[] = [];
  if (wantsHelp) return problems;
  const place = `polytempo ${command.name}`;
  const required = command.arguments.filter((argument) => argument.optional !== true);
  if (words.length < required.length) {
    problems.push(
      `${place}: needs ${required
        .slice(words.length)
        .map((argument) => `${argument.name} (${argument.summary})`)
        .join(" and ")}. See ${place} --help`,
    );
  }
  const many = command.arguments.some((argument) => argument.multiple === true);
  if (!many && words.length > command.arguments.length) {
    const extra = words.slice(command.arguments.length).join(" ");
    const hint = command.rest === undefined ? "" : " A trainer's command line goes after --";
    problems.push(`${place}: "${extra}" is one word too many.${hint}`);
  }
  for (const [index, argument] of command.arguments.entries()) {
    const word = words[index];
    if (word !== undefined && argument.choices !== undefined && !argument.choices.includes(word)) {
      problems.push(
        `${place}: ${argument.name}: needs one of ${argument.choices.join(", ")}, got "${word}".${didYouMean(word, argument.choices)}`,
      );
    }
  }
  if (rest !== undefined && command.rest === undefined) problems.push(`${place}: takes nothing after --`);
  if (rest !== undefined && rest.length === 0)
    problems.push(`${place}: nothing follows --; expected ${command.rest}`);
  return problems;
}
