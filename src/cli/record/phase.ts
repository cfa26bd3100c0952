import type { RunWriter, StoredOperation } from "../../store/index.ts";
import { grouped } from "../text/numbers.ts";
import type { Record } from "./open.ts";

/** How a stored run stands, in one word, and in one sentence. */
export interface Standing {
  readonly phase: "live" | "paused" | "killed" | "elsewhere" | "stopped" | "ended";
  readonly sentence: string;
  /** What is to be mended before it can go on. */
  readonly why?: string;
}

const reasons: { readonly [reason: string]: string } = {
  steps: "all its steps are done",
  generations: "all its generations are done",
  target: "the target is reached",
  patience: "the best has not improved for as long as patience allows",
  seconds: "its time is used up",
  retired: "every member is retired",
  replayed: "the schedule is replayed",
  failed: "too few members could go on",
  stopped: "stopped after the running segments",
  interrupted: "stopped at once: the running segments are dropped",
};

/** What a reason of the log means; with the rule of stopping, in its numbers. */
export function reasonText(reason: string, stop: { readonly [name: string]: number } = {}): string {
  const { steps, generations } = stop;
  if (reason === "steps" && steps !== undefined) return `all ${grouped(steps)} steps are done`;
  if (reason === "generations" && generations !== undefined) {
    return generations === 1 ? "its generation is done" : `all ${grouped(generations)} generations are done`;
  }
  return reasons[reason] ?? reason;
}

/** The last word on pausing since a process took the run over: asked for, and holding once what ran is finished. */
function pauseOf(operations: Iterable<StoredOperation>): "none" | "asked" | "holds" {
  let pause: "none" | "asked" | "holds" = "none";
  for (const { kind, detail } of operations) {
    if (kind === "started" || kind === "resumed") pause = "none";
    if (kind === "quiet" && pause === "asked") pause = "holds";
    if (kind !== "control") continue;
    const action = detail?.["action"];
    if (detail?.["outcome"] !== "done") continue;
    if (action === "pause") pause = "asked";
    if (action === "unpause") pause = "none";
  }
  return pause;
}

/** Whether the process that had the run last gave up, because every first attempt failed in the same way. */
function gaveUp(operations: Iterable<StoredOperation>): boolean {
  let given = false;
  for (const { kind } of operations) {
    if (kind === "started" || kind === "resumed") given = false;
    if (kind === "gave-up") given = true;
  }
  return given;
}

/** Reads a run's standing from who writes it and how its log ends. */
export function standingOf({
  reader,
  progress,
  place: { shown },
}: Pick<Record, "reader" | "progress" | "place">): Standing {
  const writer: RunWriter | null = reader.writer();
  const { end, run } = progress;
  if (writer?.state === "alive") {
    const pause = pauseOf(reader.operations());
    if (pause === "none") return { phase: "live", sentence: `running, process ${writer.pid}` };
    const how = pause === "asked" ? "pausing: what runs is finished first" : "paused";
    return {
      phase: "paused",
      sentence: `${how}, process ${writer.pid}; go on with: polytempo unpause ${shown}`,
    };
  }
  if (end !== null) return { phase: "ended", sentence: `ended: ${reasonText(end, run?.stop)}` };
  const resume = `polytempo resume ${shown}`;
  if (writer?.state === "unknown") {
    return { phase: "elsewhere", sentence: `held by process ${writer.pid} on ${writer.host}` };
  }
  if (writer?.state === "dead") return { phase: "killed", sentence: `killed; go on with: ${resume}` };
  const stopped: Standing = { phase: "stopped", sentence: `stopped; go on with: ${resume}` };
  return gaveUp(reader.operations())
    ? { ...stopped, why: "every first attempt failed in the same way: mend the trainer first" }
    : stopped;
}
