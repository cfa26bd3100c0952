import { fitnessFrom, mutationFrom, selectionFrom, type Spec } from "../../population/index.ts";
import type { Hyperparameters, Json, SearchSpace } from "../../space/index.ts";
import { refuse, UsageError } from "../../errors/index.ts";
import { didYouMean } from "../text/suggest.ts";
import type { ConfigurationDocument, Path } from "./document.ts";
import { parseRequirement } from "./require.ts";
import { type CommandSettings, layered, type Settings } from "./settings.ts";
import * as values from "./values.ts";
import { shellWords } from "./words.ts";

type Say = (path: Path, problem: string) => undefined;

/** Reads one key; returns what it sets. */
type Field = (value: Json, path: Path, say: Say) => Settings | undefined;

const field =
  <T>(read: (value: Json) => values.Reading<T>, set: (value: T) => Settings): Field =>
  (value, path, say) => {
    const reading = read(value);
    return "problem" in reading ? say(path, reading.problem) : set(reading.value);
  };

/** A rule whose name and options are those of one that exists. */
const ruleField =
  (from: (spec: Spec) => unknown, set: (spec: Spec) => Settings): Field =>
  (value, path, say) => {
    const reading = values.rule(value);
    if ("problem" in reading) return say(path, reading.problem);
    try {
      from(reading.value);
      return set(reading.value);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      for (const problem of error.problems) say(path, problem);
      return undefined;
    }
  };

const stopFields: Readonly<Record<string, Field>> = {
  steps: field(values.whole(1), (steps) => ({ stop: { steps } })),
  generations: field(values.whole(1), (generations) => ({ stop: { generations } })),
  target: field(values.real, (target) => ({ stop: { target } })),
  patience: field(values.whole(1), (patience) => ({ stop: { patience } })),
  time: field(values.seconds, (seconds) => ({ stop: { seconds } })),
  seconds: field(values.seconds, (seconds) => ({ stop: { seconds } })),
};

/** A scalar as a word of a command line; anything else as JSON. */
const word = (value: Json): string => (typeof value === "string" ? value : JSON.stringify(value));

const command = (set: CommandSettings): Settings => ({ command: set });

const commandLine: Field = (value, path, say) => {
  if (Array.isArray(value)) return command({ command: (value as readonly Json[]).map(word) });
  if (typeof value !== "string" || value.trim() === "") {
    return say(path, `needs a command line or a list of words, got ${JSON.stringify(value)}`);
  }
  const words = shellWords(value);
  return words === null ? say(path, "a quote is not closed") : command({ command: words });
};

const trainerFields: Readonly<Record<string, Field>> = {
  command: commandLine,
  level: field(
    (value) => values.oneOf(["auto", "1", "2", "3"])(typeof value === "number" ? String(value) : value),
    (level) => command({ level: level === "auto" ? level : (Number(level) as 1 | 2 | 3) }),
  ),
  shell: field(values.flagValue, (shell) => command({ shell })),
  metricRegex: field(values.text, (metricRegex) => command({ metricRegex })),
  metricFile: field(values.text, (metricFile) => command({ metricFile })),
  timeout: field(values.seconds, (seconds) => command({ timeoutMs: 1000 * seconds })),
  restart: field(values.flagValue, (restart) => command({ restart })),
  resident: field(values.flagValue, (resident) => command(resident ? { level: 3 } : {})),
  cwd: field(values.text, (cwd) => command({ cwd })),
  env: (value, path, say) =>
    values.isRecord(value)
      ? command({
          env: Object.fromEntries(Object.entries(value).map(([name, text]) => [name, word(text)])),
        })
      : say(path, "needs names and texts"),
};

const modeNames: Readonly<Record<string, "synchronous" | "asynchronous">> = {
  sync: "synchronous",
  synchronous: "synchronous",
  async: "asynchronous",
  asynchronous: "asynchronous",
};

const metric: Field = (value, path, say) => {
  if (typeof value === "string") {
    const reading = values.metricText(value);
    return "problem" in reading ? say(path, reading.problem) : { metric: reading.value };
  }
  if (!values.isRecord(value)) return say(path, 'needs "loss:min", or { name: loss, mode: min }');
  const way = value["mode"] ?? value["goal"] ?? value["direction"] ?? null;
  const name = values.text(value["name"] ?? null);
  const mode = values.direction(way);
  for (const key of Object.keys(value)) {
    if (!["name", "mode", "goal", "direction"].includes(key)) {
      say([...path, key], `unknown key.${didYouMean(key, ["name", "mode"])}`);
    }
  }
  if ("problem" in name) return say([...path, "name"], name.problem);
  if ("problem" in mode) return say([...path, "mode"], mode.problem);
  return { metric: { name: name.value, mode: mode.value } };
};

const founders: Field = (value, path, say) => {
  if (!Array.isArray(value) || !value.every((item: Json) => values.isRecord(item))) {
    return say(path, "needs a list of { name: value }");
  }
  return { founders: value as unknown as readonly Hyperparameters[] };
};

const section =
  (fields: Readonly<Record<string, Field>>): Field =>
  (value, path, say) => {
    if (!values.isRecord(value)) return say(path, `needs ${Object.keys(fields).join(", ")}`);
    return layered(...readKeys(value, path, fields, say));
  };

