import { statfsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { PopulationError, StoreError, UsageError } from "../errors/index.ts";
import { type CheckpointId, memberName } from "../population/index.ts";
import type { Operation, RunStore, SegmentResult } from "../store/index.ts";
import { evaluationOf, failedEvaluation, judge } from "./evaluation.ts";
import type { EventHub } from "./events.ts";
import type { Internals } from "./faults.ts";
import type { FirstAttempts, Verdict } from "./firstAttempts.ts";
import type { ReportLog } from "./reports.ts";
import type { Samples } from "./samples.ts";
import type { RunPlan, Segment, SegmentOutcome } from "./types.ts";

/** What a loop asks for: one member's work for one interval. The runner makes segments (attempts) of it. */
export interface Task {
  readonly member: number;
  readonly generation: number;
  readonly hyperparameters: Segment["hyperparameters"];
  readonly fromStep: number;
  readonly untilStep: number;
  readonly seed: number;
  readonly load: CheckpointId | null;
}

/** A task on its way to a durable result. */
export interface Work {
  readonly task: Task;
  failures: number;
  losses: number;
  /** Losses since anything of the run became durable, and how much was durable then. */
  lossesInVain: number;
  finishedBefore: number;
}

/** One try at a task. */
export interface Attempt {
  readonly work: Work;
  readonly segment: Segment;
  readonly reports: ReportLog;
  readonly unpin: () => void;
  outcome: SegmentOutcome | null;
  /** In the order of beginnings of this process. */
  readonly place: number;
  readonly slot: number;
  /** Milliseconds since 1970. */
  readonly beganMs: number;
  /** Nothing of its directory became a checkpoint. */
  useless: boolean;
}

/** Free bytes below which a failure is the disk's, not the member's. */
const diskReserveBytes = 1 << 20;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function diskFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < diskReserveBytes;
  } catch {
    return false;
  }
}

export interface AttemptsContext {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly samples: Samples;
  readonly hub: EventHub;
  readonly internals: Internals;
  readonly firstAttempts: FirstAttempts;
  /** Called when checkpoints have grown; throws when they may not. */
  readonly checkBudget: () => void;
}

/** What becomes of the work behind an attempt. */
export interface Fate {
  /** Tries again, at once or after a pause. */
  again(work: Work, afterMs: number): void;
  /** It is done: this result is durable. */
  finish(work: Work, result: SegmentResult): void;
  /** The run cannot go on. */
  fail(error: unknown): void;
  /** True when nothing more is to be started. */
  readonly halted: boolean;
  /** True after `fail`. */
  readonly failed: boolean;
  /** Tasks done so far. */
  readonly finished: number;
  /** Tasks that are not done. */
  readonly open: number;
}

/** From an attempt's beginning to what its outcome means: a durable result, another try, or the end of the run. */
export interface Attempts {
  /** @param shared the directory of the group's state, where one exists already */
  begin(work: Work, slot: number, shared: string | undefined): Attempt;
  /** Takes in how an attempt ended. States in shared directories wait for `keepShared`. */
  settle(attempt: Attempt, outcome: SegmentOutcome): void;
  /** Makes the states that a group wrote into one directory durable. */
  keepShared(attempts: readonly Attempt[], directory: string): void;
  /** Something of the run works, or fails in its own way: failures that waited for that become durable. */
  release(): void;
  /** Lets go of what the attempt held, and removes directories that are of no use. */
  leave(attempt: Attempt): Promise<void>;
  emit(segment: Segment, state: SegmentState, value: number | null, message?: string): void;
}

type SegmentState = "running" | "done" | "failed" | "retry" | "lost";

