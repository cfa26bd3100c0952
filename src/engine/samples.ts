import type { RunStore } from "../store/index.ts";
import type { EventHub } from "./events.ts";
import { createReportLog, type ReportLog } from "./reports.ts";
import type { Metrics, Segment } from "./types.ts";

/** Collects what trainers report: for the segment's evaluation, for the store, for live views. */
export interface Samples {
  /** @returns the segment's own reports of the run's metric, as they come */
  begin(segment: Segment): ReportLog;
  report(segment: Segment, step: number, metrics: Metrics): void;
  end(segment: Segment): void;
}

export function createSamples(store: RunStore, hub: EventHub, metric: string): Samples {
  const running = new Map<Segment, ReportLog>();
  return {
    begin(segment) {
      const log = createReportLog(segment.fromStep, segment.untilStep);
      running.set(segment, log);
      return log;
    },
    report(segment, step, metrics) {
      const log = running.get(segment);
      if (log === undefined) return;
      const value = metrics[metric];
      if (value !== undefined) log.add(step, value);
      hub.emit({ type: "report", member: segment.member, step, metrics });
      if (!Number.isSafeInteger(step) || step < 0) return;
      const finite = Object.fromEntries(
        Object.entries(metrics).filter(([, value]) => Number.isFinite(value)),
      );
      store.addMetrics(segment.member, segment.generation, segment.attempt, step, finite);
    },
    end(segment) {
      running.delete(segment);
    },
  };
}
