import * as shared from "./shared.ts";
import type { Command, Option } from "./types.ts";

/** Commands that read a run directory and change nothing. */

const member = {
  name: "member",
  type: "string",
  value: "mNN",
  fallback: "the best",
  group: "What",
  summary: "which member",
  completes: "members",
} as const satisfies Option;

export const statusCommand = {
  name: "status",
  summary: "Shows where a run stands: live, stopped or finished",
  arguments: [shared.runArgument],
  examples: [
    { command: "polytempo status", does: "the newest run" },
    { command: "polytempo status runs/digits --all", does: "every member" },
    { command: "polytempo status digits --json", does: "for scripts" },
  ],
  options: [
    {
      name: "all",
      short: "a",
      type: "boolean",
      group: "Output",
      summary: "every member, also where they do not fit the terminal (piped: always)",
    },
    shared.json,
    shared.help,
  ],
  exits: [4],
  more: [],
} as const satisfies Command;

export const bestCommand = {
  name: "best",
  summary: "Shows the best member: value, ancestry, schedule, and where its checkpoint lies",
  arguments: [shared.runArgument],
  examples: [
    { command: "polytempo best", does: "of the newest run" },
    { command: "polytempo best runs/digits --copy-to model/", does: "copy its checkpoint out" },
    { command: "polytempo best digits --json", does: "for scripts" },
  ],
  options: [
    member,
    {
      name: "copy-to",
      type: "string",
      value: "DIR",
      group: "Output",
      summary:
        "copy the checkpoint's files here (a new or empty directory); of a vectorised run with its row",
      completes: "directories",
    },
    shared.json,
    shared.help,
  ],
  exits: [4],
  more: [],
} as const satisfies Command;

export const scheduleCommand = {
  name: "schedule",
  summary: "Lists the hyperparameters that a member's lineage used, by step",
  arguments: [shared.runArgument],
  examples: [
    { command: "polytempo schedule", does: "of the best member of the newest run" },
    { command: "polytempo schedule runs/digits --csv > schedule.csv", does: "for a spreadsheet" },
    { command: "polytempo schedule digits --member m03 --json", does: "of another member, for a script" },
  ],
  options: [
    member,
    { name: "csv", type: "boolean", group: "Output", summary: "comma-separated values on stdout" },
    shared.json,
    shared.output,
    shared.help,
  ],
  exits: [4],
  more: [
    "A schedule is [{fromStep, hyperparameters}]: from that step on, these values. `polytempo replay` trains with it.",
  ],
} as const satisfies Command;

export const compareCommand = {
  name: "compare",
  summary: "Puts runs side by side: result, cost, rules, and where their settings differ",
  arguments: [
    {
      name: "RUN",
      multiple: true,
      summary: "two or more run directories or names",
      completes: "runs",
    },
  ],
  examples: [
    { command: "polytempo compare digits digits-2", does: "two runs" },
    { command: "polytempo compare runs/*", does: "all of them" },
    { command: "polytempo compare pbt random --json", does: "for scripts" },
  ],
  options: [shared.json, shared.help],
  exits: [4],
  more: [],
} as const satisfies Command;

export const exportCommand = {
  name: "export",
  summary: "Writes a run as CSV (a row per member and generation), JSONL (the decision log) or a snapshot",
  arguments: [shared.runArgument],
  examples: [
    {
      command: "polytempo export runs/digits --to csv -o digits.csv",
      does: "evaluations and hyperparameters",
    },
    { command: "polytempo export digits --to jsonl > log.jsonl", does: "the decision log, byte for byte" },
    {
      command: "polytempo export digits --to snapshot -o digits.polytempo",
      does: "for viewer.html, without a server",
    },
  ],
  options: [
    {
      name: "to",
      type: "string",
      value: "csv|jsonl|snapshot",
      choices: ["csv", "jsonl", "snapshot"],
      fallback: "csv",
      group: "What",
      main: true,
      summary: "format",
    },
    {
      name: "samples",
      type: "boolean",
      group: "What",
      summary: "every metric sample, not one row per generation",
    },
    {
      name: "diagnostics",
      type: "boolean",
      group: "What",
      summary: "one row per generation: separation, selection, lineages, diversity, Price terms",
    },
    shared.output,
    shared.help,
  ],
  exits: [4],
  more: [],
} as const satisfies Command;

export const verifyCommand = {
  name: "verify",
  summary: "Derives every decision of a run again from its log, and compares",
  arguments: [shared.runArgument],
  examples: [
    { command: "polytempo verify", does: "the newest run" },
    { command: "polytempo verify runs/digits", does: "by directory" },
    { command: "polytempo verify digits --json", does: "for scripts" },
  ],
  options: [shared.json, shared.help],
  exits: [4],
  more: ["Exit 4 when a decision does not follow from what the log says, or when the file is damaged."],
} as const satisfies Command;
