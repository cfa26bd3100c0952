import * as shared from "./shared.ts";
import type { Command } from "./types.ts";

export const labCommand = {
  name: "lab",
  summary: "Reproduces the figures of the theory, with checks against references",
  arguments: [
    { name: "what", summary: "list, run or all", choices: ["list", "run", "all"] },
    { name: "name", optional: true, summary: "which figure, for `lab run`" },
  ],
  examples: [
    { command: "polytempo lab list", does: "names and parameters" },
    { command: "polytempo lab run eps-order --set time=3 --svg eps.svg", does: "one figure" },
    { command: "polytempo lab all --out figures --quick", does: "every figure and one page" },
  ],
  options: [
    {
      name: "set",
      type: "string",
      multiple: true,
      value: "NAME=NUMBER",
      group: "What",
      summary: "change a parameter; may be given several times",
      main: true,
    },
    {
      name: "quick",
      type: "boolean",
      group: "What",
      summary: "a coarse version, in about a tenth of the time",
    },
    {
      name: "seed",
      type: "integer",
      value: "N",
      least: 0,
      fallback: "1",
      group: "What",
      summary: "seed of the simulations",
    },
    {
      name: "svg",
      type: "string",
      value: "FILE",
      group: "Output",
      summary: "write the figure",
      completes: "files",
    },
    {
      name: "png",
      type: "string",
      value: "FILE",
      group: "Output",
      summary: "write the figure as pixels",
      completes: "files",
    },
    {
      name: "csv",
      type: "string",
      value: "FILE",
      group: "Output",
      summary: "write the figure's data",
      completes: "files",
    },
    {
      name: "out",
      type: "string",
      value: "DIR",
      fallback: "lab",
      group: "Output",
      summary: "where `lab all` writes",
      completes: "directories",
    },
    shared.json,
    shared.help,
  ],
  exits: [5],
  more: [
    "Each figure comes with checks: a computed value, an independent reference, and a tolerance. The exit code is 5 when one does not hold. `lab all` writes NAME.svg and NAME.csv for every figure, and index.html, a page to read.",
  ],
} as const satisfies Command;
