import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

export interface Options {
  readonly rounds: number;
  readonly seconds: number;
  readonly python: string;
  /** The folder in which TensorFlow.js is installed. */
  readonly tfjs: string;
  /** Parts to run; empty for all. */
  readonly only: ReadonlySet<string>;
  readonly save: boolean;
}

export function options(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      rounds: { type: "string" },
      seconds: { type: "string" },
      python: { type: "string", default: process.env["POLYTEMPO_PYTHON"] ?? "python3" },
      tfjs: {
        type: "string",
        default: process.env["POLYTEMPO_TFJS"] ?? fileURLToPath(new URL("../peers", import.meta.url)),
      },
      only: { type: "string", default: "" },
      save: { type: "boolean", default: true },
      "no-save": { type: "boolean", default: false },
    },
  });
  return {
    rounds: Number(values.rounds ?? (values.quick ? 2 : 5)),
    seconds: Number(values.seconds ?? (values.quick ? 0.3 : 1)),
    python: values.python,
    tfjs: values.tfjs,
    only: new Set(values.only.split(",").filter((name) => name !== "")),
    save: values.save && !values["no-save"],
  };
}
