import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PopulationError } from "../errors/index.ts";
import { type CheckpointId, isExact } from "../population/index.ts";
import type { Hyperparameters } from "../space/index.ts";
import type { RunStore } from "../store/index.ts";
import { judge } from "./evaluation.ts";
import type { EventHub } from "./events.ts";
import type { Internals } from "./faults.ts";
import {
  type FinalCandidate,
  finalCandidates,
  finalistName,
  finalistSeed,
  type FreshEvaluations,
  rankedFinalists,
  soupCheckpoint,
  soupOf,
  soupSeed,
} from "./finalists.ts";
import type { Slot, Slots } from "./slots.ts";
import type { RunState } from "./state.ts";
import type { LoadedCheckpoint, SavedState, Segment, SegmentOutcome, Trainer } from "./types.ts";

export interface ReevaluatorContext {
  readonly state: RunState;
  readonly store: RunStore;
  readonly trainer: Trainer;
  readonly slots: Slots;
  readonly hub: EventHub;
  readonly internals: Internals;
  /** Called while the run is paused, when no evaluation runs any more. */
  readonly quiet: () => void;
}

/** The state of the best mixture, still outside the checkpoints. */
export interface MixedState extends SavedState {
  readonly prepared: string;
}

export interface Reevaluated {
  readonly fresh: FreshEvaluations;
  /** null: no mixture is better than the winner. */
  readonly soup: MixedState | null;
}

/** Evaluates the finalists of a run whose training is over, and mixtures of them. Nothing of it is durable yet. */
export interface Reevaluator {
  /** null: it was stopped. @throws PopulationError when the trainer is lost again and again */
  run(): Promise<Reevaluated | null>;
  /** What runs is finished; then the context's `quiet` is called. */
  pause(): void;
  unpause(): void;
  /** Ends what runs: nothing is lost that a resume would not do again with the same seeds. */
  stop(): void;
}

