import { basename } from "node:path";
import { PopulationError, refuse, StoreError, UsageError } from "../errors/index.ts";
import type { Json } from "../space/index.ts";
import {
  canonicalJson,
  type ControlRequest,
  createRunStore,
  openRunStore,
  type RunStore,
  type RunStoreOptions,
  type StoredDecisionEvent,
} from "../store/index.ts";
import { advanceIntervention } from "./advance.ts";
import { createEventHub, type EventHub } from "./events.ts";
import { refuseOtherIdentity } from "./identity.ts";
import {
  checkOptions,
  closeQuietly,
  execute,
  optionProblems,
  type OwnRequests,
  populationFailure,
  type Prepared,
  readOnly,
  resultOf,
  startedDetail,
} from "./execute.ts";
import { type Internals, production } from "./faults.ts";
import { fold } from "./fold.ts";
import { type PlanOptions, planDifferences, planFrom, runEvent } from "./plan.ts";
import { killOrphans } from "./processes.ts";
import { keepProblems, settlePlan } from "./reevaluation.ts";
import { bestOf, initialState, openingEvents, type RunState } from "./state.ts";
import { stopProblems } from "./stop.ts";
import type { RunHandle, RunOptions, RunPlan, RunResult, StopRule, Trainer } from "./types.ts";

/** What fixes a run, and the fast clock that it drives. */
export interface RunRequest extends PlanOptions {
  readonly trainer: Trainer;
}

/** How to execute, and what a later resume needs to know. */
export interface ExecutionOptions extends RunOptions {
  /**
   * Plain JSON for the operations log (`started`, field `record`): the command line or the module that made the
   * trainer, so that `resume` can make it again. Nothing reads it here.
   */
  readonly record?: Json;
  readonly store?: RunStoreOptions;
}

/** A resume. The plan comes from the log; nothing here may change a decision but `stop`, which is recorded. */
export interface ResumeOptions extends Omit<ExecutionOptions, "directory"> {
  readonly trainer: Trainer;
  /**
   * The plan that the caller believes in: a difference is refused. Left out: that of the log. Its rule of stopping
   * may differ from the one that the run began with: then it is a new one, as `stop`.
   */
  readonly plan?: RunPlan;
  /** A new rule of stopping, in totals: an intervention when it differs. */
  readonly stop?: StopRule;
  /**
   * A run that ended because too few members could go on (`failed`) goes on from their last states, once the trainer is
   * mended: an intervention. Nothing for a run that did not end so.
   */
  readonly retryFailed?: boolean;
  /** Goes on although the trainer's model, optimizer or data are not those that the run began with. */
  readonly changedTrainer?: boolean;
}

/**
 * Starts a run. Bad input throws at once; everything later comes through `result`.
 *
 * Iterate `events` for a live view, or await `result`; both fail with the same error.
 * @throws UsageError with all problems of both arguments
 * @example
 * const handle = run(
 *   { trainer, space, metric: "loss:min", members: 16, slow: { interval: 50 }, stop: { steps: 1000 } },
 *   { directory: "runs/first", slots: 2 },
 * );
 * const { best, lineage } = await handle.result;
 * lineage.schedule(best.member);
 */
export function run(request: RunRequest, options: ExecutionOptions): RunHandle {
  const problems = optionProblems(options);
  const named = { name: basename(options.directory ?? "") || "run", ...request };
  const plan = collecting(problems, () => planFrom(named));
  if (typeof request.trainer?.open !== "function") {
    problems.push("trainer: needs a trainer. Make one with defineTrainer({ … }) or commandTrainer({ … })?");
  }
  if (problems.length > 0 || plan === undefined) throw new UsageError(problems);
  return runPlan(plan, request.trainer, options);
}

