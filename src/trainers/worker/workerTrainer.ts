import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../errors/index.ts";
import type { Trainer } from "../../engine/index.ts";
import { isDefinedTrainer } from "../define/defineTrainer.ts";
import { openWorkerSession } from "./session.ts";

export interface WorkerTrainerOptions {
  /** Name of the export that holds the trainer. Default `default`. */
  readonly export?: string;
  /** Time limit of a segment; default none. */
  readonly timeoutMs?: number;
  /** Whether the definition has `merge`, so that a mixture of the finalists is tried. Default false. */
  readonly merge?: boolean;
  /** Bytes kept of a member's output: per file, two files per member. Default 2 MiB. */
  readonly logBytes?: number;
}

/**
 * Runs the trainer that a module exports in one worker thread per slot, with the same numbers as in this thread. A
 * segment can be ended at any moment, and a trainer that exhausts its memory or exits takes only its own thread along.
 * @param module `file:` URL of a `.js`, `.mjs` or `.ts` module that exports what `defineTrainer` gave
 * @throws UsageError when the URL is no file; `open` throws it when the module or its export cannot be used
 * @example
 * const trainer = workerTrainer(new URL("./digits.mjs", import.meta.url), { export: "digits" });
 */
export function workerTrainer(module: string | URL, options: WorkerTrainerOptions = {}): Trainer {
  const url = String(module);
  if (!URL.canParse(url) || new URL(url).protocol !== "file:") {
    throw new UsageError(
      `workerTrainer: needs the file: URL of a module, got ${url}. Try new URL("./trainer.mjs", import.meta.url)`,
    );
  }
  const { timeoutMs = Infinity } = options;
  if (!(timeoutMs > 0)) throw new UsageError(`timeoutMs: needs a positive number, got ${timeoutMs}`);
  const exportName = options.export ?? "default";
  const logBytes = options.logBytes ?? 2 * 1024 * 1024;
  const merge: Trainer["merge"] = async (states, directory, weights) => {
    const module = (await import(url)) as Readonly<Record<string, unknown>>;
    const trainer = module[exportName];
    const own = isDefinedTrainer(trainer) ? trainer.merge : undefined;
    if (own === undefined) throw new UsageError(`merge: export "${exportName}" of ${url} has no merge`);
    return await own(states, directory, weights);
  };
  return {
    kind: "typescript",
    spec: { module: basename(fileURLToPath(url)), export: exportName, where: "worker" },
    batch: 1,
    parallel: true,
    verification: "echo",
    open: (context) => openWorkerSession({ url, exportName, timeoutMs, logBytes }, context),
    evaluation: "direct",
    ...(options.merge === true ? { merge } : {}),
    test: async (state, hyperparameters) => {
      const module = (await import(url)) as Readonly<Record<string, unknown>>;
      const trainer = module[exportName];
      return isDefinedTrainer(trainer) ? ((await trainer.test?.(state, hyperparameters)) ?? null) : null;
    },
  };
}
