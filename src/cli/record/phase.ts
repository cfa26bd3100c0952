import type { RunWriter } from "../../store/index.ts";

/** How a stored run stands, in one word, and in one sentence. */
export interface Standing {
  readonly phase: "live" | "killed" | "elsewhere" | "stopped" | "ended";
  readonly sentence: string;
}

const reasons: Readonly<Record<string, string>> = {
  steps: "its steps are used up",
  generations: "its generations are used up",
  target: "the target is reached",
  patience: "the best has not improved for as long as patience allows",
  seconds: "its time is used up",
  retired: "every member is retired",
  replayed: "the schedule is replayed",
  failed: "too few members could go on",
  stopped: "stopped after the running segments",
  interrupted: "interrupted",
};

/** What a reason of the log means. */
export const reasonText = (reason: string): string => reasons[reason] ?? reason;

/** Reads a run's standing from who writes it and how its log ends. */
export function standingOf(writer: RunWriter | null, end: string | null, shown: string): Standing {
  if (writer?.state === "alive") return { phase: "live", sentence: `running, process ${writer.pid}` };
  if (end !== null) return { phase: "ended", sentence: `ended: ${reasonText(end)}` };
  const resume = `polytempo resume ${shown}`;
  if (writer?.state === "unknown") {
    return { phase: "elsewhere", sentence: `held by process ${writer.pid} on ${writer.host}` };
  }
  if (writer?.state === "dead") return { phase: "killed", sentence: `killed; go on with: ${resume}` };
  return { phase: "stopped", sentence: `stopped; go on with: ${resume}` };
}