export function createAttempts(context: AttemptsContext, fate: Fate): Attempts {
  const { plan, store, samples, hub, internals, firstAttempts } = context;
  const { fault } = internals;
  /** Members that failed for good before anything of the run worked: not durable yet, for it may be no one's fault. */
  let held: (() => void)[] = [];

  const emit = (segment: Segment, state: SegmentState, value: number | null, message?: string): void => {
    hub.emit({
      type: "segment",
      member: segment.member,
      generation: segment.generation,
      state,
      step: state === "done" ? segment.untilStep : segment.fromStep,
      value,
      ...(message === undefined ? {} : { message }),
    });
  };

  const begin = (work: Work, slot: number, shared: string | undefined): Attempt => {
    const { task } = work;
    const number = store.beginAttempt(task.member, task.generation);
    fault("attempt-begun");
    const unpin = task.load === null ? () => {} : store.checkpoints.pin(task.load);
    const segment: Segment = {
      member: task.member,
      name: memberName(task.member, plan.sourceMembers ?? plan.members),
      generation: task.generation,
      attempt: number,
      hyperparameters: task.hyperparameters,
      fromStep: task.fromStep,
      untilStep: task.untilStep,
      seed: task.seed,
      load: task.load === null ? null : { id: task.load, ...store.checkpoints.locate(task.load) },
      save: shared ?? store.checkpoints.prepare(task.member, task.generation, number),
    };
    return {
      work,
      segment,
      reports: samples.begin(segment),
      unpin,
      place: firstAttempts.begin(),
      slot,
      beganMs: Date.now(),
      outcome: null,
      useless: false,
    };
  };

  const release = (): void => {
    firstAttempts.release();
    const waiting = held;
    held = [];
    for (const finish of waiting) finish();
  };

  const giveUp = ({ attempts, members, segment, text }: Verdict): void => {
    store.appendOperation({ kind: "gave-up", detail: { attempts, members, message: text } });
    fate.fail(
      new PopulationError(
        `population: every first attempt failed in the same way, and nothing was reported before; no more are made.\n${segment.name}, generation ${segment.generation + 1}: ${text}\nMend the trainer and resume, or start another run with another command: no member was failed for it.`,
      ),
    );
  };

  const onFailed = (
    attempt: Attempt,
    cause: string,
    message: string,
    tail: string | undefined,
    metrics: SegmentResult["metrics"],
  ): void => {
    const { work, segment } = attempt;
    if (diskFull(store.directory)) {
      fate.fail(
        new StoreError(
          "full",
          `${store.directory}: the disk is full (less than 1 MiB left); ${segment.name} failed with: ${message}. Make room, then resume.`,
        ),
      );
      return;
    }
    work.failures++;
    const again = work.failures <= plan.retries;
    store.appendOperation({
      kind: again ? "segment-retry" : "segment-failed",
      member: segment.member,
      generation: segment.generation,
      attempt: segment.attempt,
      detail: { cause, message, ...(tail === undefined ? {} : { tail }) },
    });
    const text = tail === undefined || tail === "" ? message : `${message}\n${tail}`;
    emit(segment, again ? "retry" : "failed", null, text);
    attempt.useless = true;
    const verdict = firstAttempts.failed(attempt.place, segment, { cause, message, tail });
    if (verdict !== null) {
      giveUp(verdict);
      return;
    }
    if (!firstAttempts.watching) release();
    if (again) {
      fate.again(work, 0);
      return;
    }
    const result: SegmentResult = {
      member: segment.member,
      generation: segment.generation,
      attempt: segment.attempt,
      evaluation: failedEvaluation(segment, cause),
      metrics,
      verified: false,
      message: text,
    };
    held.push(() => {
      store.putSegment(result);
      fault("segment-stored");
      fate.finish(work, result);
    });
    if (!firstAttempts.watching || held.length === fate.open) release();
  };

  const onLost = (attempt: Attempt, message: string): void => {
    const { work, segment } = attempt;
    attempt.useless = true;
    store.appendOperation({
      kind: "segment-lost",
      member: segment.member,
      generation: segment.generation,
      attempt: segment.attempt,
      detail: { message },
    });
    emit(segment, "lost", null, message);
    if (fate.halted) return;
    release();
    work.losses++;
    work.lossesInVain = work.finishedBefore === fate.finished ? work.lossesInVain + 1 : 1;
    work.finishedBefore = fate.finished;
    if (work.lossesInVain >= internals.lossLimit) {
      fate.fail(
        new PopulationError(
          `${segment.name}, generation ${segment.generation + 1}: its trainer was lost ${work.lossesInVain} times in a row while nothing else finished; the last time: ${message}. Something outside ends it (memory limit, time limit of a queue, a person). Nothing is damaged: mend it, then resume.`,
        ),
      );
      return;
    }
    fate.again(work, internals.backoffMs * 2 ** Math.min(work.losses - 1, 6));
  };

  /** How long it took: of one segment, or of a group that shares its state. */
  const timed = ({ segment, slot, beganMs }: Attempt, segments: number): Operation => ({
    kind: "segment-done",
    ...(segments === 1 ? { member: segment.member, attempt: segment.attempt } : {}),
    generation: segment.generation,
    detail: { slot, ms: Date.now() - beganMs, ...(segments === 1 ? {} : { segments }) },
  });

  /** Makes finished segments durable: their states become checkpoints and their results rows, in one transaction. */
  const keep = (attempts: readonly Attempt[], prepared: string, shared: boolean): void => {
    const sound: { attempt: Attempt; result: SegmentResult; row: number | undefined }[] = [];
    for (const attempt of attempts) {
      const { segment, reports } = attempt;
      const outcome = attempt.outcome;
      if (outcome === null || outcome.status !== "ok") continue;
      const verdict = judge(plan, segment, outcome, reports.problem);
      if (verdict.status === "failed") {
        onFailed(attempt, verdict.cause, verdict.message, undefined, verdict.metrics);
        continue;
      }
      if (reports.list().at(-1)?.step !== segment.untilStep) {
        samples.report(segment, segment.untilStep, outcome.metrics);
      }
      const id = { member: segment.member, generation: segment.generation, step: segment.untilStep };
      const result: SegmentResult = {
        member: segment.member,
        generation: segment.generation,
        attempt: segment.attempt,
        evaluation: evaluationOf(segment, verdict.value, reports.list(), id),
        metrics: verdict.metrics,
        verified: verdict.verified,
      };
      sound.push({ attempt, result, row: outcome.row });
    }
    if (sound.length === 0 || fate.failed) return;
    const ids = sound.map(({ result }) => result.evaluation.checkpoint!);
    try {
      store.transaction(() => {
        store.checkpoints.commit(prepared, ids, shared ? sound.map(({ row }) => row!) : undefined);
        fault("checkpoint-committed");
        for (const { result } of sound) store.putSegment(result);
        store.appendOperation(timed(sound[0]!.attempt, sound.length));
      });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      for (const { attempt, result } of sound) {
        onFailed(attempt, "checkpoint", error.message, undefined, result.metrics);
      }
      return;
    }
    fault("segment-stored");
    for (const { attempt, result } of sound) {
      emit(attempt.segment, "done", result.evaluation.value);
      fate.finish(attempt.work, result);
    }
    context.checkBudget();
  };

  const settle = (attempt: Attempt, outcome: SegmentOutcome): void => {
    attempt.outcome = outcome;
    fault("segment-ended");
    if (fate.failed) return;
    if (outcome.status === "ok") release();
    if (outcome.status === "failed") {
      onFailed(attempt, outcome.cause, outcome.message, outcome.tail, {});
    } else if (outcome.status === "lost") {
      onLost(attempt, outcome.message);
    } else if (outcome.row === undefined) {
      keep([attempt], attempt.segment.save, false);
    }
  };

  return {
    begin,
    emit,
    settle,
    release,
    keepShared: (attempts, directory) => keep(attempts, directory, true),
    async leave(attempt) {
      attempt.unpin();
      samples.end(attempt.segment);
      if (!attempt.useless) return;
      const { save, member, generation } = attempt.segment;
      try {
        await rm(save, { recursive: true, force: true });
      } catch (error) {
        const message = `could not remove a failed attempt's directory: ${messageOf(error)}`;
        store.appendOperation({ kind: "warning", member, generation, detail: { message } });
      }
    },
  };
}