function collecting<T>(problems: string[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/**
 * Starts a run of a checked plan (`planFrom`), for callers that show or store the plan first.
 * @throws UsageError when an option is bad, or when the trainer refuses the plan
 */
export function runPlan(plan: RunPlan, trainer: Trainer, options: ExecutionOptions): RunHandle {
  return runPlanWith(plan, trainer, options, production);
}

/** `runPlan` with the test's internals. */
export function runPlanWith(
  plan: RunPlan,
  trainer: Trainer,
  options: ExecutionOptions,
  internals: Internals,
): RunHandle {
  checkOptions(options);
  trainer.check?.({ space: plan.space, metric: plan.metric.name, members: plan.members });
  const settled = settlePlan(plan, trainer, options.keep);
  return handleOf(initialState(settled), trainer, options, internals, async (_, state) => {
    const store = await openEmpty(options);
    return closingOnError(store, () => {
      store.transaction(() => {
        store.appendOperation({
          kind: "started",
          detail: startedDetail(trainer, options, options.record ?? null),
        });
        store.appendDecisions(openingEvents(state));
      });
      internals.fault("run-created");
      return Promise.resolve({ store, state, secondsBefore: 0, resumedFrom: null });
    });
  });
}

/** A new run's store; one whose creator was killed before it wrote anything counts as new. */
async function openEmpty(options: ExecutionOptions): Promise<RunStore> {
  try {
    return await createRunStore(options.directory, options.store);
  } catch (error) {
    if (!(error instanceof StoreError) || error.kind !== "exists") throw error;
    const store = await openRunStore(options.directory, options.store);
    if (store.decisionCount() === 0) return store;
    store.close();
    throw error;
  }
}

/**
 * Goes on with a stopped or killed run: kills what a dead controller left behind, derives the state from the log,
 * takes over every durable segment, and trains on.
 *
 * A run that has ended is given back as it is (`alreadyEnded`), unless `stop` allows more: budgets are totals, so
 * `stop: { steps: 2000 }` after `{ steps: 1000 }` trains another 1000.
 * @throws UsageError when an option is bad; `result` fails with StoreError `missing`, `locked`, `corrupt`, or
 * `mismatch` naming each difference
 */
export function resume(directory: string, options: ResumeOptions): RunHandle {
  return resumeWith(directory, options, production);
}

/** `resume` with the test's internals. */
export function resumeWith(directory: string, options: ResumeOptions, internals: Internals): RunHandle {
  const { trainer, plan, stop, retryFailed: _, changedTrainer: __, ...rest } = options;
  const execution: ExecutionOptions = { ...rest, directory };
  const problems = [...optionProblems(execution), ...(stop === undefined ? [] : stopProblems(stop))];
  if (problems.length > 0) throw new UsageError(problems);
  return handleOf(null, trainer, execution, internals, async (hub) => {
    const store = await openRunStore(directory, options.store);
    return closingOnError(store, async () => {
      await killOrphans(store);
      internals.fault("orphans-killed");
      const state = stateOf(store, directory, plan);
      const wanted = stop ?? newStop(state, plan);
      refuse(keepProblems(state.plan, options.keep));
      const { space, metric, members } = state.plan;
      trainer.check?.({ space, metric: metric.name, members });
      const detail = startedDetail(trainer, execution, options.record ?? null);
      if (options.changedTrainer !== true) refuseOtherIdentity(store, detail["identity"]);
      store.transaction(() => {
        store.appendOperation({ kind: "resumed", detail });
        if (options.retryFailed === true) retryFailed(store, state);
        if (wanted !== undefined) changeStop(store, state, wanted);
      });
      const other = trainerDifference(store, trainer);
      if (other !== null) hub.emit({ type: "warning", message: other });
      return { store, state, secondsBefore: secondsSpent(store), resumedFrom: state.generation };
    });
  });
}

function stateOf(store: RunStore, directory: string, plan: RunPlan | undefined): RunState {
  if (store.decisionCount() === 0) {
    throw new StoreError(
      "missing",
      `${directory}: the run was ended before it began. Start it again with run.`,
    );
  }
  const { state, difference } = fold(store.decisions(), basename(directory));
  if (difference !== null) {
    throw new StoreError(
      "corrupt",
      `${directory}: its decision log does not follow from itself at event ${difference.seq} (${difference.kind} ${difference.place}): it says ${difference.logged}, derived is ${difference.derived}. Nothing was changed.`,
    );
  }
  if (plan !== undefined) {
    const [stored] = store.decisions();
    // Left out, it is what suited the trainer that the run began with; a soup was tried where there could be one.
    const was = state.plan.reevaluate ?? null;
    const asked = plan.reevaluate === undefined ? was : plan.reevaluate;
    const reevaluate = asked === null || was === null ? asked : { ...asked, soup: was.soup };
    // An automatic interval goes on as it began: with the rule and the first guess of the version that began it.
    const { adaptive, interval } = state.plan;
    const automatic = plan.adaptive === undefined || adaptive === undefined ? {} : { adaptive, interval };
    const wanted = runEvent({ ...plan, ...automatic, reevaluate });
    const differences = planDifferences(stored as StoredDecisionEvent, wanted);
    if (differences.length > 0) {
      throw new StoreError(
        "mismatch",
        `${directory}: what fixes the run's decisions differs from what it began with:\n${differences.map((line) => `  ${line}`).join("\n")}\nResume without these changes, or start a new run in another directory.`,
      );
    }
  }
  return state;
}

const canonicalStop = (rule: StopRule): string => canonicalJson({ ...rule });

/** A plan asks for another rule of stopping when its own is not the one that the run began with. */
const newStop = (state: RunState, plan: RunPlan | undefined): StopRule | undefined =>
  plan === undefined || canonicalStop(plan.stop) === canonicalStop(state.plan.stop) ? undefined : plan.stop;

/** The failures so far are forgiven: members go on from their last states and catch up. */
function retryFailed(store: RunStore, state: RunState): void {
  if (state.ended !== "failed") return;
  if (state.plan.legs !== undefined) {
    throw new StoreError(
      "mismatch",
      `${store.directory}: a replay that failed cannot go on; replay it again`,
    );
  }
  store.appendDecisions(advanceIntervention(state, [{ action: "retry-failed" }]));
}

/** A new rule of stopping at a resume is an intervention; the same one is nothing. */
function changeStop(store: RunStore, state: RunState, stop: StopRule): void {
  if (canonicalStop(stop) === canonicalStop(state.stop)) return;
  if (state.plan.legs !== undefined) {
    throw new StoreError("mismatch", `${store.directory}: a replay ends where its legs end; leave stop out`);
  }
  store.appendDecisions(advanceIntervention(state, [{ action: "change-stop", stop }]));
}

/** Wall-clock time of earlier processes: from each start to the last thing that its process recorded. */
function secondsSpent(store: RunStore): number {
  let spentMs = 0;
  let startMs: number | null = null;
  let lastMs = 0;
  for (const { kind, timeMs } of store.operations()) {
    // Of this process, before it says that it goes on.
    if (kind === "orphan-killed") continue;
    if (kind === "started" || kind === "resumed") {
      if (startMs !== null) spentMs += lastMs - startMs;
      startMs = timeMs;
    }
    lastMs = timeMs;
  }
  return spentMs / 1000;
}

/** Another trainer is allowed, because the decision log holds none, but worth a word. */
function trainerDifference(store: RunStore, trainer: Trainer): string | null {
  const own = canonicalJson({ kind: trainer.kind, ...trainer.spec });
  for (const { kind, detail } of store.operations()) {
    if (kind !== "started") continue;
    const first = canonicalJson(detail?.["trainer"] ?? null);
    return first === own ? null : `the run began with the trainer ${first}; it goes on with ${own}`;
  }
  return null;
}

async function closingOnError<T>(store: RunStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    closeQuietly(store);
    throw error;
  }
}

type Request = Omit<ControlRequest, "id">;

/** The handle of a run that is being prepared. */
export function handleOf(
  early: RunState | null,
  trainer: Trainer,
  options: ExecutionOptions,
  internals: Internals,
  prepare: (hub: EventHub, state: RunState) => Promise<Prepared>,
): RunHandle {
  const hub = createEventHub();
  let state = early;
  let deliver: ((request: Request) => void) | null = null;
  const waiting: Request[] = [];
  const own: OwnRequests = {
    attach(to) {
      deliver = to;
      for (const request of waiting.splice(0)) to(request);
    },
  };
  const ask = (action: Request["action"], member: number | null = null, detail: Json = null): void => {
    const request: Request = { action, member, detail, by: "handle" };
    if (deliver === null) waiting.push(request);
    else deliver(request);
  };

  const work = async (): Promise<RunResult> => {
    const prepared = await prepare(hub, early as RunState);
    state = prepared.state;
    if (state.ended === null) {
      return execute(prepared, trainer, options, hub, own, internals);
    }
    try {
      if (state.ended === "failed") throw alreadyFailed(prepared.store, state);
      return resultOf(prepared.store, state, state.ended, true);
    } finally {
      prepared.store.close();
    }
  };
  const result = work().then(
    (value) => {
      hub.emit({ type: "finished", result: value });
      hub.close();
      return value;
    },
    (error: unknown) => {
      hub.close({ error });
      throw error;
    },
  );
  // Whoever reads `events` meets the error there; it must not end the process beside that.
  result.catch(() => {});

  return {
    events: hub.events,
    result,
    get best() {
      return state === null ? null : bestOf(state);
    },
    get lineage() {
      return state === null ? null : readOnly(state.lineage);
    },
    pause: () => ask("pause"),
    unpause: () => ask("unpause"),
    stop: (when) => ask(when === "now" ? "stop-now" : "stop"),
    retire: (member) => ask("retire", member),
    changeStop: (stop) => ask("change-stop", null, { ...stop }),
  };
}

function alreadyFailed(store: RunStore, state: RunState): PopulationError {
  const { message } = populationFailure(store, state);
  return new PopulationError(
    `the run has ended already. ${message}\nMend the trainer, then resume with --retry-failed (retryFailed: true), or start a new run.`,
  );
}
