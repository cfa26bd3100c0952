import { refuse } from "../../errors/index.ts";
import type { Json } from "../../space/index.ts";
import { PLACEHOLDERS, placeholdersIn, unknownPlaceholders } from "./template.ts";

/** How a program is run as a trainer. */
export interface CommandTrainerOptions {
  /** Program and arguments with placeholders: `["python", "train.py", "--lr", "{lr}", "--resume", "{load}", …]`. */
  readonly command: readonly string[];
  /**
   * 1: unmodified script, one process per segment. 2: environment contract, one process per segment. 3: resident
   * process. `auto` (default): 1 when the command has `{load}` or `restart` is set; otherwise 2, and 3 as soon as the
   * process says hello on its channel.
   */
  readonly level?: 1 | 2 | 3 | "auto";
  /** Runs the command, then one string, with `/bin/sh -c`; substituted values are quoted. Default: no shell. */
  readonly shell?: boolean;
  /** Regular expression for a metric on stdout: group `value` or the first group is the number, group `step` the step. */
  readonly metricRegex?: string;
  /** JSON file that holds the metrics at the end of a segment; placeholders allowed, `{save}` or `{member}` needed. */
  readonly metricFile?: string;
  /** Time limit of a segment; default none. */
  readonly timeoutMs?: number;
  /** The script cannot resume: every segment trains from step 0 to `{until}`. */
  readonly restart?: boolean;
  /** Whether `using` is compared with the hyperparameters that were sent; default: at levels 2 and 3. */
  readonly echo?: boolean;
  /** Added to the inherited environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** True: level 3. False: never keep a process for more than one segment. Default: as the process wishes. */
  readonly resident?: boolean;
  /** Working directory; default: that of this process. */
  readonly cwd?: string;
  /** From SIGTERM to SIGKILL when a process must end. Default 5000. */
  readonly graceMs?: number;
  /** Level 3: how long a process may take to say hello. Default 120 000. */
  readonly helloTimeoutMs?: number;
  /** Bytes kept of a member's output: per file, two files per member. Default 2 MiB. */
  readonly logBytes?: number;
}

/** Options with every default filled in. */
export interface CommandPlan extends Required<Omit<CommandTrainerOptions, "level" | "cwd">> {
  /** `channel`: level 2, with the offer to stay resident. */
  readonly mode: "arguments" | "environment" | "channel" | "resident";
  readonly cwd: string;
  readonly pattern: RegExp | null;
}

/**
 * Checks the options and fills in the defaults.
 * @throws UsageError with every problem
 */
