import { StoreError } from "../errors/index.ts";
import type { CheckpointId } from "../population/index.ts";
import type { RunStore, SegmentResult } from "../store/index.ts";
import type { EventHub } from "./events.ts";
import type { RunState } from "./state.ts";
import type { Keep } from "./types.ts";

export interface Retention {
  /** Deletes what nobody needs any more; called after each slow step. */
  collect(): void;
  /** @throws StoreError `full` when the states that are needed do not fit the budget */
  checkBudget(): void;
}

export interface RetentionOptions {
  readonly store: RunStore;
  readonly state: RunState;
  readonly hub: EventHub;
  readonly keep: Keep;
  readonly budgetBytes: number | null;
  /** Durable results that are not decided yet: their states may still be copied. */
  readonly undecided: () => readonly SegmentResult[];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toPrecision(3)} MB`;

/**
 * The life of checkpoints. Needed are: what members go on from (a copy's donor state among them, until the copy has
 * left it behind), the best ever, and results that wait for their decision. Running segments pin what they load.
 */
export function createRetention(options: RetentionOptions): Retention {
  const { store, state, hub, keep, budgetBytes, undecided } = options;
  let warned = false;

  const needed = (): CheckpointId[] => {
    const ids = [
      ...state.population.members.map(({ checkpoint }) => checkpoint),
      state.final?.soup?.checkpoint ?? null,
      ...undecided().map(({ evaluation }) => evaluation.checkpoint),
      keep === "last" ? null : (state.best?.checkpoint ?? null),
    ];
    return ids.filter((id) => id !== null);
  };

  const warn = (message: string): void => {
    if (warned) return;
    warned = true;
    store.appendOperation({ kind: "warning", detail: { message } });
    hub.emit({ type: "warning", message });
  };

  return {
    collect() {
      if (keep !== "all") store.checkpoints.collect(needed());
    },
    checkBudget() {
      if (budgetBytes === null || store.checkpoints.bytes() <= budgetBytes) return;
      if (keep === "all") {
        warn(
          `disk budget of ${megabytes(budgetBytes)}: reached although every checkpoint was to be kept; those that nobody needs are deleted`,
        );
      }
      store.checkpoints.collect(needed());
      const left = store.checkpoints.bytes();
      if (left <= budgetBytes) return;
      const count = store.checkpoints.list().length;
      throw new StoreError(
        "full",
        `${store.directory}: disk budget of ${megabytes(budgetBytes)} exceeded: ${count} checkpoints that are needed take ${megabytes(left)}. ` +
          `Nothing is lost. A generation needs room for its old and its new states (about ${2 * state.plan.members + 1} of them): raise the budget, then resume.`,
      );
    },
  };
}
