import type { Argument, Option } from "./types.ts";

export const json = {
  name: "json",
  type: "boolean",
  group: "Output",
  summary: "JSON on stdout (see docs/json-output.md)",
} as const satisfies Option;

export const help = {
  name: "help",
  short: "h",
  type: "boolean",
  group: "Output",
  summary: "this help",
} as const satisfies Option;

export const verbose = {
  name: "verbose",
  short: "v",
  type: "boolean",
  group: "Output",
  summary: "stack traces, and one line for every segment",
} as const satisfies Option;

export const quiet = {
  name: "quiet",
  short: "q",
  type: "boolean",
  group: "Output",
  summary: "no progress: errors and the result only",
} as const satisfies Option;

export const noDashboard = {
  name: "no-dashboard",
  type: "boolean",
  group: "Output",
  summary: "no dashboard beside a run on a terminal",
} as const satisfies Option;

export const logFormat = {
  name: "log-format",
  type: "string",
  value: "text|json",
  choices: ["text", "json"],
  fallback: "text",
  group: "Output",
  summary: "how progress is written where stderr is not a terminal",
} as const satisfies Option;

export const require = {
  name: "require",
  type: "string",
  value: "METRIC<=VALUE",
  group: "Output",
  summary: "exit 5 unless the best member meets this",
} as const satisfies Option;

export const slots = {
  name: "slots",
  type: "integer",
  value: "N",
  least: 1,
  fallback: "number of cores",
  group: "Where",
  summary: "trainers at once; changes no decision of a synchronous run",
} as const satisfies Option;

export const gpus = {
  name: "gpus",
  type: "string",
  value: "0,1",
  group: "Where",
  summary: "devices, dealt to the slots in turn as CUDA_VISIBLE_DEVICES",
} as const satisfies Option;

export const output = {
  name: "output",
  short: "o",
  type: "string",
  value: "FILE",
  group: "Output",
  summary: "write here, not to stdout",
  completes: "files",
} as const satisfies Option;

export const metricRegex = {
  name: "metric-regex",
  type: "string",
  value: "REGEX",
  group: "Trainer",
  summary: "reads NAME and VALUE (named groups, or one group) from stdout lines",
} as const satisfies Option;

export const metricFile = {
  name: "metric-file",
  type: "string",
  value: "FILE",
  group: "Trainer",
  summary: "a JSON file of metrics that the trainer writes under {save}",
} as const satisfies Option;

export const timeout = {
  name: "timeout",
  type: "seconds",
  value: "TIME",
  group: "Trainer",
  summary: "time limit of one segment: 90, 15m, 2h",
} as const satisfies Option;

export const resident = {
  name: "resident",
  type: "boolean",
  group: "Trainer",
  summary: "keep one trainer process per slot (protocol level 3)",
} as const satisfies Option;

export const level = {
  name: "level",
  type: "string",
  value: "auto|1|2|3",
  choices: ["auto", "1", "2", "3"],
  fallback: "auto",
  group: "Trainer",
  summary: "protocol: 1 arguments, 2 environment, 3 resident process (docs/protocol.md)",
} as const satisfies Option;

export const shell = {
  name: "shell",
  type: "boolean",
  group: "Trainer",
  summary: "run the command, one quoted string, with /bin/sh",
} as const satisfies Option;

export const hp = {
  name: "hp",
  type: "string",
  value: "NAME~DIST",
  multiple: true,
  group: "What",
  main: true,
  summary: "hyperparameter: lr~'loguniform(1e-4,1)', batch~'ordinal(16,32,64)'",
} as const satisfies Option;

export const metric = {
  name: "metric",
  type: "string",
  value: "NAME:min|max",
  group: "What",
  main: true,
  summary: "what selection compares",
} as const satisfies Option;

export const seed = {
  name: "seed",
  type: "integer",
  value: "N",
  least: 0,
  fallback: "0",
  group: "What",
  summary: "the same seed gives the same decisions",
} as const satisfies Option;

/** The run that a command reads. */
export const runArgument = {
  name: "RUN",
  optional: true,
  summary: "run directory or name; default: the newest in runs/",
  completes: "runs",
} as const satisfies Argument;
