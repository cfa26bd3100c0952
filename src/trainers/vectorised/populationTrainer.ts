import { totalmem } from "node:os";
import { refuse, StoreError, UsageError } from "../../errors/index.ts";
import type {
  LoadedCheckpoint,
  Metrics,
  SessionContext,
  Trainer,
  TrainerSession,
} from "../../engine/index.ts";
import { type Key, key, subkey } from "../../random/index.ts";
import type { Hyperparameters, Json } from "../../space/index.ts";
import { checkWrite, slotSize } from "../../tensor/index.ts";
import { choiceProblems, type ExecutionChoices, executorOf } from "./choices.ts";
import type { PopulationDefinition } from "./definition.ts";
import { groupsOf, runGroup } from "./group.ts";
import { exceptionOutcome } from "../define/runDefinition.ts";
import { identityOf } from "./identity.ts";
import { spaceProblems } from "./hyperparameters.ts";
import { mergeStates } from "./merge.ts";
import { slotsOf } from "./names.ts";
import { meterOf } from "./measure.ts";
import { crowdsOf } from "./sessions.ts";
import { stateReader } from "./states.ts";

/** Bytes that 32-bit addresses reach. */
const WASM_BYTES = 2 ** 32;

/** A trainer of whole populations, and what can be done with the states that it saves. */
export interface PopulationTrainer extends Trainer {
  /** The programs and data it trains with. */
  readonly definition: PopulationDefinition<unknown>;
  /**
   * Writes the weighted mean of saved states, Σ weights[i]·state[i], as a state of its own.
   * @param weights default: 1/n each
   * @param directory an empty directory
   * @throws StoreError when a state is gone or of another model
   */
  merge(
    states: readonly Pick<LoadedCheckpoint, "directory" | "row">[],
    directory: string,
    weights?: readonly number[],
  ): Promise<Pick<LoadedCheckpoint, "directory" | "row">>;
  /** The metrics of one saved state, as at the end of a segment. */
  measure(
    state: Pick<LoadedCheckpoint, "directory" | "row">,
    hyperparameters: Hyperparameters,
  ): Promise<Metrics>;
}

/**
 * A trainer that advances all members at once as one program, with TypeScript of its own between the calls. The engine
 * treats it as any other: same events, same checkpoints (one file per generation, a row per member), same recovery.
 *
 * A member's numbers depend on its state, its hyperparameters, its id and the run's seed, never on how many others
 * train beside it, nor on threads.
 * @throws UsageError when data do not fit their slots (NaN, labels out of range, lengths)
 */
export function populationTrainer<W = undefined>(
  definition: PopulationDefinition<W>,
  choices: ExecutionChoices = {},
): PopulationTrainer {
  const slots = slotsOf(definition.programs, definition.savedMemory);
  refuse(choiceProblems(choices));
  const executor = executorOf(choices);
  checkDefinition(definition);
  const spec: Readonly<Record<string, Json>> = {
    name: definition.name ?? "",
    executor: executor.name,
    relaxed: choices.relaxed === true,
    numbers: slots.saved.reduce((sum, slot) => sum + slotSize(slot, 1), 0),
  };

  return {
    kind: "vectorised",
    spec,
    batch: Infinity,
    parallel: false,
    shared: true,
    verification: "echo",
    definition: definition as unknown as PopulationDefinition<unknown>,
    check({ space, metric, members }) {
      const problems = spaceProblems(definition, space);
      if (!definition.metrics.includes(metric)) {
        problems.push(`metric: ${metric} is not measured; there are ${definition.metrics.join(", ")}.`);
      }
      problems.push(...memoryProblems(definition, choices, members));
      refuse(problems);
    },
    evaluation: definition.evaluation ?? (definition.world === undefined ? "direct" : "none"),
    identity: () => identityOf(definition),
    open: (context) => Promise.resolve(openSession(definition, choices, context)),
    merge: (states, directory, weights) => mergeStates(states, directory, weights),
    async measure(state, hyperparameters) {
      const meter = meterOf(definition, choices);
      try {
        return await meter.measure(state, hyperparameters, {
          member: 0,
          key: sessionKey(0),
          step: 0,
          signal,
        });
      } finally {
        await meter.close();
      }
    },
  };
}

