import type { FaultPoint } from "../../src/engine/faults.ts";

/** Where the time of a generation goes. */
export const stages = [
  "begin",
  "trainer",
  "judge",
  "checkpoint",
  "results",
  "slowStep",
  "decisions",
  "collect",
] as const;
export type Stage = (typeof stages)[number];

/** The stage that ends at a boundary of the engine. */
const endingAt: Partial<Record<FaultPoint, Stage>> = {
  "segment-started": "begin",
  "segment-ended": "trainer",
  "checkpoint-committed": "checkpoint",
  "segment-stored": "results",
  "generation-decided": "slowStep",
  "decisions-committed": "decisions",
  "checkpoints-collected": "collect",
};

/** Milliseconds of one generation by stage. */
export type StageTimes = Readonly<Record<Stage, number>>;

export interface Stopwatch {
  readonly fault: (point: FaultPoint) => void;
  readonly generations: readonly { readonly wall: StageTimes; readonly cpuMs: number }[];
}

/** Processor time of this process, in milliseconds: what a busy machine does not change. */
export const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Reads the clock at the named boundaries of the engine, one group of segments per generation. Judging and sealing the
 * files come between the last segment's end and the checkpoint's entry, so both count as `checkpoint`; the first
 * segment's end closes the trainer's stage, and the ends after it are `judge`.
 */
export function stopwatch(): Stopwatch {
  const generations: { wall: StageTimes; cpuMs: number }[] = [];
  const empty = (): Record<Stage, number> =>
    Object.fromEntries(stages.map((stage) => [stage, 0])) as Record<Stage, number>;
  let current = empty();
  let last = 0;
  let lastCpu = 0;
  let ended = false;
  return {
    generations,
    fault(point) {
      if (point === "run-created") {
        last = performance.now();
        lastCpu = cpuMs();
      }
      const stage = endingAt[point];
      if (stage === undefined) return;
      const now = performance.now();
      current[stage === "trainer" && ended ? "judge" : stage] += now - last;
      last = now;
      if (point === "segment-ended") ended = true;
      if (point !== "checkpoints-collected") return;
      const spent = cpuMs();
      generations.push({ wall: current, cpuMs: spent - lastCpu });
      lastCpu = spent;
      current = empty();
      ended = false;
    },
  };
}