const topFields: Readonly<Record<string, Field>> = {
  name: field(values.text, (name) => ({ name })),
  trainer: section(trainerFields),
  metric,
  members: field(values.whole(1), (members) => ({ members })),
  seed: field(values.whole(0), (seed) => ({ seed })),
  founders,
  interval: field(
    (value): values.Reading<number | "auto"> => (value === "auto" ? { value } : values.whole(1)(value)),
    (interval) => ({ interval }),
  ),
  mode: (value, path, say) => {
    const found = typeof value === "string" ? modeNames[value] : undefined;
    if (found !== undefined) return { mode: found };
    const reading = values.oneOf(["sync", "async"])(value);
    return "problem" in reading ? say(path, reading.problem) : undefined;
  },
  stop: section(stopFields),
  ...stopFields,
  selection: ruleField(selectionFrom, (selection) => ({ selection })),
  mutation: ruleField(mutationFrom, (mutation) => ({ mutation })),
  fitness: ruleField(fitnessFrom, (fitness) => ({ fitness })),
  control: field(values.oneOf(["none", "random-search", "frozen"]), (control) => ({ control })),
  retries: field(values.whole(0), (retries) => ({ retries })),
  minAlive: field(values.whole(1), (minAlive) => ({ minAlive })),
  reevaluate: field(
    (value): values.Reading<number | boolean> =>
      typeof value === "boolean" ? { value } : values.whole(0)(value),
    (reevaluate) => ({ reevaluate }),
  ),
  slots: field(values.whole(1), (slots) => ({ slots })),
  gpus: field(values.devices, (gpus) => ({ gpus })),
  dir: field(values.text, (directory) => ({ directory })),
  keep: field(values.oneOf(["lineages", "all", "last"]), (keep) => ({ keep })),
  diskBudget: field(values.sizeInBytes, (diskBudgetBytes) => ({ diskBudgetBytes })),
  require: field(
    (value) =>
      typeof value === "string" && parseRequirement(value) !== null
        ? { value }
        : { problem: `needs a condition such as loss<=0.05, got ${JSON.stringify(value)}` },
    (require) => ({ require }),
  ),
  ...trainerFields,
};

/** Other spellings, of this and of other tools. */
const aliases: Readonly<Record<string, string>> = {
  parameters: "space",
  hyperparameters: "space",
  searchSpace: "space",
  population: "members",
  populationSize: "members",
  directory: "dir",
  maxSteps: "steps",
  environment: "env",
  metricPattern: "metricRegex",
};

/** `disk-budget`, `disk_budget` → `diskBudget`. */
const camel = (key: string): string =>
  key.replace(/[-_]([a-z])/g, (_, letter: string) => letter.toUpperCase());

function readKeys(
  data: { readonly [name: string]: Json },
  path: Path,
  fields: Readonly<Record<string, Field>>,
  say: Say,
): Settings[] {
  const found: Settings[] = [];
  const seen = new Map<string, string>();
  for (const [key, value] of Object.entries(data)) {
    const plain = camel(key);
    const name = aliases[plain] ?? plain;
    const here = [...path, key];
    const before = seen.get(name);
    if (before !== undefined) say(here, `the same as ${before}, which is given too`);
    seen.set(name, key);
    const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (read === undefined) {
      say(here, `unknown key.${didYouMean(name, Object.keys(fields))}`);
      continue;
    }
    const settings = read(value, here, say);
    if (settings !== undefined) found.push(settings);
  }
  return found;
}

/** How to read a search space from plain data; problems start with the path within the space. */
export type ReadSpace = (data: Json) => SearchSpace<unknown>;

/**
 * A YAML or JSON configuration as settings.
 *
 * @throws UsageError with every problem of the file, each with line and column
 */
export function readSettings(document: ConfigurationDocument, readSpace: ReadSpace): Settings {
  const { data } = document;
  const problems: string[] = [];
  const say: Say = (path, problem) => {
    problems.push(document.problem(path, problem));
    return undefined;
  };
  if (!values.isRecord(data))
    throw new UsageError(document.problem([], "needs keys such as trainer, space and metric"));
  const space: Field = (value, path) => {
    try {
      return { space: readSpace(value) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      for (const problem of error.problems) problems.push(located(document, path, problem));
      return undefined;
    }
  };
  const settings = layered(...readKeys(joined(data), [], { ...topFields, space }, say));
  refuse(problems);
  return settings;
}

/** Ray's and Optuna's `metric: loss` with `mode: min` beside it, as one value. */
function joined(data: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  const { metric: name, ...rest } = data;
  const key = ["mode", "goal", "direction"].find(
    (way) => typeof rest[way] === "string" && "value" in values.direction(rest[way]),
  );
  if (typeof name !== "string" || name.includes(":") || key === undefined) return data;
  const { [key]: way, ...others } = rest;
  return { ...others, metric: `${name}:${word(way ?? null)}` };
}

/** Problems of a space say `space.lr: …` or `lr: …`: finds the key that they mean. */
function located(document: ConfigurationDocument, path: Path, problem: string): string {
  const match = /^(?:space\.?)?([\w.\-[\])]*?):\s*([\s\S]*)$/.exec(problem);
  if (match === null) return document.problem(path, problem);
  const inner = match[1]!.split(/[.[\]]/).filter((part) => part !== "");
  // `{ width: ordinal(16, 32) }` is, in YAML, a name `width` and another `32)`.
  const cut = inner.at(-1)?.endsWith(")") === true ? '. In { … }, quote laws: "ordinal(16, 32)"' : "";
  return document.problem([...path, ...inner], match[2]! + cut);
}
