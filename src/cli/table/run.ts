import * as shared from "./shared.ts";
import { rulesText } from "./rules.ts";
import type { Command, Option } from "./types.ts";

const what = [
  shared.hp,
  shared.metric,
  {
    name: "members",
    type: "integer",
    value: "N",
    least: 1,
    fallback: "16",
    group: "What",
    main: true,
    summary: "size of the population",
  },
  { ...shared.seed, main: true },
  {
    name: "name",
    type: "string",
    value: "NAME",
    group: "What",
    summary: "name of the run; default: from the configuration or the command",
  },
  {
    name: "control",
    type: "string",
    value: "none|random-search|frozen",
    choices: ["none", "random-search", "frozen"],
    fallback: "none",
    group: "What",
    summary: "the same budget without selection (random-search) or without mutation (frozen)",
  },
] as const satisfies readonly Option[];

const howLong = [
  {
    name: "interval",
    type: "string",
    value: "STEPS|auto",
    group: "How long",
    main: true,
    summary: "steps between slow steps; with --steps the default is auto: measured",
  },
  {
    name: "steps",
    type: "integer",
    value: "N",
    least: 1,
    group: "How long",
    main: true,
    summary: "steps per member, in total",
  },
  {
    name: "generations",
    type: "integer",
    value: "N",
    least: 1,
    group: "How long",
    summary: "slow steps, in total",
  },
  {
    name: "target",
    type: "number",
    value: "VALUE",
    group: "How long",
    summary: "stop when the best member reaches this",
  },
  {
    name: "patience",
    type: "integer",
    value: "N",
    least: 1,
    group: "How long",
    summary: "stop after N generations without improvement of the best",
  },
  {
    name: "time",
    type: "seconds",
    value: "TIME",
    group: "How long",
    summary: "wall-clock limit: 90, 15m, 2h (the stopping point then depends on the machine)",
  },
] as const satisfies readonly Option[];

const slowClock = [
  {
    name: "mode",
    type: "string",
    value: "sync|async",
    choices: ["sync", "async"],
    fallback: "sync",
    group: "Slow clock",
    summary: "generations in step, or each member at its own boundary",
  },
  {
    name: "selection",
    type: "string",
    value: "RULE",
    fallback: "truncation(fraction=0.2)",
    group: "Slow clock",
    summary: "who copies whom",
  },
  {
    name: "mutation",
    type: "string",
    value: "RULE",
    fallback: "gaussian(sigma=0.1)",
    group: "Slow clock",
    summary: "how copied hyperparameters move",
  },
  {
    name: "fitness",
    type: "string",
    value: "RULE",
    fallback: "auto",
    group: "Slow clock",
    summary: "the score that selection compares",
  },
  {
    name: "retries",
    type: "integer",
    value: "N",
    least: 0,
    fallback: "1",
    group: "Slow clock",
    summary: "attempts after a failing segment, before the member is failed in that generation",
  },
  {
    name: "min-alive",
    type: "integer",
    value: "N",
    least: 1,
    fallback: "1",
    group: "Slow clock",
    summary: "end in error (exit 3) with fewer members that can go on",
  },
  {
    name: "reevaluate",
    type: "integer",
    value: "N",
    least: 0,
    fallback: "4, or 0 for programs",
    group: "Slow clock",
    summary: "fresh evaluations of each of 5 finalists, to choose the winner; 0: the best value seen",
  },
] as const satisfies readonly Option[];

const trainer = [
  shared.metricRegex,
  shared.metricFile,
  {
    name: "restart",
    type: "boolean",
    group: "Trainer",
    summary: "the script trains from scratch each time: needs no {load}",
  },
  shared.resident,
  shared.level,
  shared.shell,
  shared.timeout,
] as const satisfies readonly Option[];

const where = [
  shared.slots,
  shared.gpus,
  {
    name: "dir",
    type: "string",
    value: "DIR",
    fallback: "runs/NAME",
    group: "Where",
    summary: "run directory; must not exist yet",
    completes: "directories",
  },
  {
    name: "keep",
    type: "string",
    value: "lineages|all|last",
    choices: ["lineages", "all", "last"],
    fallback: "lineages",
    group: "Where",
    summary: "which checkpoints stay",
  },
  {
    name: "disk-budget",
    type: "bytes",
    value: "SIZE",
    group: "Where",
    summary: "limit for checkpoints: 20GB",
  },
] as const satisfies readonly Option[];

