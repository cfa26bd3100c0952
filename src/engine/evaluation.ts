import type { CheckpointId, Evaluation, Report } from "../population/index.ts";
import type { Hyperparameters } from "../space/index.ts";
import type { Metrics, RunPlan, Segment, SegmentOutcome } from "./types.ts";

/** The engine's verdict on how a segment ended. */
export type Verdict =
  | {
      readonly status: "ok";
      readonly value: number;
      readonly verified: boolean;
      readonly metrics: { readonly [name: string]: number | null };
    }
  | {
      readonly status: "failed";
      readonly cause: string;
      readonly message: string;
      readonly metrics: { readonly [name: string]: number | null };
    };

/** Relative difference up to which an echoed number counts as the same (single precision passes). */
const echoTolerance = 1e-6;

/** At most this many reports of a segment go into its evaluation. */
const reportLimit = 64;

const show = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** Differences between the hyperparameters given and those that the trainer says it used; names it left out pass. */
export function echoProblems(given: Hyperparameters, used: Hyperparameters): string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(used)) {
    const wanted = given[name];
    if (wanted === undefined) {
      problems.push(`${name}: not in the search space (it has ${Object.keys(given).join(", ")})`);
      continue;
    }
    const same =
      typeof wanted === "number" && typeof value === "number"
        ? Math.abs(value - wanted) <= echoTolerance * Math.max(Math.abs(wanted), Math.abs(value))
        : value === wanted;
    if (!same) problems.push(`${name}: given ${show(wanted)}, but the trainer used ${show(value)}`);
  }
  return problems;
}

const plain = (metrics: Metrics): { readonly [name: string]: number | null } =>
  Object.fromEntries(
    Object.entries(metrics).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );

/**
 * Judges an outcome that the trainer calls a success: the step is the one that was asked for, the metric is there and
 * finite, the echoed hyperparameters are those that were given (numbers: relative 1e-6; others: equal).
 * @param disorder what the segment's reports did against the order of steps; null when nothing
 */
export function judge(
  plan: RunPlan,
  segment: Segment,
  outcome: SegmentOutcome & { status: "ok" },
  disorder: string | null,
): Verdict {
  const metrics = plain(outcome.metrics);
  const failed = (cause: string, message: string): Verdict => ({ status: "failed", cause, message, metrics });
  if (outcome.step !== segment.untilStep) {
    return failed(
      "step",
      `was asked to train from step ${segment.fromStep} until step ${segment.untilStep}, but says that it saved step ${outcome.step}`,
    );
  }
  if (disorder !== null) return failed("step", disorder);
  if (outcome.using !== null) {
    const problems = echoProblems(segment.hyperparameters, outcome.using);
    if (problems.length > 0) {
      return failed(
        "echo",
        `did not use the hyperparameters that it was given: ${problems.join("; ")}. Set them after loading the state.`,
      );
    }
  }
  const value = outcome.metrics[plan.metric.name];
  if (value === undefined) {
    const names = Object.keys(outcome.metrics);
    return failed(
      "metric",
      `reported no metric "${plan.metric.name}"; it reported ${names.length === 0 ? "none" : names.join(", ")}`,
    );
  }
  if (!Number.isFinite(value)) {
    return failed("nan", `${plan.metric.name} is ${value} at step ${outcome.step}`);
  }
  const using = outcome.using;
  const verified = using !== null && Object.keys(segment.hyperparameters).every((name) => name in using);
  return { status: "ok", value: value === 0 ? 0 : value, verified, metrics };
}

/** At most 64 of the reports with a finite value, spread evenly, the last always among them. */
export function thin(reports: readonly Report[]): Report[] {
  const finite = reports.filter(({ value }) => Number.isFinite(value));
  if (finite.length <= reportLimit) return finite;
  return Array.from(
    { length: reportLimit },
    (_, i) => finite[Math.ceil(((i + 1) * finite.length) / reportLimit) - 1]!,
  );
}

/** The evaluation of a sound segment. */
export function evaluationOf(
  segment: Segment,
  value: number,
  reports: readonly Report[],
  checkpoint: CheckpointId,
): Evaluation {
  return {
    member: segment.member,
    step: segment.untilStep,
    value,
    reports: thin(reports),
    status: "ok",
    checkpoint,
  };
}

/** The evaluation of a segment that failed for good: comparable with nobody, and no donor. */
export function failedEvaluation(segment: Segment, cause: string): Evaluation {
  return {
    member: segment.member,
    step: segment.untilStep,
    value: null,
    reports: [],
    status: "failed",
    cause,
    checkpoint: null,
  };
}
