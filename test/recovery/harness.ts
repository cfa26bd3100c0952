import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { openRunReader } from "../../src/store/index.ts";
import type { ControllerOrder } from "./controller.ts";

const here = dirname(fileURLToPath(import.meta.url));

/** The controller as one file, so that a process is up in a tenth of a second; below node_modules, to find packages. */
export async function bundleController(): Promise<{ readonly file: string; remove(): void }> {
  const directory = join(here, "../../node_modules/.cache", `polytempo-recovery-${process.pid}`);
  mkdirSync(directory, { recursive: true });
  await build({
    configFile: false,
    logLevel: "silent",
    build: {
      ssr: join(here, "controller.ts"),
      outDir: directory,
      minify: false,
      target: "node20",
      rolldownOptions: { output: { entryFileNames: "controller.mjs" } },
    },
  });
  return {
    file: join(directory, "controller.mjs"),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

export interface Controller {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when it has written this many dots, or has ended. */
  dots(count: number): Promise<void>;
}

export function start(file: string, order: ControllerOrder): Controller {
  const child = spawn(process.execPath, [file, JSON.stringify(order)], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let look = (): void => {};
  const grow = (data: Buffer): void => {
    output += data.toString();
    look();
  };
  child.stdout!.on("data", grow);
  child.stderr!.on("data", grow);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal, output }));
  });
  const dots = (count: number): Promise<void> =>
    new Promise((resolve) => {
      look = () => {
        if (output.split(".").length > count) resolve();
      };
      look();
      void ended.then(() => resolve());
    });
  return { child, ended, dots };
}

/** Starts and waits. */
export const perform = (file: string, order: ControllerOrder): Promise<Ended> => start(file, order).ended;

export async function decisionLines(directory: string): Promise<string[]> {
  const reader = await openRunReader(directory);
  try {
    return [...reader.decisionLines()];
  } finally {
    reader.close();
  }
}

/** Whether the run was begun: run.db is there with at least one event. */
export async function begun(directory: string): Promise<boolean> {
  try {
    return (await decisionLines(directory)).length > 0;
  } catch {
    return false;
  }
}

/** Processes whose command line or environment names the text. Linux only: empty elsewhere. */
export function processesNaming(text: string): number[] {
  let names: string[];
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.map(Number).filter((pid) => {
    if (pid === process.pid) return false;
    return ["cmdline", "environ"].some((file) => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, "latin1").includes(text);
      } catch {
        return false;
      }
    });
  });
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until nothing names the text, at most the given time. @returns what is still there */
export async function awaitGone(text: string, withinMs = 5000): Promise<number[]> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 25) {
    if (processesNaming(text).length === 0) return [];
    await sleep(25);
  }
  return processesNaming(text);
}

/** Runs jobs, a few at a time. */
export async function pooled<T>(jobs: readonly (() => Promise<T>)[], width: number): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length) {
      const index = next++;
      results[index] = await jobs[index]!();
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
