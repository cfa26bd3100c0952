import { UsageError } from "../errors/index.ts";
import type { RunStore, SegmentResult } from "../store/index.ts";
import { type Attempt, createAttempts, type Task, type Work } from "./attempts.ts";
import type { EventHub } from "./events.ts";
import type { Internals } from "./faults.ts";
import type { FirstAttempts } from "./firstAttempts.ts";
import { createPacedQueue } from "./pacedQueue.ts";
import { createAffineQueue } from "./queue.ts";
import type { Samples } from "./samples.ts";
import type { Slot, Slots } from "./slots.ts";
import type { RunPlan, Segment, SegmentHooks, Trainer } from "./types.ts";

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
  /** Waits until no segment runs, at most this long: a trainer that does not end is left to `close`. */
  settle(limitMs: number): Promise<void>;
}

export interface RunnerContext {
  readonly plan: RunPlan;
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly slots: Slots;
  readonly samples: Samples;
  readonly hub: EventHub;
  readonly internals: Internals;
  readonly firstAttempts: FirstAttempts;
  /** Called when checkpoints have grown; throws when they may not. */
  readonly checkBudget: () => void;
  /** Called while the run is paused, when nothing runs any more and what ran is decided on. */
  readonly quiet: () => void;
}

const isShared = ({ outcome }: Attempt): boolean => outcome?.status === "ok" && outcome.row !== undefined;

/** Brings tasks to slots, more tasks than slots being the rule, and hands out their durable results. */
export function createRunner(context: RunnerContext): Runner {
  const { plan, store, trainer, slots, samples, internals, firstAttempts } = context;
  const queue =
    plan.mode === "asynchronous"
      ? createPacedQueue<Work>(slots.all.length, ({ task }) => task.fromStep)
      : createAffineQueue<Work>(slots.all.length);
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
    if (stopped) return;
    // Before anything has worked, each member has its first attempt before any has its second.
    queue.push(work, firstAttempts.watching ? null : (affinity.get(work.task.member) ?? null));
  };

  const again = (work: Work, afterMs: number): void => {
    if (afterMs === 0) {
      enqueue(work);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      enqueue(work);
      pump();
    }, afterMs);
    timers.add(timer);
  };

  const attempts = createAttempts(context, {
    again,
    fail,
    finish(work, result) {
      open.delete(work);
      finished++;
      results.push(result);
      notify();
    },
    get halted() {
      return stopped;
    },
    get failed() {
      return failure !== null;
    },
    get finished() {
      return finished;
    },
    get open() {
      return open.size;
    },
  });

  /** What trainers call: an error of the store ends the run, and must not look like one of the trainer. */
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      fail(error);
    }
  };

  const hooksOf = (group: ReadonlyMap<Segment, Attempt>, signal: AbortSignal): SegmentHooks => {
    const byMember = new Map([...group.values()].map((attempt) => [attempt.segment.member, attempt]));
    return {
      signal,
      report(member, step, metrics) {
        const attempt = byMember.get(member);
        if (attempt === undefined || attempt.outcome !== null || failure !== null) return;
        guarded(() => {
          if (firstAttempts.watching) attempts.release();
          samples.report(attempt.segment, step, metrics);
        });
      },
      note(member, kind, detail) {
        const segment = byMember.get(member)?.segment;
        const where =
          segment === undefined ? {} : { generation: segment.generation, attempt: segment.attempt };
        guarded(() => store.appendOperation({ kind, member, detail, ...where }));
      },
    };
  };

  const beginGroup = (slot: Slot, works: readonly Work[], group: Map<Segment, Attempt>): void => {
    store.transaction(() => {
      for (const work of works) {
        const shared = trainer.shared === true ? group.keys().next().value?.save : undefined;
        const attempt = attempts.begin(work, slot.index, shared);
        group.set(attempt.segment, attempt);
        affinity.set(work.task.member, slot.index);
      }
    });
    for (const segment of group.keys()) attempts.emit(segment, "running", null);
    internals.fault("segment-started");
  };

  const runOn = async (slot: Slot, works: readonly Work[]): Promise<void> => {
    const controller = new AbortController();
    running.add(controller);
    const group = new Map<Segment, Attempt>();
    try {
      const session = await slots.open(slot);
      beginGroup(slot, works, group);
      let broken: string | null = null;
      try {
        await session.run([...group.keys()], hooksOf(group, controller.signal), (segment, outcome) => {
          const attempt = group.get(segment);
          if (attempt?.outcome === null) guarded(() => attempts.settle(attempt, outcome));
        });
      } catch (error) {
        // What the user has to mend: no attempt can get anywhere, and nobody failed.
        if (error instanceof UsageError) throw error;
        broken = error instanceof Error ? error.message : String(error);
      }
      const silent = [...group.values()].filter(({ outcome }) => outcome === null);
      const message = broken ?? "the trainer ended the group without saying how this segment ended";
      for (const attempt of silent) attempts.settle(attempt, { status: "lost", message });
      if (broken !== null || silent.length > 0) await slots.discard(slot);
      const shared = [...group.values()].filter(isShared);
      const first = group.values().next().value;
      if (shared.length > 0 && first !== undefined && failure === null) {
        attempts.keepShared(shared, first.segment.save);
        for (const attempt of shared) attempt.useless = attempt.segment.save !== first.segment.save;
      }
    } catch (error) {
      fail(error);
    } finally {
      await Promise.all([...group.values()].map((attempt) => attempts.leave(attempt)));
      running.delete(controller);
    }
  };

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
    // A macrotask between segments: timers, signals and requests get their turn beside in-process trainers.
    const leave = (): void => {
      slot.busy = false;
      runningSlots--;
      notify();
      pump();
    };
    runOn(slot, group)
      .catch(fail)
      .finally(() => setImmediate(leave));
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
        // Whoever waits for a result has decided on all before it.
        if (paused && runningSlots === 0) context.quiet();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    pause() {
      paused = true;
      notify();
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
    async settle(limitMs) {
      const limit = setTimeout(() => {
        overdue = true;
        notify();
      }, limitMs);
      let overdue = false;
      while (runningSlots > 0 && !overdue) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      clearTimeout(limit);
    },
  };
}