export function planCommand(options: CommandTrainerOptions, cwd: string): CommandPlan {
  const problems: string[] = [];
  const { command, level = "auto", shell = false, restart = false } = options;
  const used = new Set(command.flatMap((word) => placeholdersIn(word)));
  if (command.length === 0 || command[0] === "")
    problems.push("command: needs a program to run, got nothing");
  if (shell && command.length !== 1) {
    problems.push(
      `command: with shell, needs one string, got ${command.length} words. Quote the whole line?`,
    );
  }

  let mode: CommandPlan["mode"];
  if (level === "auto" && options.resident === true) mode = "resident";
  else if (level === "auto") mode = used.size > 0 || restart ? "arguments" : "channel";
  else mode = level === 1 ? "arguments" : level === 2 ? "environment" : "resident";
  if (mode === "channel" && options.resident === false) mode = "environment";

  if (mode === "arguments" && !used.has("load") && !restart) {
    problems.push(
      "command: has no {load}, so the script could not resume from its state. Pass {load} to the script (for instance --resume {load}), or say --restart if it trains from scratch each time, or --level 2 if it reads POLYTEMPO_LOAD",
    );
  }
  if (mode === "arguments" && used.has("load") && !used.has("save")) {
    problems.push(
      "command: has {load} but no {save}: the script must know where to write its state (for instance --out {save})",
    );
  }
  if (mode === "resident" && used.size > 0) {
    problems.push(
      `command: {${[...used].join("}, {")}} would be filled once, but a resident process (level 3) gets new values with each segment. Read them from the segment message`,
    );
  }
  if (options.resident !== undefined && level !== "auto" && options.resident !== (level === 3)) {
    problems.push(
      `resident: level ${level} ${level === 3 ? "is a resident process" : "has one process per segment"}, got resident ${options.resident}. Leave one of the two out`,
    );
  }
  let pattern: RegExp | null = null;
  if (options.metricRegex !== undefined && options.metricRegex !== "") {
    try {
      pattern = new RegExp(options.metricRegex);
      const groups = new RegExp(`${options.metricRegex}|`).exec("")!;
      if (groups.length < 2) {
        problems.push(
          `metricRegex: needs a group around the number, got ${options.metricRegex}. Try ${options.metricRegex}([-+.\\w]+)`,
        );
      }
    } catch (error) {
      problems.push(
        `metricRegex: is no regular expression: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const { metricFile = "" } = options;
  if (metricFile !== "" && !placeholdersIn(metricFile).some((name) => name === "save" || name === "member")) {
    problems.push(
      `metricFile: needs {save} or {member} in its path, because members write at the same time, got ${metricFile}`,
    );
  }
  for (const name of ["timeoutMs", "graceMs", "helloTimeoutMs", "logBytes"] as const) {
    const value = options[name];
    if (value !== undefined && !(value > 0)) problems.push(`${name}: needs a positive number, got ${value}`);
  }
  refuse(problems);
  return {
    command,
    mode,
    shell,
    restart,
    pattern,
    metricRegex: options.metricRegex ?? "",
    metricFile,
    timeoutMs: options.timeoutMs ?? Infinity,
    echo: options.echo ?? mode !== "arguments",
    env: options.env ?? {},
    resident: mode === "channel" || mode === "resident",
    cwd: options.cwd ?? cwd,
    graceMs: options.graceMs ?? 5000,
    helloTimeoutMs: options.helloTimeoutMs ?? 120_000,
    logBytes: options.logBytes ?? 2 * 1024 * 1024,
  };
}

/** What the check of a command asks of a search space. */
export interface Searched {
  readonly names: readonly string[];
  readonly distributions: readonly { readonly kind: string }[];
}

/**
 * Checks the placeholders of a command against the hyperparameters. At level 1 each of them needs its placeholder: one
 * that the command never gets would be searched without any effect. Constants are exempt, for nothing is searched.
 * @throws UsageError with every problem
 */
export function checkPlaceholders(plan: CommandPlan, { names, distributions }: Searched): void {
  const problems = unknownPlaceholders(plan.command, names);
  problems.push(
    ...unknownPlaceholders([plan.metricFile], names).map((problem) =>
      problem.replace("command, word 1", "metricFile"),
    ),
  );
  const used = new Set(plan.command.flatMap((word) => placeholdersIn(word)));
  for (const name of PLACEHOLDERS) {
    if (names.includes(name) && used.has(name)) {
      problems.push(
        `space.${name}: hides the placeholder {${name}} of the command. Rename the hyperparameter`,
      );
    }
  }
  if (plan.mode === "arguments") {
    for (const [i, name] of names.entries()) {
      if (used.has(name) || distributions[i]!.kind === "constant") continue;
      problems.push(
        `${name}: the command has no {${name}}, so its value could have no effect. Pass it, for instance --${name} {${name}}, or say --level 2 if the script reads POLYTEMPO_HYPERPARAMETERS`,
      );
    }
  }
  refuse(problems);
}

/** What a run's record says of the trainer. */
export function specOf(plan: CommandPlan): Readonly<Record<string, Json>> {
  return {
    command: [...plan.command],
    mode: plan.mode,
    shell: plan.shell,
    restart: plan.restart,
    echo: plan.echo,
    ...(plan.metricRegex === "" ? {} : { metricRegex: plan.metricRegex }),
    ...(plan.metricFile === "" ? {} : { metricFile: plan.metricFile }),
    ...(plan.timeoutMs === Infinity ? {} : { timeoutMs: plan.timeoutMs }),
  };
}
