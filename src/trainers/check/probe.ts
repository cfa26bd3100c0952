import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Metrics, Segment, SegmentOutcome, SessionContext, Trainer } from "../../engine/index.ts";
import type { Hyperparameters, SearchSpace } from "../../space/index.ts";
import { short } from "./report.ts";

/** A finished segment of a check. */
export interface Trial {
  readonly segment: Segment;
  readonly outcome: SegmentOutcome;
  readonly reports: readonly { readonly step: number; readonly metrics: Metrics }[];
  /** The metric, when the outcome is ok. */
  readonly score: number | null;
  readonly tookMs: number;
}

export interface TrialInput {
  readonly hyperparameters: Hyperparameters;
  readonly fromStep: number;
  readonly untilStep: number;
  readonly seed: number;
  /** The segment whose state to start from. */
  readonly from?: Trial;
  /** Ends the segment early after this many milliseconds. */
  readonly killAfterMs?: number;
}

/** Drives a trainer by hand, segment by segment. */
export interface Probe {
  run(input: TrialInput): Promise<Trial>;
  close(): Promise<void>;
}

/** @param directory for checkpoints, logs and scratch files; the caller removes it */
export async function openProbe(
  trainer: Trainer,
  space: SearchSpace<unknown>,
  metric: string,
  directory: string,
): Promise<Probe> {
  const folder = (name: string): string => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  const context: SessionContext = {
    slot: 0,
    slots: 1,
    logs: folder("logs"),
    scratch: folder("scratch"),
    space,
    metric,
    seed: 0,
    devices: null,
    reap: { add: () => {}, remove: () => {} },
  };
  const session = await trainer.open(context);
  let count = 0;
  return {
    async run({ hyperparameters, fromStep, untilStep, seed, from, killAfterMs }) {
      const attempt = ++count;
      const segment: Segment = {
        member: 0,
        name: "m00",
        generation: from === undefined ? 0 : from.segment.generation + 1,
        attempt,
        hyperparameters,
        fromStep,
        untilStep,
        seed,
        load:
          from === undefined
            ? null
            : {
                id: { member: 0, generation: from.segment.generation, step: from.segment.untilStep },
                directory: from.segment.save,
                row: null,
              },
        save: folder(`segment-${attempt}`),
      };
      const reports: { step: number; metrics: Metrics }[] = [];
      const stop = new AbortController();
      const timer =
        killAfterMs === undefined ? undefined : setTimeout(() => stop.abort("check"), killAfterMs);
      let outcome: SegmentOutcome = { status: "lost", message: "the trainer gave no outcome" };
      const hooks = {
        report: (_: number, step: number, metrics: Metrics) => void reports.push({ step, metrics }),
        note: () => {},
        signal: stop.signal,
      };
      const began = performance.now();
      await session.run([segment], hooks, (_, result) => {
        outcome = result;
      });
      clearTimeout(timer);
      const settled = outcome as SegmentOutcome;
      const score = settled.status === "ok" ? (settled.metrics[metric] ?? null) : null;
      return { segment, outcome: settled, reports, score, tookMs: performance.now() - began };
    },
    close: () => session.close(),
  };
}

/** How a trial ended, in words. */
export function describe({ outcome, score }: Trial): string {
  if (outcome.status === "ok") return `score ${short(score)}`;
  const tail = outcome.status === "failed" && outcome.tail !== undefined ? `\n${outcome.tail}` : "";
  return `${outcome.status === "failed" ? `${outcome.status} (${outcome.cause})` : outcome.status}: ${outcome.message}${tail}`;
}
