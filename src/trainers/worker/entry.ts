import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { isDefinedTrainer } from "../define/defineTrainer.ts";
import { runDefinition } from "../define/runDefinition.ts";
import { importReport } from "./importMessage.ts";
import type { FromWorker, ToWorker, WorkerSetup } from "./messages.ts";
import { resolveOwnName } from "./ownName.ts";

/** The program of a worker thread: imports the trainer's module and runs one segment after another. */
async function serve(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const tell = (message: FromWorker): void => port.postMessage(message);
  let exported: unknown;
  resolveOwnName();
  try {
    const module = (await import(setup.module)) as Record<string, unknown>;
    exported = module[setup.exportName];
  } catch (error) {
    const home = new URL("../../", import.meta.url).href;
    tell({ type: "unusable", message: `cannot be imported: ${importReport(error, home)}` });
    return;
  }
  if (!isDefinedTrainer(exported)) {
    const message = `export "${setup.exportName}" needs to be a trainer made by defineTrainer, got ${exported === undefined ? "nothing" : typeof exported}`;
    tell({ type: "unusable", message });
    return;
  }
  const { definition } = exported;
  const never = new AbortController().signal;
  port.on("message", ({ work }: ToWorker) => {
    const report = (step: number, metrics: Readonly<Record<string, number>>): void =>
      tell({ type: "report", step, metrics });
    void runDefinition(definition, work, never, report).then((outcome) => tell({ type: "outcome", outcome }));
  });
  tell({ type: "ready", name: definition.name ?? "" });
}

if (parentPort !== null) await serve(parentPort, workerData as WorkerSetup);
