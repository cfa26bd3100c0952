import * as shared from "./shared.ts";
import type { Command } from "./types.ts";

/** Commands that show runs to people. */

export const dashboardCommand = {
  name: "dashboard",
  summary: "Shows runs in a browser, live: curves, lineages, hyperparameters, diagnostics, controls",
  arguments: [
    {
      name: "PLACE",
      optional: true,
      multiple: true,
      summary: "run directories, names, or folders of runs; runs/ when left out",
      completes: "runs",
    },
  ],
  examples: [
    { command: "polytempo dashboard", does: "every run in runs/" },
    { command: "polytempo dashboard runs/digits", does: "one run" },
    { command: "polytempo dashboard --read-only --port 8080", does: "without controls" },
  ],
  options: [
    {
      name: "port",
      type: "integer",
      value: "N",
      least: 0,
      fallback: "the first free one from 4310",
      group: "Where",
      summary: "port to listen on; 0: any",
      main: true,
    },
    {
      name: "host",
      type: "string",
      value: "ADDRESS",
      fallback: "127.0.0.1",
      group: "Where",
      summary: "address to listen on; other machines reach any but this one's own, so it needs --token",
    },
    {
      name: "token",
      type: "string",
      value: "SECRET",
      fallback: "128 random bits",
      group: "Where",
      summary: "what a browser must know to control runs",
    },
    {
      name: "allow-host",
      type: "string",
      multiple: true,
      value: "NAME",
      group: "Where",
      summary: "a further name by which this server may be called (behind a proxy)",
    },
    {
      name: "read-only",
      type: "boolean",
      group: "What",
      summary: "no controls",
    },
    shared.json,
    shared.help,
  ],
  exits: [],
  more: [
    "The dashboard only reads run.db; a run does not notice it, nor when it ends. Controls leave a request that the run's process takes up.",
    "The address holds a token after #, which browsers send to nobody: whoever has the whole address may control your runs.",
  ],
} as const satisfies Command;

export const reportCommand = {
  name: "report",
  summary: "Writes a run, or a comparison of runs, as one HTML file that needs no network (or as Markdown)",
  arguments: [
    {
      name: "RUN",
      optional: true,
      multiple: true,
      summary: "a run directory or name; several with --compare; the newest run when left out",
      completes: "runs",
    },
  ],
  examples: [
    { command: "polytempo report runs/digits -o report.html", does: "one file: answer, evidence, method" },
    { command: "polytempo report digits --format md -o docs/digits.md", does: "for a pull request" },
    { command: "polytempo report --compare pbt random frozen", does: "several runs side by side" },
  ],
  options: [
    {
      name: "compare",
      type: "boolean",
      group: "What",
      summary: "two to eight runs side by side",
      main: true,
    },
    {
      name: "format",
      type: "string",
      value: "html|md",
      choices: ["html", "md"],
      fallback: "html",
      group: "Output",
      summary: "md: Markdown, and SVG files in a folder beside it",
    },
    {
      name: "output",
      short: "o",
      type: "string",
      value: "FILE",
      fallback: "RUN-report.html",
      group: "Output",
      summary: "where to write",
      completes: "files",
    },
    {
      name: "static",
      type: "boolean",
      group: "Output",
      summary: "without the interactive view: text, tables and pictures only",
    },
    shared.help,
  ],
  exits: [4],
  more: [
    "The report begins with the answer: the winner, evaluated anew with fresh keys where the trainer can, and the schedule that made it. Then come the evidence, the method, and everything else.",
    "The HTML file holds its figures as drawings and reads without JavaScript; with it, the dashboard's views open within the file.",
  ],
} as const satisfies Command;
