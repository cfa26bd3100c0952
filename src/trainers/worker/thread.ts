import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { WorkerSetup } from "./messages.ts";

/** Starts here because a thread cannot begin with a TypeScript file: loads the loader where one is needed. */
const BOOT = `
"use strict";
const { workerData } = require("node:worker_threads");
const { pathToFileURL } = require("node:url");
(async () => {
  if (workerData.loader !== null) (await import(pathToFileURL(workerData.loader).href)).register();
  await import(workerData.entry);
})();
`;

const isTypeScript = (url: string): boolean => /\.[mc]?tsx?$/.test(new URL(url).pathname);

/** A worker thread that serves the trainer which a module exports. */
export function startThread(module: string, exportName: string): Worker {
  const entry = new URL(`./entry${extname(fileURLToPath(import.meta.url))}`, import.meta.url).href;
  const loader =
    isTypeScript(entry) || isTypeScript(module)
      ? createRequire(import.meta.url)
          .resolve("tsx/esm/api")
          .replace(/\.cjs$/, ".mjs")
      : null;
  const setup: WorkerSetup = { module, exportName, entry, loader };
  return new Worker(BOOT, { eval: true, workerData: setup, stdout: true, stderr: true });
}
