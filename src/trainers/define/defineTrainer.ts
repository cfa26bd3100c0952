import { UsageError } from "../../errors/index.ts";
import type { SegmentOutcome, SessionContext, Trainer, TrainerSession } from "../../engine/index.ts";
import { checkpointProblem } from "../protocol/checkpoint.ts";
import type { TrainerDefinition } from "./definition.ts";
import { mergeSaved, runDefinition, testState } from "./runDefinition.ts";

/** A trainer made by `defineTrainer`, with the definition that worker threads run. */
export interface DefinedTrainer extends Trainer {
  readonly definition: TrainerDefinition<unknown, unknown>;
}

export function isDefinedTrainer(value: unknown): value is DefinedTrainer {
  return typeof value === "object" && value !== null && "definition" in value && "open" in value;
}

/**
 * A trainer written in TypeScript: `init` gives a state, `train` advances it, `evaluate` measures it. It runs in this
 * thread; `workerTrainer` runs the same trainer in one thread per slot, with the same numbers.
 * @throws UsageError when `save` comes without `load` or the other way round
 * @example
 * const toy = defineTrainer<{ h0: number; h1: number }, { theta: number[] }>({
 *   init: () => ({ theta: [0.9, 0.9] }),
 *   train(state, h, steps) {
 *     for (let i = 0; i < steps; i++) {
 *       state.theta[0] -= 0.02 * (2 * h.h0 * state.theta[0]);
 *       state.theta[1] -= 0.02 * (2 * h.h1 * state.theta[1]);
 *     }
 *   },
 *   evaluate: ({ theta }) => 1.2 - theta[0] ** 2 - theta[1] ** 2,
 * });
 */
export function defineTrainer<H, S>(definition: TrainerDefinition<H, S>): DefinedTrainer {
  if ((definition.save === undefined) !== (definition.load === undefined)) {
    throw new UsageError("defineTrainer: save and load come together: give both, or neither for plain data");
  }
  const untyped = definition as unknown as TrainerDefinition<unknown, unknown>;
  return {
    kind: "typescript",
    spec: { name: definition.name ?? "", where: "thread" },
    batch: 1,
    parallel: true,
    verification: "echo",
    definition: untyped,
    open: (context) => Promise.resolve(openInProcess(untyped, context)),
    evaluation: "direct",
    ...(definition.merge === undefined
      ? {}
      : { merge: (states, directory, weights) => mergeSaved(untyped, states, directory, weights) }),
    test: (state, hyperparameters) => testState(untyped, state.directory, hyperparameters),
  };
}

function openInProcess(
  definition: TrainerDefinition<unknown, unknown>,
  context: SessionContext,
): TrainerSession {
  const closing = new AbortController();
  return {
    async run(segments, hooks, done) {
      const signal = AbortSignal.any([hooks.signal, closing.signal]);
      for (const segment of segments) {
        if (signal.aborted) {
          done(segment, { status: "lost", message: "ended before it began" });
          continue;
        }
        const work = {
          segment,
          hyperparameters: context.space.nest(segment.hyperparameters),
          metric: context.metric,
        };
        const running = runDefinition(definition, work, signal, (step, metrics) => {
          if (!signal.aborted) hooks.report(segment.member, step, metrics);
        });
        const outcome = await orAborted(running, signal);
        const problem = outcome.status === "ok" ? await checkpointProblem(segment.save) : null;
        done(
          segment,
          problem === null ? outcome : { status: "failed", cause: "checkpoint", message: problem },
        );
      }
    },
    evaluate(segment, hooks) {
      const signal = AbortSignal.any([hooks.signal, closing.signal]);
      const hyperparameters = context.space.nest(segment.hyperparameters);
      const work = { segment, hyperparameters, metric: context.metric, evaluateOnly: true };
      return orAborted(
        runDefinition(definition, work, signal, () => {}),
        signal,
      );
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}

/** An asynchronous trainer that does not look at its signal is left to itself. */
function orAborted(running: Promise<SegmentOutcome>, signal: AbortSignal): Promise<SegmentOutcome> {
  return new Promise((resolve) => {
    const onAbort = (): void => resolve({ status: "lost", message: "ended early" });
    signal.addEventListener("abort", onAbort, { once: true });
    void running.then((outcome) => {
      signal.removeEventListener("abort", onAbort);
      resolve(outcome);
    });
  });
}
