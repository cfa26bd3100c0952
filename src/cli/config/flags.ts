import { refuse } from "../../errors/index.ts";
import { parseRequirement } from "./require.ts";
import { layered, type Settings } from "./settings.ts";
import { devices, metricText, type Reading, rule, whole } from "./values.ts";

/** The flags of `run` and of commands that share some of them. */
export interface RunFlags {
  readonly metric?: string | undefined;
  readonly members?: number | undefined;
  readonly seed?: number | undefined;
  readonly name?: string | undefined;
  readonly control?: string | undefined;
  readonly interval?: string | number | undefined;
  readonly steps?: number | undefined;
  readonly generations?: number | undefined;
  readonly target?: number | undefined;
  readonly patience?: number | undefined;
  readonly time?: number | undefined;
  readonly mode?: string | undefined;
  readonly selection?: string | undefined;
  readonly mutation?: string | undefined;
  readonly fitness?: string | undefined;
  readonly retries?: number | undefined;
  readonly "min-alive"?: number | undefined;
  readonly reevaluate?: number | undefined;
  readonly level?: string | undefined;
  readonly shell?: boolean;
  readonly "metric-regex"?: string | undefined;
  readonly "metric-file"?: string | undefined;
  readonly restart?: boolean;
  readonly resident?: boolean;
  readonly timeout?: number | undefined;
  readonly slots?: number | undefined;
  readonly gpus?: string | undefined;
  readonly dir?: string | undefined;
  readonly keep?: string | undefined;
  readonly "disk-budget"?: number | undefined;
  readonly require?: string | undefined;
}

/**
 * What the flags set.
 *
 * @param rest the trainer's command line, after `--`
 * @param cwd where that runs, when a configuration file lies elsewhere
 * @throws UsageError with every problem
 */
export function settingsOfFlags(flags: RunFlags, rest?: readonly string[], cwd?: string): Settings {
  const problems: string[] = [];
  const read = <T>(
    name: string,
    text: string | undefined,
    reader: (text: string) => Reading<T>,
  ): T | undefined => {
    if (text === undefined) return undefined;
    const reading = reader(text);
    if ("value" in reading) return reading.value;
    problems.push(`--${name}: ${reading.problem}`);
    return undefined;
  };
  const metric = read("metric", flags.metric, metricText);
  const rules = {
    selection: read("selection", flags.selection, rule),
    mutation: read("mutation", flags.mutation, rule),
    fitness: read("fitness", flags.fitness, rule),
  };
  const interval =
    typeof flags.interval === "number" ? flags.interval : read("interval", flags.interval, intervalText);
  const gpus = read("gpus", flags.gpus, devices);
  if (flags.require !== undefined && parseRequirement(flags.require) === null) {
    problems.push(`--require: needs a condition such as 'loss<=0.05', got "${flags.require}"`);
  }
  refuse(problems);
  const level = flags.resident === true ? 3 : flags.level === undefined ? undefined : numbered(flags.level);
  return layered(
    defined({
      name: flags.name,
      metric,
      members: flags.members,
      seed: flags.seed,
      control: flags.control as Settings["control"],
      interval,
      mode: flags.mode === undefined ? undefined : flags.mode === "async" ? "asynchronous" : "synchronous",
      ...rules,
      retries: flags.retries,
      minAlive: flags["min-alive"],
      reevaluate: flags.reevaluate,
      slots: flags.slots,
      gpus,
      directory: flags.dir,
      keep: flags.keep as Settings["keep"],
      diskBudgetBytes: flags["disk-budget"],
      require: flags.require,
      stop: defined({
        steps: flags.steps,
        generations: flags.generations,
        target: flags.target,
        patience: flags.patience,
        seconds: flags.time,
      }),
      command: defined({
        command: rest,
        cwd: rest === undefined ? undefined : cwd,
        level,
        shell: flags.shell === true ? true : undefined,
        metricRegex: flags["metric-regex"],
        metricFile: flags["metric-file"],
        restart: flags.restart === true ? true : undefined,
        timeoutMs: flags.timeout === undefined ? undefined : 1000 * flags.timeout,
      }),
    }),
  );
}

const intervalText = (text: string): Reading<number | "auto"> => {
  if (text === "auto") return { value: text };
  const reading = whole(1)(Number(text));
  return "value" in reading ? reading : { problem: `needs a number of steps or auto, got "${text}"` };
};

const numbered = (level: string): 1 | 2 | 3 | "auto" =>
  level === "1" ? 1 : level === "2" ? 2 : level === "3" ? 3 : "auto";

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** Without the names that are undefined, so that they override nothing. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