function checkDefinition(definition: Pick<PopulationDefinition, "programs" | "data" | "constants">): void {
  const { programs, data = {}, constants = {} } = definition;
  const { all } = slotsOf(programs);
  const bySlot = new Map(all.map((slot) => [slot.name, slot]));
  const problems: string[] = [];
  for (const { name, kind } of all) {
    if (kind === "data" && !Object.hasOwn(data, name)) {
      problems.push(`data: slot ${name} has no values. Give them.`);
    }
  }
  const check = (name: string, values: ArrayLike<number>): void => {
    try {
      checkWrite(bySlot.get(name), name, 1, "all", values);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(...error.problems);
    }
  };
  for (const [name, values] of Object.entries(data)) check(name, values);
  for (const [name, value] of Object.entries(constants)) check(name, [value]);
  refuse(problems);
}

/** What members and data take at least, against what there is. */
function memoryProblems(
  definition: Pick<PopulationDefinition, "programs">,
  choices: ExecutionChoices,
  members: number,
): string[] {
  const { memoryLimit = Infinity } = choices;
  const executor = executorOf(choices);
  const element = executor.name === "reference" ? 8 : 4;
  let perMember = 0;
  let data = 0;
  for (const slot of slotsOf(definition.programs).all) {
    const bytes = slotSize(slot, 1) * element;
    if (slot.kind === "data") data += bytes;
    else perMember += bytes;
  }
  const most = Math.min(memoryLimit, executor.name === "wasm" ? WASM_BYTES : Infinity, totalmem());
  const needed = members * perMember + data;
  if (needed <= most) return [];
  const room = Math.max(0, Math.floor((most - data) / perMember));
  return [
    `members: ${members} members of ${inWords(perMember)} each and ${inWords(data)} of data need ${inWords(needed)}, the limit is ${inWords(most)}. ` +
      (room > 0 ? `Use at most ${room} members, or a smaller model.` : "Use a smaller model, or fewer data."),
  ];
}

function inWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(3, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toPrecision(3)} ${["", "kB", "MB", "GB"][power]}`;
}

/** Never aborted. */
const { signal } = new AbortController();

const sessionKey = (seed: number): Key => subkey(key(seed), "vectorised");

function openSession<W>(
  definition: PopulationDefinition<W>,
  choices: ExecutionChoices,
  context: SessionContext,
): TrainerSession {
  const own = sessionKey(context.seed);
  const crowds = crowdsOf(definition, choices, own);
  const slots = slotsOf(definition.programs, definition.savedMemory);
  const meter = meterOf(definition, choices);
  const closing = new AbortController();
  return {
    async run(segments, hooks, done) {
      const signal = AbortSignal.any([hooks.signal, closing.signal]);
      const directory = segments[0]!.save;
      const reader = stateReader();
      let firstRow = 0;
      try {
        for (const group of groupsOf(segments)) {
          if (signal.aborted) {
            for (const segment of group) done(segment, { status: "lost", message: "ended before it began" });
            continue;
          }
          const crowd = await crowds.of(group.map(({ member }) => member));
          try {
            const outcomes = await runGroup(crowd, group, {
              definition,
              slots,
              key: own,
              reader,
              open: crowds.open,
              hooks,
              signal,
              firstRow,
              directory,
            });
            firstRow += outcomes.filter(({ status }) => status === "ok").length;
            for (const [row, segment] of group.entries()) done(segment, outcomes[row]!);
          } catch (error) {
            // TypeScript of the user's own threw. Thrown on: the session may be in any state, and is not used again.
            if (!(error instanceof UsageError || error instanceof StoreError)) {
              for (const segment of group) done(segment, exceptionOutcome(error));
            }
            throw error;
          }
        }
      } finally {
        await reader.close();
      }
    },
    async evaluate(segment, hooks) {
      const signal = AbortSignal.any([hooks.signal, closing.signal]);
      const { member, seed, untilStep: step, hyperparameters, load } = segment;
      const at = { member, key: sessionKey(seed), step, signal };
      try {
        const metrics = await meter.measure(load!, hyperparameters, at);
        if (signal.aborted) return { status: "lost", message: "ended early" };
        return { status: "ok", step, metrics, using: hyperparameters };
      } catch (error) {
        if (!(error instanceof UsageError || error instanceof StoreError)) throw error;
        return { status: "failed", cause: "exception", message: error.message };
      }
    },
    async close() {
      closing.abort();
      await Promise.all([crowds.close(), meter.close()]);
    },
  };
}
