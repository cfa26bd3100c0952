import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { UsageError } from "../../errors/index.ts";
import type {
  Segment,
  SegmentHooks,
  SegmentOutcome,
  SessionContext,
  TrainerSession,
} from "../../engine/index.ts";
import { type OutputLog, outputLog } from "../command/outputLog.ts";
import { exceptionOutcome, type SegmentWork } from "../define/runDefinition.ts";
import { checkpointProblem } from "../protocol/checkpoint.ts";
import type { FromWorker } from "./messages.ts";
import { startThread } from "./thread.ts";

interface Plan {
  readonly url: string;
  readonly exportName: string;
  readonly timeoutMs: number;
  readonly logBytes: number;
}

interface Thread {
  readonly worker: Worker;
  log: OutputLog | null;
  alive: boolean;
}

/** @throws UsageError when the module cannot be imported or exports no trainer of that name */
export async function openWorkerSession(plan: Plan, context: SessionContext): Promise<TrainerSession> {
  const closing = new AbortController();
  let thread: Thread | null = await startReady(plan);
  let running: Promise<unknown> = Promise.resolve();

  async function runSegment(
    segment: Segment,
    hooks: SegmentHooks,
    evaluateOnly = false,
  ): Promise<SegmentOutcome> {
    const signal = AbortSignal.any([hooks.signal, closing.signal]);
    if (signal.aborted) return { status: "lost", message: "ended before it began" };
    if (thread === null || !thread.alive) thread = await startReady(plan);
    if (signal.aborted) return { status: "lost", message: "ended before it began" };
    const current = thread;
    const heading = `generation ${segment.generation + 1}, attempt ${segment.attempt}, steps ${segment.fromStep} to ${segment.untilStep}`;
    const log = outputLog(context.logs, segment.name, heading, plan.logBytes, (message) =>
      hooks.note(segment.member, "warning", { message }),
    );
    current.log = log;
    const { outcome, keep } = await follow(
      current,
      { segment, evaluateOnly },
      context,
      hooks,
      signal,
      plan.timeoutMs,
    );
    if (!keep) {
      thread = null;
      await current.worker.terminate();
    }
    const tail = log.tail();
    log.end();
    if (outcome.status === "ok" && !evaluateOnly) {
      const problem = await checkpointProblem(segment.save);
      if (problem !== null) return { status: "failed", cause: "checkpoint", message: problem };
    }
    return outcome.status === "failed" && outcome.tail === undefined && tail !== ""
      ? { ...outcome, tail }
      : outcome;
  }

  return {
    async run(segments, hooks, done) {
      const work = (async () => {
        for (const segment of segments) done(segment, await runSegment(segment, hooks));
      })();
      running = work.catch(() => {});
      await work;
    },
    evaluate(segment, hooks) {
      const work = runSegment(segment, hooks, true);
      running = work.catch(() => {});
      return work;
    },
    async close() {
      closing.abort();
      await running;
      await thread?.worker.terminate();
      thread = null;
    },
  };
}

async function startReady(plan: Plan): Promise<Thread> {
  const worker = startThread(plan.url, plan.exportName);
  const thread: Thread = { worker, log: null, alive: true };
  const file = plan.url.startsWith("file:") ? fileURLToPath(plan.url) : plan.url;
  for (const stream of [worker.stdout, worker.stderr]) {
    stream.on("data", (chunk: Buffer) => thread.log?.write(chunk));
  }
  worker.on("exit", () => {
    thread.alive = false;
  });
  try {
    await new Promise<void>((resolve, reject) => {
      const refuse = (message: string): void => reject(new UsageError(`trainer module ${file}: ${message}`));
      worker.once("message", (message: FromWorker) => {
        if (message.type === "ready") resolve();
        else refuse(message.type === "unusable" ? message.message : "said something unexpected");
      });
      worker.once("error", (error) => refuse(error.message));
      worker.once("exit", (code) => refuse(`ended with code ${code} while it was imported`));
    });
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  worker.removeAllListeners("error");
  // An error between segments ends the thread; the next segment starts another.
  worker.on("error", () => {});
  return thread;
}

/** Sends one segment to the thread and follows it to its outcome. */
function follow(
  { worker }: Thread,
  { segment, evaluateOnly }: Pick<SegmentWork, "segment" | "evaluateOnly">,
  context: SessionContext,
  hooks: SegmentHooks,
  signal: AbortSignal,
  timeoutMs: number,
): Promise<{ outcome: SegmentOutcome; keep: boolean }> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (outcome: SegmentOutcome, keep: boolean): void => {
      clearTimeout(timer);
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      signal.removeEventListener("abort", onAbort);
      resolve({ outcome, keep });
    };
    const onMessage = (message: FromWorker): void => {
      if (message.type === "report") hooks.report(segment.member, message.step, message.metrics);
      else if (message.type === "outcome") settle(message.outcome, true);
    };
    const onError = (error: unknown): void => settle(exceptionOutcome(error), false);
    const onExit = (code: number): void =>
      settle(
        { status: "failed", cause: "exit", message: `the trainer's thread exited with code ${code}` },
        false,
      );
    const onAbort = (): void => settle({ status: "lost", message: "ended early" }, false);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    signal.addEventListener("abort", onAbort);
    if (Number.isFinite(timeoutMs)) {
      const message = `the segment took longer than its limit of ${timeoutMs} ms`;
      timer = setTimeout(() => settle({ status: "failed", cause: "timeout", message }, false), timeoutMs);
    }
    worker.postMessage({
      type: "segment",
      work: {
        segment,
        hyperparameters: context.space.nest(segment.hyperparameters),
        metric: context.metric,
        evaluateOnly: evaluateOnly === true,
      },
    });
  });
}
