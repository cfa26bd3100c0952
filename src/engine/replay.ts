import { basename } from "node:path";
import { UsageError } from "../errors/index.ts";
import type { MemberId } from "../population/index.ts";
import { openRunReader } from "../store/index.ts";
import { fold } from "./fold.ts";
import { replayPlan } from "./plan.ts";
import { type ExecutionOptions, runPlan } from "./run.ts";
import type { RunHandle, Trainer } from "./types.ts";

export interface ReplayOptions extends ExecutionOptions {
  readonly trainer: Trainer;
  /** The run whose schedule is walked. */
  readonly source: string;
  /** Default: the member of the best evaluation. */
  readonly member?: MemberId;
  /** Up to which of its boundaries; default: that of its best evaluation. */
  readonly generation?: number;
}

/**
 * Trains one member along the schedule that a run made, from scratch, in a directory of its own: every leg with the
 * ancestor's hyperparameters and seed, so a deterministic trainer gives the ancestor's numbers again. Works for
 * members that never copied too. Stop and resume it like any run.
 * @throws UsageError when the options are bad or the member never got anywhere; StoreError when the source is no run
 */
export async function replay(options: ReplayOptions): Promise<RunHandle> {
  const { trainer, source, member, generation, ...execution } = options;
  const reader = await openRunReader(source);
  try {
    const { state } = fold(reader.decisions(), basename(source));
    const chosen = member ?? state.best?.member;
    if (chosen === undefined) {
      throw new UsageError(`${source}: has no evaluation yet, so there is no schedule to replay`);
    }
    const until = generation ?? (member === undefined ? state.best?.generation : undefined);
    const legs = state.lineage.legs(chosen, until);
    if (legs.length === 0) {
      throw new UsageError(`member: ${chosen} has no sound evaluation in ${source}; nothing to replay`);
    }
    const plan = replayPlan(state.plan, legs, basename(execution.directory));
    return runPlan(plan, trainer, execution);
  } finally {
    reader.close();
  }
}
