import { availableParallelism } from "node:os";
import { PopulationError, UsageError } from "../errors/index.ts";
import { memberName } from "../population/index.ts";
import type { Json } from "../space/index.ts";
import type { ControlRequest, RunStore, SegmentResult } from "../store/index.ts";
import { advanceEnd, advanceFinalists } from "./advance.ts";
import { runAsynchronous } from "./asynchronous.ts";
import { createControls } from "./controls.ts";
import type { EventHub } from "./events.ts";
import type { Internals } from "./faults.ts";
import { createFirstAttempts } from "./firstAttempts.ts";
import { isOpen, type Loop } from "./loop.ts";
import { trackedRegistry } from "./processes.ts";
import { createReevaluator, type Reevaluator } from "./reevaluate.ts";
import { createRetention } from "./retention.ts";
import { createRunner } from "./runner.ts";
import { createSamples } from "./samples.ts";
import { createSlots } from "./slots.ts";
import { bestOf, type RunState } from "./state.ts";
import { runSynchronous } from "./synchronous.ts";
import type { Best, Lineage, RunOptions, RunResult, Trainer } from "./types.ts";
import { runReplay } from "./walk.ts";

/** How long a trainer that was told to end may take before its session is closed over it. */
const settleMs = 30_000;

/** An opened run, ready to train. */
export interface Prepared {
  readonly store: RunStore;
  readonly state: RunState;
  /** Seconds that earlier processes spent on this run. */
  readonly secondsBefore: number;
  /** The generation that a resume goes on with; null for a new run. */
  readonly resumedFrom: number | null;
}

/** Requests of this process's own handle: kept until the store is open, then left in it like anybody's. */
export interface OwnRequests {
  attach(deliver: (request: Omit<ControlRequest, "id">) => void): void;
}

/** All problems of the options that say how to execute. */
export function optionProblems(options: RunOptions): string[] {
  const problems: string[] = [];
  const { directory, slots, gpus, keep, diskBudgetBytes } = options;
  if (typeof directory !== "string" || directory === "") {
    problems.push(`directory: needs a path, got ${JSON.stringify(directory)}`);
  }
  if (slots !== undefined && !(Number.isSafeInteger(slots) && slots >= 1 && slots <= 4096)) {
    problems.push(`slots: needs an integer from 1 to 4096, got ${slots}`);
  }
  if (gpus?.length === 0) problems.push("gpus: needs at least one device, got none. Leave it out?");
  if (keep !== undefined && !["lineages", "all", "last"].includes(keep)) {
    problems.push(`keep: needs lineages, all or last, got ${String(keep)}`);
  }
  if (diskBudgetBytes !== undefined && !(diskBudgetBytes > 0)) {
    problems.push(`diskBudgetBytes: needs a number above 0, got ${diskBudgetBytes}`);
  }
  return problems;
}

/**
 * Trains a prepared run to its end, or until somebody stops it. Closes the store, whatever happens.
 * @throws PopulationError, StoreError
 */
export async function execute(
  prepared: Prepared,
  trainer: Trainer,
  options: RunOptions,
  hub: EventHub,
  own: OwnRequests,
  internals: Internals,
): Promise<RunResult> {
  const { store } = prepared;
  let result: RunResult;
  try {
    result = await train(prepared, trainer, options, hub, own, internals);
  } catch (error) {
    closeQuietly(store);
    throw error;
  }
  store.close();
  internals.fault("store-closed");
  return result;
}

/** Closes a store that may be the very reason of the error that is on its way. */
export function closeQuietly(store: Pick<RunStore, "close">): void {
  try {
    store.close();
  } catch {
    // The first error says what happened.
  }
}

async function train(
  prepared: Prepared,
  trainer: Trainer,
  options: RunOptions,
  hub: EventHub,
  own: OwnRequests,
  internals: Internals,
): Promise<RunResult> {
  const { store, state, resumedFrom } = prepared;
  const { plan } = state;
  const count = options.slots ?? availableParallelism();
  const slots = createSlots({
    plan,
    trainer,
    directory: store.directory,
    slots: count,
    gpus: options.gpus ?? [],
    reap: trackedRegistry(store),
  });
  const undecided = new Map<number, SegmentResult>();
  const retention = createRetention({
    store,
    state,
    hub,
    keep: options.keep ?? "lineages",
    budgetBytes: options.diskBudgetBytes ?? null,
    undecided: () => [...undecided.values(), ...runner.waiting()],
  });
  const samples = createSamples(store, hub, plan.metric.name);
  const runner = createRunner({
    plan,
    store,
    trainer,
    slots,
    samples,
    hub,
    internals,
    firstAttempts: createFirstAttempts(plan.members, state.best !== null || store.metricNames().length > 0),
    checkBudget: () => retention.checkBudget(),
    quiet: () => controls.quiet(),
  });
  const finalists = createReevaluator({
    state,
    store,
    trainer,
    slots,
    hub,
    internals,
    quiet: () => controls.quiet(),
  });
  let halted: "stopped" | "interrupted" | "seconds" | null = null;
  let timeUp = false;
  const controls = createControls(
    store,
    state,
    hub,
    {
      pause() {
        runner.pause();
        finalists.pause();
      },
      unpause() {
        runner.unpause();
        finalists.unpause();
      },
      stop(when) {
        halted = when === "now" ? "interrupted" : (halted ?? "stopped");
        runner.stop(when);
        finalists.stop();
      },
    },
    internals.fault,
  );
  const loop: Loop = {
    state,
    store,
    runner,
    controls,
    retention,
    hub,
    internals,
    undecided,
    timeUp: () => timeUp,
  };

  hub.emit({ type: "started", members: plan.members, resumedFrom });
  const beganMs = Date.now();
  const overTime = (): boolean =>
    state.stop.seconds !== undefined &&
    prepared.secondsBefore + (Date.now() - beganMs) / 1000 >= state.stop.seconds;
  const poll = (): void => {
    try {
      controls.poll();
    } catch (error) {
      runner.fail(error);
    }
    if (timeUp || !overTime()) return;
    timeUp = true;
    // The first evaluations are waited for: without them there is no best to give.
    if (state.best !== null && isOpen(state)) {
      halted ??= "seconds";
      runner.stop("now");
    }
  };
  if (resumedFrom !== null) controls.dropStale();
  own.attach((request) => {
    store.requestControl(request);
    poll();
  });
  const timer = setInterval(poll, internals.pollMs);
  try {
    poll();
    const mode =
      plan.legs !== undefined ? runReplay : plan.mode === "asynchronous" ? runAsynchronous : runSynchronous;
    await mode(loop);
    if (isOpen(state) && halted === "seconds") {
      const events = advanceEnd(state, "seconds");
      store.appendDecisions(events);
      if (events.length > 0) internals.fault("end-committed");
    }
    if (state.closing !== null && (halted === null || halted === "seconds")) {
      await runner.settle(settleMs);
      await close(loop, finalists);
    }
  } catch (error) {
    runner.fail(error);
    throw error;
  } finally {
    clearInterval(timer);
    own.attach(() => {});
    await runner.settle(settleMs);
    await slots.close();
    internals.fault("sessions-closed");
  }

  if (state.ended !== null) controls.refuseRest();
  store.appendOperation({
    kind: state.ended === null ? "stopped" : "ended",
    detail: { reason: state.ended ?? halted ?? "stopped" },
  });
  if (state.ended === "failed") throw populationFailure(store, state);
  return resultOf(store, state, state.ended ?? halted ?? "stopped", false);
}