const output = [
  {
    name: "dry-run",
    type: "boolean",
    group: "Output",
    summary: "print what would run, its cost and the first founders",
  },
  shared.require,
  shared.json,
  shared.logFormat,
  shared.noDashboard,
  shared.quiet,
  shared.verbose,
  shared.help,
] as const satisfies readonly Option[];

export const runCommand = {
  name: "run",
  summary: "Trains a population: from a command line, a YAML or JSON file, or a module",
  arguments: [
    {
      name: "CONFIG",
      optional: true,
      summary: "configuration: .yaml, .json, .ts, .mjs, .js",
      completes: "files",
    },
  ],
  rest: "a trainer's command line, with {name} for each hyperparameter, {load}, {save}, {until}, {seed}, {member}",
  examples: [
    {
      command:
        "polytempo run --hp lr~'loguniform(1e-4,1)' --metric loss:min --interval 50 --steps 1000 -- python train.py --lr {lr} --resume {load} --save {save} --until {step}",
      does: "any script, no configuration file",
    },
    {
      command: "polytempo run digits.yaml --members 32 --seed 7",
      does: "from a file; flags override it",
    },
    {
      command: "polytempo run digits.mjs --dry-run",
      does: "from a module that exports run options",
    },
  ],
  options: [...what, ...howLong, ...slowClock, ...trainer, ...where, ...output],
  exits: [3, 4, 5, 130, 143],
  more: [
    "Ctrl-C once stops after the running segments and saves; twice stops at once. `polytempo resume` goes on from there.",
    'The trainer says its metric by a stdout line `polytempo {"step": 50, "loss": 0.3}`, by --metric-regex or --metric-file. `polytempo check -- CMD` tests a trainer before you spend time on it.',
    "Rules are written like calls, with named options: --selection 'truncation(fraction=0.3)', --mutation 'pbtPerturb(factors=[0.8,1.25])', --fitness intervalAverage.",
    ...rulesText,
    "Without --interval, a run with --steps measures its own (auto). The command of a configuration file runs in the file's folder; a command line after -- runs here. Runs are stored in runs/ here.",
    "Generation N is the N-th, from 1, in everything that people read; names of checkpoints, logs and JSON count from 0 (g0000 is generation 1).",
    "On a terminal: p pause, s stop after the segment, a all members, ? keys.",
  ],
} as const satisfies Command;

export const resumeCommand = {
  name: "resume",
  summary: "Goes on with a stopped or killed run, without losing or doubling a decision",
  arguments: [
    shared.runArgument,
    {
      name: "CONFIG",
      optional: true,
      summary: "the run's module, where it has moved; its rules must match the run's",
      completes: "files",
    },
  ],
  examples: [
    { command: "polytempo resume", does: "the newest run in runs/" },
    { command: "polytempo resume runs/digits --slots 8", does: "on a larger machine: the same decisions" },
    { command: "polytempo resume digits --steps 40000", does: "train longer: a new total" },
  ],
  options: [
    howLong[1],
    howLong[2],
    howLong[5],
    {
      name: "retry-failed",
      type: "boolean",
      group: "What",
      summary: "after exit 3, once the trainer is mended: members go on from their last states",
    },
    {
      name: "changed-trainer",
      type: "boolean",
      group: "What",
      summary: "go on although the model, the optimizer or the data are not those that the run began with",
    },
    {
      name: "take-over",
      type: "boolean",
      group: "Where",
      summary: "the run's last writer was on another machine that is gone",
    },
    shared.slots,
    shared.gpus,
    where[3],
    where[4],
    shared.require,
    shared.json,
    shared.logFormat,
    shared.noDashboard,
    shared.quiet,
    shared.verbose,
    shared.help,
  ],
  exits: [3, 4, 5, 130, 143],
  more: [
    "Everything that fixes a decision comes from the run's own log. A configuration that does not match is refused (exit 4) and nothing is changed.",
  ],
} as const satisfies Command;
