import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Metrics, SavedState, Segment, SegmentOutcome } from "../../engine/index.ts";
import { key, subkey } from "../../random/index.ts";
import { judge } from "../protocol/judge.ts";
import { decodeState, encodeState } from "./codec.ts";
import type { TrainContext, TrainerDefinition } from "./definition.ts";

/** Name of the file that holds a state without `save` of its own. */
export const STATE_FILE = "state.bin";

/** A segment as plain data, so that it can go to another thread. */
export interface SegmentWork {
  readonly segment: Segment;
  /** The hyperparameters in the nested form that the user wrote. */
  readonly hyperparameters: unknown;
  readonly metric: string;
  /** Measures the state that is loaded, and does nothing else. */
  readonly evaluateOnly?: boolean;
}

/** Runs one segment of a definition: load or init, train, evaluate, save. Errors become a failed outcome. */
export async function runDefinition(
  definition: TrainerDefinition<unknown, unknown>,
  work: SegmentWork,
  signal: AbortSignal,
  report: (step: number, metrics: Metrics) => void,
): Promise<SegmentOutcome> {
  const { segment, hyperparameters: h, metric, evaluateOnly = false } = work;
  const verdict = judge(segment, { metric, restart: false, echo: true, forward: report });
  const root = key(segment.seed);
  const problems: string[] = [];

  const contextFor = (purpose: string): TrainContext => ({
    member: segment.name,
    generation: segment.generation,
    fromStep: segment.fromStep,
    untilStep: segment.untilStep,
    key: subkey(root, purpose),
    seed: segment.seed,
    signal,
    report(step, metrics) {
      const violation = verdict.accept({ step, metrics: new Map(Object.entries(metrics)), using: null });
      if (violation !== null) problems.push(violation.message);
    },
  });

  try {
    let state =
      segment.load === null
        ? await definition.init(h, contextFor("init"))
        : await loadState(definition, segment.load.directory);
    if (!evaluateOnly) {
      const steps = segment.untilStep - segment.fromStep;
      const trained = await definition.train(state, h, steps, contextFor("train"));
      if (trained !== undefined) state = trained;
    }
    const result = await definition.evaluate(state, h, contextFor("evaluate"));
    if (signal.aborted) return { status: "lost", message: "ended early" };
    const metrics = new Map(
      Object.entries(typeof result === "number" ? { [metric]: result } : { ...result }),
    );
    const violation = verdict.accept({
      step: segment.untilStep,
      metrics,
      using: segment.hyperparameters,
    });
    if (violation !== null) return { status: "failed", ...violation };
    if (problems.length > 0) return { status: "failed", cause: "step", message: problems[0]! };
    if (!evaluateOnly) await saveState(definition, state, segment.save);
    return verdict.finish(segment.untilStep);
  } catch (error) {
    return signal.aborted ? { status: "lost", message: "ended early" } : exceptionOutcome(error);
  }
}

/** A thrown error as the member's failure. */
export function exceptionOutcome(error: unknown): SegmentOutcome {
  if (!(error instanceof Error)) {
    return { status: "failed", cause: "exception", message: `threw ${String(error).slice(0, 500)}` };
  }
  const tail = (error.stack ?? "").split("\n").slice(0, 20).join("\n");
  return {
    status: "failed",
    cause: "exception",
    message: `${error.name}: ${error.message}`.slice(0, 4000),
    ...(tail === "" ? {} : { tail }),
  };
}

/** The metrics of a definition's `test` for a saved state; null when it has no test. */
export async function testState(
  definition: TrainerDefinition<unknown, unknown>,
  directory: string,
  hyperparameters: unknown,
): Promise<Metrics | null> {
  if (definition.test === undefined) return null;
  const result = await definition.test(await loadState(definition, directory), hyperparameters);
  return typeof result === "number" ? { test: result } : result;
}

/** Writes the definition's own mean of saved states. */
export async function mergeSaved(
  definition: TrainerDefinition<unknown, unknown>,
  saved: readonly SavedState[],
  directory: string,
  weights: readonly number[] = saved.map(() => 1 / saved.length),
): Promise<SavedState> {
  const states: unknown[] = [];
  for (const { directory: from } of saved) states.push(await loadState(definition, from));
  await saveState(definition, await definition.merge!(states, weights), directory);
  return { directory, row: null };
}

async function loadState(
  definition: TrainerDefinition<unknown, unknown>,
  directory: string,
): Promise<unknown> {
  if (definition.load !== undefined) return await definition.load(directory);
  return decodeState(await readFile(join(directory, STATE_FILE)));
}

async function saveState(
  definition: TrainerDefinition<unknown, unknown>,
  state: unknown,
  directory: string,
): Promise<void> {
  if (definition.save !== undefined) {
    await definition.save(state, directory);
    return;
  }
  const partial = join(directory, ".partial");
  await writeFile(partial, encodeState(state));
  await rename(partial, join(directory, STATE_FILE));
}