/** One evaluation of one state. */
interface Job {
  readonly checkpoint: CheckpointId;
  readonly hyperparameters: Hyperparameters;
  readonly load: LoadedCheckpoint;
  readonly seed: number;
  /** 1, 2 … */
  readonly attempt: number;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export function createReevaluator(context: ReevaluatorContext): Reevaluator {
  const { state, store, trainer, slots, hub, internals } = context;
  const { plan } = state;
  const abort = new AbortController();
  let running = 0;
  let gate: { readonly opened: Promise<void>; readonly open: () => void } | null = null;

  /** Says that a pause holds, once nothing runs. */
  const hushed = (): void => {
    if (gate !== null && running === 0) context.quiet();
  };

  const whilePaused = async (): Promise<void> => {
    // Paused again while it waited: it goes on waiting.
    while (gate !== null && !abort.signal.aborted) {
      hushed();
      await gate.opened;
    }
  };

  const segmentOf = ({ checkpoint, hyperparameters, load, seed, attempt }: Job, save: string): Segment => ({
    member: checkpoint.member,
    name: finalistName(state, checkpoint),
    generation: checkpoint.generation,
    attempt,
    hyperparameters,
    fromStep: checkpoint.step,
    untilStep: checkpoint.step,
    seed,
    load,
    save,
  });

  /** One try. An error of the adapter counts as a loss, and its session is replaced. */
  const attempt = async (slot: Slot, segment: Segment): Promise<SegmentOutcome> => {
    const session = await slots.open(slot);
    const hooks = {
      signal: abort.signal,
      report: () => {},
      note: () => {},
    };
    try {
      if (session.evaluate !== undefined) return await session.evaluate(segment, hooks);
      let outcome: SegmentOutcome | null = null;
      await session.run([segment], hooks, (_, given) => {
        outcome ??= given;
      });
      return outcome ?? { status: "lost", message: "the trainer did not say how the evaluation ended" };
    } catch (error) {
      await slots.discard(slot);
      return { status: "lost", message: messageOf(error) };
    }
  };

  /** The value, after as many tries as it takes; null: failed for good; undefined: stopped. */
  const valueOf = async (slot: Slot, job: Job): Promise<number | null | undefined> => {
    for (let failures = 0, losses = 0; ; ) {
      await whilePaused();
      if (abort.signal.aborted) return undefined;
      const save = join(
        store.directory,
        "scratch",
        `finalist-${finalistName(state, job.checkpoint)}-g${job.checkpoint.generation}-a${job.attempt}`,
      );
      rmSync(save, { recursive: true, force: true });
      mkdirSync(save, { recursive: true });
      const segment = segmentOf(job, save);
      running++;
      const outcome = await attempt(slot, segment).finally(() => {
        running--;
        hushed();
      });
      rmSync(save, { recursive: true, force: true });
      internals.fault("finalist-evaluated");
      if (abort.signal.aborted) return undefined;
      const verdict = outcome.status === "ok" ? judge(plan, segment, outcome, null) : outcome;
      if (verdict.status === "ok") return verdict.value;
      const { member, generation } = job.checkpoint;
      store.appendOperation({
        kind: verdict.status === "lost" ? "finalist-lost" : "finalist-failed",
        member,
        generation,
        detail: { message: verdict.message },
      });
      if (verdict.status === "failed") {
        if (++failures > plan.retries) return null;
        continue;
      }
      if (++losses >= internals.lossLimit) {
        throw new PopulationError(
          `${segment.name}, generation ${generation + 1}: its trainer was lost ${losses} times in a row while the finalists were evaluated anew; the last time: ${verdict.message}. Nothing is damaged: mend it, then resume.`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, internals.backoffMs * 2 ** Math.min(losses - 1, 6)));
    }
  };

  let done = 0;
  let expected = 0;

  /** All jobs on all slots. null: stopped. */
  const values = async (jobs: readonly Job[]): Promise<(number | null)[] | null> => {
    const results: (number | null)[] = [];
    let next = 0;
    const lane = async (slot: Slot): Promise<void> => {
      while (next < jobs.length && !abort.signal.aborted) {
        const index = next++;
        const job = jobs[index]!;
        const value = await valueOf(slot, job);
        if (value === undefined) return;
        results[index] = value;
        const { member, generation } = job.checkpoint;
        hub.emit({ type: "finalist", member, generation, done: ++done, of: expected, value });
        // Timers, signals and requests get their turn beside trainers in this process.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const ends = await Promise.allSettled(slots.all.filter(({ busy }) => !busy).map((slot) => lane(slot)));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
    await whilePaused();
    return abort.signal.aborted ? null : results;
  };

  const finalistJob = ({ checkpoint, hyperparameters }: FinalCandidate, n: number): Job => ({
    checkpoint,
    hyperparameters,
    load: { id: checkpoint, ...store.checkpoints.locate(checkpoint) },
    seed: finalistSeed(state, checkpoint, n),
    attempt: n + 1,
  });

  /** Round by round, so that evaluations without noise end after the first. */
  const evaluateFinalists = async (): Promise<(number | null)[][] | null> => {
    const candidates = finalCandidates(state);
    const all: (number | null)[][] = candidates.map(() => []);
    const { evaluations } = plan.reevaluate!;
    expected = evaluations * candidates.length;
    for (let n = 0; n < evaluations; n++) {
      const round = await values(candidates.map((candidate) => finalistJob(candidate, n)));
      if (round === null) return null;
      for (const [i, value] of round.entries()) all[i]!.push(value);
      if (isExact(candidates.map((candidate, i) => ({ candidate, values: all[i]! })))) break;
    }
    return all;
  };

  const mixture = async (of: readonly FinalCandidate[]): Promise<MixedState | null> => {
    const { generation } = of[0]!.checkpoint;
    const number = store.beginAttempt(plan.members, generation);
    const prepared = store.checkpoints.prepare(plan.members, generation, number);
    try {
      const states = of.map(({ checkpoint }) => store.checkpoints.locate(checkpoint));
      return { ...(await trainer.merge!(states, prepared)), prepared };
    } catch (error) {
      store.appendOperation({ kind: "warning", detail: { message: `soup: ${messageOf(error)}` } });
      rmSync(prepared, { recursive: true, force: true });
      return null;
    }
  };

  const evaluateSoups = async (fresh: (number | null)[][]): Promise<Reevaluated | null> => {
    const ranked = rankedFinalists(state, fresh).map(({ candidate }) => candidate);
    const exact = rankedFinalists(state, fresh).every((finalist) => isExact([finalist]));
    const evaluations = exact ? 1 : plan.reevaluate!.evaluations;
    const soups: FreshEvaluations["soups"][number][] = [];
    let kept: MixedState | null = null;
    for (let trial = 0; ; trial++) {
      const soup = soupOf(state, { values: fresh, soups });
      const of = soup?.next ?? null;
      if (of === null) return { fresh: { values: fresh, soups }, soup: kept };
      const mixed = trainer.merge === undefined ? null : await mixture(of.map((place) => ranked[place]!));
      let given: (number | null)[] | null = [];
      if (mixed !== null) {
        const { hyperparameters, checkpoint } = ranked[0]!;
        const name = soupCheckpoint(state, checkpoint.generation, checkpoint.step);
        const load = { id: name, directory: mixed.directory, row: mixed.row };
        expected += evaluations;
        given = await values(
          Array.from({ length: evaluations }, (_, n) => ({
            checkpoint: name,
            hyperparameters,
            load,
            seed: soupSeed(state, trial, n),
            attempt: n + 1,
          })),
        );
      }
      const trials = [...soups, { of, values: given ?? [] }];
      const better = given !== null && soupOf(state, { values: fresh, soups: trials })?.of === of;
      const spare = better ? kept : mixed;
      if (spare !== null) rmSync(spare.prepared, { recursive: true, force: true });
      if (given === null) {
        if (kept !== null) rmSync(kept.prepared, { recursive: true, force: true });
        return null;
      }
      if (better) kept = mixed;
      soups.push({ of, values: given });
    }
  };

  return {
    async run() {
      const fresh = await evaluateFinalists();
      if (fresh === null) return null;
      if (!plan.reevaluate!.soup) return { fresh: { values: fresh, soups: [] }, soup: null };
      return await evaluateSoups(fresh);
    },
    pause() {
      if (gate !== null) {
        hushed();
        return;
      }
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => {
        open = resolve;
      });
      gate = { opened, open };
    },
    unpause() {
      gate?.open();
      gate = null;
    },
    stop() {
      abort.abort("stop");
      gate?.open();
      gate = null;
    },
  };
}
