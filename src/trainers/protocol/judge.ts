import type { Metrics, Segment, SegmentOutcome } from "../../engine/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import { compareEcho } from "./echo.ts";
import { LIMITS } from "./limits.ts";
import type { TrainerReport } from "./report.ts";

/** Why a segment fails: the fields of a failed outcome. */
export interface Violation {
  readonly cause: string;
  readonly message: string;
}

export interface JudgeOptions {
  /** The metric that the segment must end with. */
  readonly metric: string;
  /** The trainer starts from step 0 each time: steps below `fromStep` are right. */
  readonly restart: boolean;
  /** Whether `using` is compared. */
  readonly echo: boolean;
  /** Called for each accepted report that has a step and says something new, and for the final value. */
  readonly forward: (step: number, metrics: Metrics) => void;
}

/** Follows the reports of one segment and says how it ended. */
export interface Judge {
  /** @returns the rule that this report breaks, or null */
  accept(report: TrainerReport): Violation | null;
  /** The outcome of a segment whose trainer says that it is done, its checkpoint apart. */
  finish(step: number | null): SegmentOutcome;
  /** Whether the metric came and is NaN or infinite. */
  readonly diverged: boolean;
  /** Whether no metric came at all. */
  readonly silent: boolean;
}

/**
 * Judges one segment. Steps never go back, stay within [fromStep, untilStep] and, where the trainer gives them, the
 * final one is untilStep; the metric is there; the echo is right.
 */
export function judge(segment: Segment, options: JudgeOptions): Judge {
  const metrics = new Map<string, number>();
  /** What came without a step, and not with one since: the end of the segment is its step. */
  const stepless = new Map<string, number>();
  const lowest = options.restart ? 0 : segment.fromStep;
  let using: Hyperparameters | null = null;
  let last = -1;
  let forwarded = 0;
  let newest = { step: -1, metrics: new Map<string, number>() };

  /** Passes a report on, unless it says again what the one before it said (`done` often repeats the last report). */
  const forward = (step: number, values: ReadonlyMap<string, number>): void => {
    if (step !== newest.step) newest = { step, metrics: new Map() };
    const fresh = [...values].filter(([name, value]) => !Object.is(newest.metrics.get(name), value));
    if (fresh.length === 0) return;
    for (const [name, value] of fresh) newest.metrics.set(name, value);
    if (forwarded++ < LIMITS.reportsPerSegment) options.forward(step, Object.fromEntries(values));
  };

  const stepProblem = (step: number): string | null => {
    if (step < lowest) {
      return `reported step ${step}, but this segment starts at step ${segment.fromStep}: the step counter did not resume from {load}`;
    }
    if (step > segment.untilStep) {
      return `reported step ${step}, beyond step ${segment.untilStep} where this segment ends: stop at {until}`;
    }
    if (step < last) return `reported step ${step} after step ${last}: steps never go back`;
    return null;
  };

  return {
    accept(report) {
      if (report.step !== null) {
        const message = stepProblem(report.step);
        if (message !== null) return { cause: "step", message };
        last = report.step;
      }
      if (report.using !== null && options.echo) {
        using = { ...using, ...report.using };
        const { mismatches } = compareEcho(segment.hyperparameters, report.using);
        if (mismatches.length > 0) return { cause: "echo", message: mismatches.join("; ") };
      }
      for (const [name, value] of report.metrics) {
        metrics.set(name, value);
        if (report.step === null) stepless.set(name, value);
        else stepless.delete(name);
      }
      if (metrics.size > LIMITS.metricsPerReport) {
        return {
          cause: "protocol",
          message: `a segment takes at most ${LIMITS.metricsPerReport} different metrics`,
        };
      }
      if (report.step !== null && report.step >= segment.fromStep) forward(report.step, report.metrics);
      return null;
    },
    finish(step) {
      if (step !== null && step !== segment.untilStep) {
        return {
          status: "failed",
          cause: "step",
          message: `says that its state is at step ${step}, was asked for step ${segment.untilStep}`,
        };
      }
      if (!metrics.has(options.metric)) {
        const message =
          metrics.size === 0
            ? `no value for the metric "${options.metric}": the trainer reported nothing`
            : `no value for the metric "${options.metric}": the trainer reported ${[...metrics.keys()].slice(0, 8).join(", ")}. Rename one of them, or ask for it with --metric?`;
        return { status: "failed", cause: "metric", message };
      }
      // The final value is a report too when the trainer gave it without a step, or at an earlier one.
      const final = new Map(stepless);
      if (newest.step !== segment.untilStep || !newest.metrics.has(options.metric)) {
        final.set(options.metric, metrics.get(options.metric)!);
      }
      if (final.size > 0) forward(segment.untilStep, final);
      return { status: "ok", step: segment.untilStep, metrics: Object.fromEntries(metrics), using };
    },
    get silent() {
      return metrics.size === 0;
    },
    get diverged() {
      const value = metrics.get(options.metric);
      return value !== undefined && !Number.isFinite(value);
    },
  };
}
