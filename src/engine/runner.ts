import { statfsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { PopulationError, StoreError, UsageError } from "../errors/index.ts";
import { type CheckpointId, memberName } from "../population/index.ts";
import type { RunStore, SegmentResult } from "../store/index.ts";
import { evaluationOf, failedEvaluation, judge } from "./evaluation.ts";
import type { EventHub } from "./events.ts";
import type { Internals } from "./faults.ts";
import { createAffineQueue } from "./queue.ts";
import type { ReportLog } from "./reports.ts";
import type { Samples } from "./samples.ts";
import type { Slot, Slots } from "./slots.ts";
import type { RunPlan, Segment, SegmentHooks, SegmentOutcome, Trainer } from "./types.ts";

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

export interface Runner {
  submit(task: Task): void;
  /** The next durable result; null when the runner was stopped and nothing runs any more. */
  next(): Promise<SegmentResult | null>;
  pause(): void;
  unpause(): void;
  /** Nothing more is started; `now`: what runs is ended too. */
  stop(when: "segment" | "now"): void;
  /** Ends the runner with an error: `next` throws it. */
  fail(error: unknown): void;
  /** Whether work of this member is queued, runs, or has a result that `next` has not handed out. */
  knows(member: number): boolean;
  /** Durable results that `next` has not handed out yet. */
  waiting(): readonly SegmentResult[];
  /** Waits until no segment runs. */
  settle(): Promise<void>;
}

export interface RunnerContext {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly slots: Slots;
  readonly samples: Samples;
  readonly hub: EventHub;
  readonly internals: Internals;
  /** Called when checkpoints have grown; throws when they may not. */
  readonly checkBudget: () => void;
}

interface Work {
  readonly task: Task;
  failures: number;
  losses: number;
  /** Losses since anything of the run became durable, and how much was durable then. */
  lossesInVain: number;
  finishedBefore: number;
}

interface Attempt {
  readonly work: Work;
  readonly segment: Segment;
  readonly reports: ReportLog;
  readonly unpin: () => void;
  outcome: SegmentOutcome | null;
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

export function createRunner(context: RunnerContext): Runner {
  const { plan, store, trainer, slots, samples, hub, internals } = context;
  const { fault } = internals;
  const queue = createAffineQueue<Work>(slots.all.length);
  const affinity = new Map<number, number>();
  const open = new Set<Work>();
  const timers = new Set<NodeJS.Timeout>();
  const results: SegmentResult[] = [];
  const running = new Set<AbortController>();
  let firstResult = 0;
  let finished = 0;
  let runningSlots = 0;
  let paused = false;
  let stopped = false;
  let failure: { readonly error: unknown } | null = null;
  let wake: (() => void) | null = null;
  let pumping = false;

  const nameOf = (member: number): string => memberName(member, plan.sourceMembers ?? plan.members);

  const notify = (): void => {
    const resolve = wake;
    wake = null;
    resolve?.();
  };

  const halt = (): void => {
    stopped = true;
    queue.clear();
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
  };

  const fail = (error: unknown): void => {
    failure ??= { error };
    halt();
    for (const controller of running) controller.abort("stop");
    notify();
  };

  const enqueue = (work: Work): void => {
    if (!stopped) queue.push(work, affinity.get(work.task.member) ?? null);
  };

  const finish = (work: Work, result: SegmentResult): void => {
    open.delete(work);
    finished++;
    results.push(result);
    notify();
  };

  const emitSegment = (
    segment: Segment,
    state: "running" | "done" | "failed" | "retry" | "lost",
    value: number | null,
    message?: string,
  ): void => {
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

  const begin = (work: Work, shared: string | undefined): Attempt => {
    const { task } = work;
    const number = store.beginAttempt(task.member, task.generation);
    fault("attempt-begun");
    const unpin = task.load === null ? () => {} : store.checkpoints.pin(task.load);
    const segment: Segment = {
      member: task.member,
      name: nameOf(task.member),
      generation: task.generation,
      attempt: number,
      hyperparameters: task.hyperparameters,
      fromStep: task.fromStep,
      untilStep: task.untilStep,
      seed: task.seed,
      load: task.load === null ? null : { id: task.load, ...store.checkpoints.locate(task.load) },
      save: shared ?? store.checkpoints.prepare(task.member, task.generation, number),
    };
    return { work, segment, reports: samples.begin(segment), unpin, outcome: null, useless: false };
  };

  const leave = (attempt: Attempt): void => {
    attempt.unpin();
    samples.end(attempt.segment);
  };

  /** A failed or lost attempt's directory is of no use to anybody. */
  const discardSave = (segment: Segment): Promise<void> =>
    rm(segment.save, { recursive: true, force: true }).catch((error: unknown) => {
      store.appendOperation({
        kind: "warning",
        member: segment.member,
        generation: segment.generation,
        detail: { message: `could not remove a failed attempt's directory: ${messageOf(error)}` },
      });
    });

  const onFailed = (
    attempt: Attempt,
    cause: string,
    message: string,
    tail: string | undefined,
    metrics: SegmentResult["metrics"],
  ): void => {
    const { work, segment } = attempt;
    if (diskFull(store.directory)) {
      fail(
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
    emitSegment(segment, again ? "retry" : "failed", null, text);
    attempt.useless = true;
    if (again) {
      enqueue(work);
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
    store.putSegment(result);
    fault("segment-stored");
    finish(work, result);
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
    emitSegment(segment, "lost", null, message);
    if (stopped) return;
    work.losses++;
    work.lossesInVain = work.finishedBefore === finished ? work.lossesInVain + 1 : 1;
    work.finishedBefore = finished;
    if (work.lossesInVain >= internals.lossLimit) {
      fail(
        new PopulationError(
          `${segment.name}, generation ${segment.generation}: its trainer was lost ${work.lossesInVain} times in a row while nothing else finished; the last time: ${message}. Something outside ends it (memory limit, time limit of a queue, a person). Nothing is damaged: mend it, then resume.`,
        ),
      );
      return;
    }
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        enqueue(work);
        pump();
      },
      internals.backoffMs * 2 ** Math.min(work.losses - 1, 6),
    );
    timers.add(timer);
  };

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
    if (sound.length === 0 || failure !== null) return;
    const ids = sound.map(({ result }) => result.evaluation.checkpoint!);
    try {
      store.transaction(() => {
        store.checkpoints.commit(prepared, ids, shared ? sound.map(({ row }) => row!) : undefined);
        fault("checkpoint-committed");
        for (const { result } of sound) store.putSegment(result);
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
      emitSegment(attempt.segment, "done", result.evaluation.value);
      finish(attempt.work, result);
    }
    context.checkBudget();
  };

  const settleOutcome = (attempt: Attempt, outcome: SegmentOutcome): void => {
    attempt.outcome = outcome;
    fault("segment-ended");
    if (failure !== null) return;
    if (outcome.status === "failed") {
      onFailed(attempt, outcome.cause, outcome.message, outcome.tail, {});
    } else if (outcome.status === "lost") {
      onLost(attempt, outcome.message);
    } else if (outcome.row === undefined) {
      keep([attempt], attempt.segment.save, false);
    }
  };

  const runOn = async (slot: Slot, group: readonly Work[]): Promise<void> => {
    const controller = new AbortController();
    running.add(controller);
    const attempts = new Map<Segment, Attempt>();
    try {
      const session = await slots.open(slot);
      store.transaction(() => {
        for (const work of group) {
          const first = attempts.keys().next().value;
          const attempt = begin(work, trainer.shared === true ? first?.save : undefined);
          attempts.set(attempt.segment, attempt);
          affinity.set(work.task.member, slot.index);
        }
      });
      const byMember = new Map([...attempts.values()].map((attempt) => [attempt.segment.member, attempt]));
      const hooks: SegmentHooks = {
        signal: controller.signal,
        report(member, step, metrics) {
          const attempt = byMember.get(member);
          if (attempt === undefined || attempt.outcome !== null) return;
          samples.report(attempt.segment, step, metrics);
        },
        note(member, kind, detail) {
          const segment = byMember.get(member)?.segment;
          store.appendOperation({
            kind,
            member,
            detail,
            ...(segment === undefined ? {} : { generation: segment.generation, attempt: segment.attempt }),
          });
        },
      };
      const done = (segment: Segment, outcome: SegmentOutcome): void => {
        const attempt = attempts.get(segment);
        if (attempt === undefined || attempt.outcome !== null) return;
        try {
          settleOutcome(attempt, outcome);
        } catch (error) {
          fail(error);
        }
      };
      for (const segment of attempts.keys()) emitSegment(segment, "running", null);
      fault("segment-started");
      let broken: string | null = null;
      try {
        await session.run([...attempts.keys()], hooks, done);
      } catch (error) {
        broken = messageOf(error);
      }
      const silent = [...attempts.values()].filter((attempt) => attempt.outcome === null);
      for (const attempt of silent) {
        done(attempt.segment, {
          status: "lost",
          message: broken ?? "the trainer ended the group without saying how this segment ended",
        });
      }
      if (broken !== null || silent.length > 0) await slots.discard(slot);
      const shared = [...attempts.values()].filter(isShared);
      if (shared.length > 0 && failure === null) {
        const { save } = attempts.values().next().value!.segment;
        keep(shared, save, true);
        for (const attempt of shared) attempt.useless = attempt.segment.save !== save;
      }
    } catch (error) {
      fail(error);
    } finally {
      for (const attempt of attempts.values()) leave(attempt);
      const useless = [...attempts.values()]
        .filter((attempt) => attempt.useless)
        .map(({ segment }) => segment);
      await Promise.all(useless.map(discardSave));
      running.delete(controller);
    }
  };

  const isShared = ({ outcome }: Attempt): boolean => outcome?.status === "ok" && outcome.row !== undefined;

  const dispatch = (slot: Slot): boolean => {
    const group: Work[] = [];
    const limit = Math.max(1, trainer.batch);
    for (let work = queue.take(slot.index); work !== undefined; work = queue.take(slot.index)) {
      group.push(work);
      if (group.length >= limit) break;
    }
    if (group.length === 0) return false;
    slot.busy = true;
    runningSlots++;
    void runOn(slot, group).then(() => {
      // A macrotask between segments: timers, signals and requests get their turn beside in-process trainers.
      setImmediate(() => {
        slot.busy = false;
        runningSlots--;
        notify();
        pump();
      });
    });
    return true;
  };

  /** Starts what can be started. Deferred by a microtask, so that one batch takes everything submitted together. */
  const pump = (): void => {
    if (pumping) return;
    pumping = true;
    queueMicrotask(() => {
      pumping = false;
      while (!paused && !stopped && queue.size > 0) {
        const slot = slots.free();
        if (slot === undefined || !dispatch(slot)) return;
      }
    });
  };

  return {
    submit(task) {
      const work: Work = { task, failures: 0, losses: 0, lossesInVain: 0, finishedBefore: 0 };
      open.add(work);
      enqueue(work);
      pump();
    },
    async next() {
      for (;;) {
        if (failure !== null) throw failure.error;
        const result = results[firstResult];
        if (result !== undefined) {
          firstResult++;
          if (firstResult === results.length) {
            results.length = 0;
            firstResult = 0;
          }
          return result;
        }
        if (stopped && runningSlots === 0) return null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    pause() {
      paused = true;
    },
    unpause() {
      paused = false;
      pump();
    },
    stop(when) {
      halt();
      if (when === "now") for (const controller of running) controller.abort("stop");
      notify();
    },
    fail,
    knows: (member) =>
      [...open].some(({ task }) => task.member === member) ||
      results.slice(firstResult).some((result) => result.member === member),
    waiting: () => results.slice(firstResult),
    async settle() {
      while (runningSlots > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
