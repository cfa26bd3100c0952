import { UsageError } from "../../errors/index.ts";
import type { Metrics, SavedState } from "../../engine/index.ts";
import { memberName } from "../../population/index.ts";
import type { Key } from "../../random/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import type { ExecutionChoices } from "./choices.ts";
import type { PopulationDefinition } from "./definition.ts";
import { writeHyperparameters } from "./hyperparameters.ts";
import { slotsOf } from "./names.ts";
import { type Crowd, openCrowd } from "./sessions.ts";
import { restore, stateReader, worldOf } from "./states.ts";

/** What a measurement's random numbers depend on, and what ends it. */
export interface MeasuredAt {
  readonly member: number;
  readonly key: Key;
  readonly step: number;
  readonly signal: AbortSignal;
}

/** Measures saved states, one after the other. */
export interface Meter {
  /** @throws StoreError when the state cannot be read; UsageError when it cannot be measured */
  measure(state: SavedState, hyperparameters: Hyperparameters, at: MeasuredAt): Promise<Metrics>;
  close(): Promise<void>;
}

const isRandom = new Set(["uniform", "normal", "randomIndex"]);

/**
 * A meter that compiles only what evaluation needs, and only once where that draws no random numbers: then it does not
 * matter by which key and for which member it was compiled.
 */
export function meterOf<W>(whole: PopulationDefinition<W>, choices: ExecutionChoices): Meter {
  const definition = evaluationOf(whole);
  const { saved } = slotsOf(definition.programs, definition.savedMemory);
  const fixed =
    definition.world === undefined &&
    Object.values(definition.programs).every(({ nodes }) => nodes.every(({ op }) => !isRandom.has(op)));
  let kept: Crowd<W> | null = null;

  const evaluate = async (
    { session, world }: Crowd<W>,
    state: SavedState,
    hyperparameters: Hyperparameters,
    { member, key, step, signal }: MeasuredAt,
  ): Promise<Metrics> => {
    const reader = stateReader();
    try {
      const loaded = await reader.read(state.directory, state.row ?? 0);
      for (let row = 0; row < session.members; row++) {
        restore(session, saved, row, loaded, definition !== whole);
        writeHyperparameters(session, definition, row, hyperparameters);
      }
      definition.world?.load(world, 0, worldOf(loaded));
    } finally {
      await reader.close();
    }
    const metrics = await definition.evaluate({
      session,
      members: [member],
      hyperparameters: [hyperparameters],
      key,
      fromStep: step,
      untilStep: step,
      world,
      signal,
      report: () => {},
      fail: (row, cause, message) => {
        throw new UsageError(`${memberName(row, 1)}: ${cause}: ${message}`);
      },
      failed: new Set(),
      replay: () => Promise.resolve(),
    });
    return Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, values[0]!]));
  };

  return {
    async measure(state, hyperparameters, at) {
      const crowd = kept ?? (await openCrowd(definition, { ...choices, workers: 1 }, at.key, [at.member]));
      if (fixed) kept = crowd;
      try {
        return await evaluate(crowd, state, hyperparameters, at);
      } finally {
        if (!fixed) await crowd.session.close();
      }
    },
    async close() {
      const crowd = kept;
      kept = null;
      await crowd?.session.close();
    },
  };
}

/** The definition without the programs that evaluation does not call. */
function evaluationOf<W>(definition: PopulationDefinition<W>): PopulationDefinition<W> {
  const { evaluationPrograms: names, programs, data = {}, constants = {} } = definition;
  if (names === undefined) return definition;
  const needed = Object.fromEntries(names.map((name) => [name, programs[name]!]));
  const slots = new Set(slotsOf(needed).all.map(({ name }) => name));
  const part = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([name]) => slots.has(name)));
  return { ...definition, programs: needed, data: part(data), constants: part(constants) };
}
