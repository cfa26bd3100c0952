import type { Report } from "../population/index.ts";

/** Reports kept in memory of one segment; beyond it every other one goes, and so on. */
const capacity = 4096;

/** The reports of one segment: their order checked as they come, their number bounded without favouring any part. */
export interface ReportLog {
  add(step: number, value: number): void;
  /** The first report that broke the order of steps, in words; null when none did. */
  readonly problem: string | null;
  /** Reports with a sound step, oldest first; the newest always among them. */
  list(): readonly Report[];
}

/** @param fromStep, untilStep the steps between which reports must lie, never going backwards */
export function createReportLog(fromStep: number, untilStep: number): ReportLog {
  let kept: Report[] = [];
  let newest: Report | null = null;
  let stride = 1;
  let seen = 0;
  let lastStep = fromStep;
  let problem: string | null = null;
  return {
    get problem() {
      return problem;
    },
    add(step, value) {
      if (!Number.isSafeInteger(step)) return;
      if (step < lastStep) {
        problem ??= `reported step ${step} after step ${lastStep}: steps must not go backwards`;
      } else if (step > untilStep) {
        problem ??= `reported step ${step}, beyond ${untilStep}, where this segment ends`;
      }
      lastStep = Math.max(lastStep, step);
      newest = { step, value };
      if (seen++ % stride === 0) kept.push(newest);
      if (kept.length > capacity) {
        kept = kept.filter((_, i) => i % 2 === 0);
        stride *= 2;
      }
    },
    list() {
      return newest === null || kept.at(-1) === newest ? kept : [...kept, newest];
    },
  };
}
