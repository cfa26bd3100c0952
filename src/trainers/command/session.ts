import { rmSync } from "node:fs";
import type {
  Segment,
  SegmentHooks,
  SegmentOutcome,
  SessionContext,
  TrainerSession,
} from "../../engine/index.ts";
import { checkpointProblem, fingerprint } from "../protocol/checkpoint.ts";
import { attempt } from "./attempt.ts";
import { environmentOf, segmentFiles, writeSegmentFiles } from "./environment.ts";
import { type CommandPlan, checkPlaceholders } from "./options.ts";
import { outputLog } from "./outputLog.ts";
import { requireCommand } from "./program.ts";
import { sharedReaper } from "./reaper.ts";
import { fill, shellQuote, type TemplateValues } from "./template.ts";
import { startTrainerProcess, type TrainerProcess } from "./trainerProcess.ts";

/** How long a resident process may take to leave by itself. */
const CLOSE_MS = 2000;

/**
 * Opens a slot for a command.
 * @throws UsageError when the command's placeholders do not fit the space, or its program is not there
 */
export async function openCommandSession(
  plan: CommandPlan,
  context: SessionContext,
): Promise<TrainerSession> {
  checkPlaceholders(plan, context.space);
  requireCommand(plan);
  const shared = sharedReaper();
  const closing = new AbortController();
  let resident: TrainerProcess | null = null;
  let running: Promise<unknown> = Promise.resolve();

  async function runSegment(segment: Segment, hooks: SegmentHooks): Promise<SegmentOutcome> {
    if (hooks.signal.aborted || closing.signal.aborted) {
      return { status: "lost", message: "ended before it began" };
    }
    if (resident !== null && resident.deaf) await leave(resident, plan.graceMs);
    const before = await fingerprint(segment.load?.directory ?? null);
    const values: TemplateValues = {
      hyperparameters: segment.hyperparameters,
      load: segment.load?.directory ?? "",
      save: segment.save,
      until: segment.untilStep,
      seed: segment.seed,
      member: segment.name,
    };
    const files = segmentFiles(segment, context);
    const heading = `generation ${segment.generation + 1}, attempt ${segment.attempt}, steps ${segment.fromStep} to ${segment.untilStep}`;
    const log = outputLog(context.logs, segment.name, heading, plan.logBytes, (message) =>
      hooks.note(segment.member, "warning", { message }),
    );
    const input = {
      segment,
      hooks,
      plan,
      context,
      files,
      log,
      values,
      closing: closing.signal,
      obtain(listener: TrainerProcess["listener"] & object): TrainerProcess {
        if (resident !== null && !resident.deaf) {
          resident.listener = listener;
          return resident;
        }
        writeSegmentFiles(segment, context, files);
        const quote = plan.shell ? shellQuote : (word: string): string => word;
        resident = startTrainerProcess(
          plan,
          plan.command.map((word) => fill(word, values, quote)),
          environmentOf(segment, context, plan, files, shared.reaper.token),
          context,
          shared.reaper,
          listener,
        );
        hooks.note(segment.member, "process", { pid: resident.group.pid });
        return resident;
      },
    };
    let result = await attempt(input);
    if (result.outcome === "restart") {
      resident = null;
      result = await attempt(input);
    }
    if (!result.reusable) resident = null;
    const outcome: SegmentOutcome =
      result.outcome === "restart"
        ? { status: "failed", cause: "protocol", message: "the trainer leaves before each segment" }
        : await withCheckpoint(segment, result.outcome, before, result.diverged);
    const tail = log.tail();
    log.end();
    rmSync(files.directory, { recursive: true, force: true });
    return outcome.status === "failed" && tail !== "" ? { ...outcome, tail } : outcome;
  }

  return {
    async run(segments, hooks, done) {
      const work = (async () => {
        for (const segment of segments) done(segment, await runSegment(segment, hooks));
      })();
      running = work.catch(() => {});
      await work;
    },
    async close() {
      closing.abort("the session was closed");
      await running;
      if (resident !== null) {
        resident.send({ type: "close" });
        await leave(resident, plan.graceMs);
      }
      resident = null;
      await shared.release();
    },
  };
}

/** Waits for a process to leave by itself, and ends it when it does not. */
async function leave({ group, ended }: TrainerProcess, graceMs: number): Promise<void> {
  if (ended) return;
  const impatience = setTimeout(() => void group.kill(graceMs), CLOSE_MS);
  await group.exited;
  clearTimeout(impatience);
}

/** The last look: the state that was loaded is untouched, and what was saved can be a checkpoint. */
async function withCheckpoint(
  segment: Segment,
  outcome: SegmentOutcome,
  before: string,
  diverged: boolean,
): Promise<SegmentOutcome> {
  if ((await fingerprint(segment.load?.directory ?? null)) !== before) {
    return {
      status: "failed",
      cause: "checkpoint",
      message: "the trainer wrote into {load}, which is read-only: write into {save}",
    };
  }
  if (outcome.status !== "ok") return outcome;
  const problem = await checkpointProblem(segment.save);
  if (problem === null) return outcome;
  return diverged
    ? {
        status: "failed",
        cause: "nan",
        message: `the metric is not finite and no state was saved: ${problem}`,
      }
    : { status: "failed", cause: "checkpoint", message: problem };
}
