import * as shared from "./shared.ts";
import type { Command } from "./types.ts";

/** Commands that start something, or ask a live run for something. */

export const initCommand = {
  name: "init",
  summary: "Writes a commented configuration and a tiny trainer to start from; overwrites nothing",
  arguments: [{ name: "DIR", optional: true, summary: "where; default: here", completes: "directories" }],
  examples: [
    { command: "polytempo init", does: "a Python trainer and polytempo.yaml, here" },
    { command: "polytempo init digits --language typescript", does: "a TypeScript module, in digits/" },
    {
      command: "polytempo init && polytempo run polytempo.yaml",
      does: "from nothing to a running population",
    },
  ],
  options: [
    {
      name: "language",
      type: "string",
      value: "python|typescript",
      choices: ["python", "typescript"],
      fallback: "python",
      group: "What",
      main: true,
      summary: "of the trainer",
    },
    shared.help,
  ],
  exits: [],
  more: [],
} as const satisfies Command;

export const checkCommand = {
  name: "check",
  summary: "Tests that a trainer saves, loads, obeys its hyperparameters, and fails cleanly",
  arguments: [
    {
      name: "CONFIG",
      optional: true,
      summary: "configuration whose trainer to test, in place of a command line",
      completes: "files",
    },
  ],
  rest: "a trainer's command line",
  examples: [
    {
      command:
        "polytempo check --hp lr~'loguniform(1e-4,1)' --metric loss:min -- python train.py --lr {lr} --resume {load} --save {save} --until {step}",
      does: "a script",
    },
    { command: "polytempo check polytempo.yaml", does: "the trainer of a configuration" },
    { command: "polytempo check polytempo.yaml --json", does: "for scripts" },
  ],
  options: [
    shared.hp,
    shared.metric,
    {
      name: "interval",
      type: "integer",
      value: "STEPS",
      least: 1,
      fallback: "10",
      group: "How long",
      main: true,
      summary: "steps of each trial segment",
    },
    shared.seed,
    shared.metricRegex,
    shared.metricFile,
    {
      name: "restart",
      type: "boolean",
      group: "Trainer",
      summary: "the script trains from scratch each time",
    },
    shared.resident,
    shared.level,
    shared.shell,
    shared.timeout,
    shared.json,
    shared.verbose,
    shared.help,
  ],
  exits: [3],
  more: ["Exit 3 when the trainer does not pass. Each finding says what to change."],
} as const satisfies Command;

export const replayCommand = {
  name: "replay",
  summary: "Trains one member along a stored schedule, from the start, without selection",
  arguments: [shared.runArgument],
  examples: [
    { command: "polytempo replay runs/digits", does: "the best member's schedule" },
    { command: "polytempo replay digits --member m03 --dir runs/digits-m03", does: "another member's" },
    {
      command: "polytempo replay digits --require 'loss<=0.05'",
      does: "exit 5 unless the schedule does it again",
    },
  ],
  options: [
    {
      name: "member",
      type: "string",
      value: "mNN",
      fallback: "the best",
      group: "What",
      main: true,
      summary: "whose schedule",
      completes: "members",
    },
    {
      name: "dir",
      type: "string",
      value: "DIR",
      fallback: "runs/NAME-replay",
      group: "Where",
      summary: "where the replay is stored",
      completes: "directories",
    },
    shared.gpus,
    shared.require,
    shared.json,
    shared.quiet,
    shared.verbose,
    shared.help,
  ],
  exits: [3, 4, 5, 130, 143],
  more: [
    "Seeds are those of the run along the lineage: a deterministic trainer gives the same numbers again.",
  ],
} as const satisfies Command;

function request<Name extends string>(name: Name, summary: string, does: string) {
  return {
    name,
    summary,
    arguments: [shared.runArgument],
    examples: [
      { command: `polytempo ${name}`, does: `${does} the newest run` },
      { command: `polytempo ${name} digits`, does: "by name" },
      { command: `polytempo ${name} runs/digits`, does: "by directory" },
    ],
    options: [shared.help],
    exits: [4],
    more: [],
  } as const satisfies Command;
}

export const pauseCommand = request("pause", "Asks a live run to pause after the running segments", "pause");
export const unpauseCommand = request("unpause", "Asks a paused run to go on", "go on with");

export const stopCommand = {
  ...request("stop", "Asks a live run to stop after the running segments and save", "stop"),
  options: [
    { name: "now", type: "boolean", group: "What", summary: "at once: running segments are dropped" },
    shared.help,
  ],
} as const satisfies Command;

export const retireCommand = {
  name: "retire",
  summary: "Asks a live run to retire a member: it trains no more and is never replaced",
  arguments: [
    { name: "RUN", summary: "run directory or name", completes: "runs" },
    { name: "MEMBER", summary: "such as m07", completes: "members" },
  ],
  examples: [
    { command: "polytempo retire digits m07", does: "one member" },
    { command: "polytempo retire runs/digits m07", does: "by directory" },
    { command: "polytempo status digits --all", does: "see who there is" },
  ],
  options: [shared.help],
  exits: [4],
  more: ["An intervention that changes decisions is written into the decision log."],
} as const satisfies Command;

export const doctorCommand = {
  name: "doctor",
  summary: "Checks this machine: Node, the store, Python, cores, disk, devices",
  arguments: [],
  examples: [
    { command: "polytempo doctor", does: "what works here" },
    { command: "polytempo doctor --json", does: "for a bug report" },
    { command: "polytempo doctor --dir /data/runs", does: "is that disk fit for runs?" },
  ],
  options: [
    {
      name: "dir",
      type: "string",
      value: "DIR",
      fallback: "runs",
      group: "Where",
      summary: "where runs will be stored",
      completes: "directories",
    },
    shared.json,
    shared.help,
  ],
  exits: [],
  more: [],
} as const satisfies Command;

export const completionCommand = {
  name: "completion",
  summary: "Prints a completion script for your shell",
  arguments: [
    {
      name: "SHELL",
      summary: "bash, zsh, fish or powershell",
      choices: ["bash", "zsh", "fish", "powershell"],
    },
  ],
  examples: [
    { command: "source <(polytempo completion bash)", does: "bash, this session" },
    { command: 'polytempo completion zsh > "${fpath[1]}/_polytempo"', does: "zsh, for good" },
    { command: "polytempo completion fish > ~/.config/fish/completions/polytempo.fish", does: "fish" },
  ],
  options: [shared.help],
  exits: [],
  more: [],
} as const satisfies Command;

export const helpCommand = {
  name: "help",
  summary: "Prints the long text of a command",
  arguments: [{ name: "COMMAND", optional: true, summary: "which" }],
  examples: [
    { command: "polytempo help run", does: "all options of run" },
    { command: "polytempo run --help", does: "the short text" },
    { command: "polytempo help", does: "all commands" },
  ],
  options: [shared.help],
  exits: [],
  more: [],
} as const satisfies Command;

/** Candidates for the shell: `polytempo __complete runs|metrics|members [RUN]`. */
export const completeCommand = {
  name: "__complete",
  summary: "Candidates for the shell",
  arguments: [
    { name: "KIND", summary: "runs, metrics or members" },
    { name: "RUN", optional: true, summary: "of which run" },
  ],
  examples: [],
  options: [],
  exits: [],
  more: [],
  hidden: true,
} as const satisfies Command;