/** Evaluates the finalists and writes what follows: the last decision of a run. A crash before repeats it all. */
async function close({ state, store, internals }: Loop, finalists: Reevaluator): Promise<void> {
  internals.fault("finalists-begun");
  const found = await finalists.run();
  if (found === null) return;
  const events = advanceFinalists(state, found.fresh);
  internals.fault("finalists-decided");
  store.transaction(() => {
    const mixed = state.final?.soup?.checkpoint;
    if (found.soup !== null && mixed !== undefined) {
      const { row, prepared } = found.soup;
      try {
        store.checkpoints.commit(prepared, [mixed], row === null ? undefined : [row]);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        store.appendOperation({ kind: "warning", detail: { message: `soup: ${error.message}` } });
      }
    }
    store.appendDecisions(events);
  });
  internals.fault("end-committed");
}

/** The result as it stands in the log; the best loses its checkpoint when that was deleted. */
export function resultOf(
  store: Pick<RunStore, "checkpoints">,
  state: RunState,
  reason: string,
  alreadyEnded: boolean,
): RunResult {
  return {
    reason,
    generation: state.generation,
    best: existing(store, bestOf(state)),
    selected: existing(store, state.best),
    finalists: state.final?.finalists ?? [],
    soup: state.final?.soup ?? null,
    lineage: readOnly(state.lineage),
    alreadyEnded,
  };
}

/** The questions only: the log alone makes a lineage grow. */
export const readOnly = ({ legs, schedule, ancestry }: Lineage): Lineage => ({ legs, schedule, ancestry });

const existing = (store: Pick<RunStore, "checkpoints">, best: Best | null): Best | null =>
  best === null || best.checkpoint === null || store.checkpoints.has(best.checkpoint)
    ? best
    : { ...best, checkpoint: null };

/** Why the population cannot go on: how many failed of what, and the first one's own words. */
export function populationFailure(store: Pick<RunStore, "segments">, state: RunState): PopulationError {
  const { plan, population } = state;
  const failed = [...state.latest.values()].filter(({ status }) => status === "failed");
  const causes = new Map<string, number>();
  for (const { cause = "unknown" } of failed) causes.set(cause, (causes.get(cause) ?? 0) + 1);
  const counts = [...causes].map(([cause, count]) => `${cause} ×${count}`).join(", ");
  const active = population.members.filter(({ status }) => status === "active").length;
  const generations = new Set(population.members.map(({ generation }) => generation - 1));
  const messages = [...generations, plan.legs?.[state.generation - 1]?.generation ?? 0]
    .filter((generation) => generation >= 0)
    .flatMap((generation) => store.segments(generation))
    .filter(({ message }) => message !== undefined);
  const first = messages[0];
  return new PopulationError(
    `population: ${failed.length} of ${active} members failed (${counts}), so fewer than ${plan.minAlive} can go on.` +
      (first === undefined
        ? ""
        : `\n${memberName(first.member, plan.sourceMembers ?? plan.members)}, generation ${first.generation + 1}: ${first.message}`),
  );
}

/** Facts of this process for the operations log. */
export function startedDetail(
  trainer: Trainer,
  options: RunOptions,
  record: Json,
): { readonly [name: string]: Json } {
  return {
    pid: process.pid,
    node: process.version,
    trainer: { kind: trainer.kind, ...trainer.spec },
    ...(trainer.identity === undefined ? {} : { identity: trainer.identity() }),
    slots: options.slots ?? availableParallelism(),
    keep: options.keep ?? "lineages",
    record,
  };
}

/** @throws UsageError */
export function checkOptions(options: RunOptions): void {
  const problems = optionProblems(options);
  if (problems.length > 0) throw new UsageError(problems);
}
