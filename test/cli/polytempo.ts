import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const main = join(root, "dist", "cli", "main.js");
export const fixtures = join(root, "test", "cli", "fixtures");

if (!existsSync(main)) throw new Error("test/cli needs the built command line: npm run build");

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(
    ([name]) => !["NO_COLOR", "FORCE_COLOR", "COLUMNS"].includes(name),
  );
  return { ...Object.fromEntries(kept), LANG: "C.UTF-8", TERM: "xterm-256color", ...env };
};

/** Runs the built command line, without a terminal. */
export function polytempo(
  args: readonly string[],
  { cwd = root, env = {} }: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): Outcome {
  const result = spawnSync(process.execPath, [main, ...args], {
    cwd,
    env: environment(env),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 << 20,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

export interface Started {
  readonly pid: number;
  readonly ended: Promise<Outcome>;
  /** Resolves once this text has been written to stdout or stderr. */
  seen(text: string): Promise<void>;
}

/** Starts the built command line and leaves it running. */
export function start(args: readonly string[], cwd: string): Started {
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: environment({}),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const text = { out: "", err: "" };
  const waiting = new Set<() => void>();
  const grow = (name: "out" | "err") => (chunk: Buffer) => {
    text[name] += chunk.toString("utf8");
    for (const look of waiting) look();
  };
  child.stdout.on("data", grow("out"));
  child.stderr.on("data", grow("err"));
  const ended = new Promise<Outcome>((resolve) => {
    child.on("close", (code) => resolve({ code, ...text }));
  });
  const seen = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!text.out.includes(wanted) && !text.err.includes(wanted)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`ended before it wrote "${wanted}":\n${text.out}${text.err}`)));
    });
  return { pid: child.pid!, ended, seen };
}

/** An empty folder, and how to remove it. */
export function scratch(name: string): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), `polytempo-${name}-`));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Flags and command of a small population of the fixture trainer. */
export function toyRun(flags: readonly string[] = [], trainer: readonly string[] = []): string[] {
  return [
    "run",
    "--hp",
    "lr~loguniform(1e-3,0.5)",
    "--metric",
    "loss:min",
    "--members",
    "4",
    "--interval",
    "10",
    "--steps",
    "30",
    "--seed",
    "7",
    "--slots",
    "2",
    "--name",
    "toy",
    ...flags,
    "--",
    process.execPath,
    join(fixtures, "trainer.mjs"),
    "--lr",
    "{lr}",
    "--load",
    "{load}",
    "--save",
    "{save}",
    "--until",
    "{until}",
    ...trainer,
  ];
}

/** The same text on every machine: no times, paths, process ids or speeds. */
export const normalised = (text: string, folder: string): string =>
  text
    .replaceAll(folder, "DIR")
    .replaceAll(root, "ROOT")
    .replaceAll(process.execPath, "NODE")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/eta_s=\d+/g, "eta_s=N")
    .replace(/process \d+/g, "process PID")
    .replace(/(steps   )[\d.]+ s/g, "$1N s")
    .replace(/run\.db [\d.]+ [kM]?B/g, "run.db N kB")
    .replace(/ on [\w.-]+\. Stop/g, " on HOST. Stop")
    .replace(/kill \d+/g, "kill PID");
