import type { CheckpointId, Diagnostics, MemberId, Rules } from "../population/index.ts";
import type { Hyperparameters, Json, SearchSpace } from "../space/index.ts";

/** One member's work for one interval: train from `fromStep` to `untilStep` with these hyperparameters. */
export interface Segment {
  readonly member: MemberId;
  /** `m07`. */
  readonly name: string;
  readonly generation: number;
  /** 1, 2 …: changes with each retry; nothing that reaches the decision log may depend on it. */
  readonly attempt: number;
  readonly hyperparameters: Hyperparameters;
  readonly fromStep: number;
  readonly untilStep: number;
  /** Depends on (run seed, member, generation) only: the same for each retry. */
  readonly seed: number;
  /** The state to start from; null at the first segment. Read-only for the trainer. */
  readonly load: LoadedCheckpoint | null;
  /** An empty directory for this attempt to fill with the state at `untilStep`. */
  readonly save: string;
}

export interface LoadedCheckpoint {
  readonly id: CheckpointId;
  /** Directory with the files of this checkpoint. */
  readonly directory: string;
  /** Row of this member where one checkpoint holds many members (vectorised trainers). */
  readonly row: number | null;
}

/** Where the files of a state are. */
export type SavedState = Pick<LoadedCheckpoint, "directory" | "row">;

/** Named metric values at a step. NaN and infinities are kept as they came; the engine judges them. */
export type Metrics = Readonly<Record<string, number>>;

/** How a segment ended. */
export type SegmentOutcome =
  | {
      readonly status: "ok";
      /** The step that the saved state is at. */
      readonly step: number;
      readonly metrics: Metrics;
      /** The hyperparameters that the trainer says it used; null where the trainer cannot say (unverified). */
      readonly using: Hyperparameters | null;
      /** Set by vectorised trainers: the row of this member in the shared checkpoint written to `shared`. */
      readonly row?: number;
    }
  | {
      /** The member's own fault: retried `retries` times, then the member is failed in this generation. */
      readonly status: "failed";
      /** `exit`, `timeout`, `nan`, `echo`, `checkpoint`, `protocol`, `metric`, `step`, `exception`. */
      readonly cause: string;
      readonly message: string;
      /** Last lines of what the trainer printed. */
      readonly tail?: string;
    }
  | {
      /** Infrastructure (killed from outside, worker gone): retried without limit while there is progress. */
      readonly status: "lost";
      readonly message: string;
    };

/** What a session may call while a segment runs. */
export interface SegmentHooks {
  report(member: MemberId, step: number, metrics: Metrics): void;
  /** Facts for the operations log: process ids, signals, warnings. */
  note(member: MemberId, kind: string, detail: Readonly<Record<string, Json>>): void;
  /** Ends one group early: the segment then counts as lost, not failed. `reason` is `stop`, `pause` or `retire`. */
  readonly signal: AbortSignal;
}

/** A kind of fast clock. The engine opens one session per slot and gives it groups of segments. */
export interface Trainer {
  /** `command`, `typescript`, `vectorised`: with `spec`, what the run's record says of the trainer. */
  readonly kind: string;
  readonly spec: Readonly<Record<string, Json>>;
  /** Segments per call: 1, or Infinity for trainers that advance the whole population at once. */
  readonly batch: number;
  /** False: only one session may be open at a time, whatever the slots (vectorised trainers). */
  readonly parallel: boolean;
  /**
   * True: a group's states go into one directory, which every segment of the group has as its `save`, and outcomes say
   * their `row`. Left out: a directory for each segment.
   */
  readonly shared?: boolean;
  /**
   * Called before a run is made: what is wrong with this space or metric for this trainer (a placeholder that no
   * hyperparameter fills …), all problems at once. @throws UsageError
   */
  readonly check?: (plan: {
    readonly space: SearchSpace<unknown>;
    readonly metric: string;
    /** Members that train at once. */
    readonly members: number;
  }) => void;
  /** Whether `using` is checked (`echo`), or the hyperparameters are shown as `unverified`. */
  readonly verification: "echo" | "unverified";
  open(context: SessionContext): Promise<TrainerSession>;
  /**
   * Digests of what decides how a member trains, by part (`program train`, `data train.x`). Kept with the run; a resume
   * with a trainer of another identity is refused. Left out: a resume takes any trainer.
   */
  readonly identity?: () => Readonly<Record<string, string>>;
  /**
   * How a saved state is evaluated anew. `direct`: its sessions have `evaluate`, cheap enough that finalists are
   * evaluated anew in every run. `none`: cannot be. Left out: by a segment of zero steps, when the user asks for it.
   */
  readonly evaluation?: "direct" | "none";
  /**
   * Writes a weighted mean of saved states as a state of its own: with it, a soup of the finalists is tried.
   * @param directory empty
   * @param weights Σ = 1; default: 1/n each
   * @returns where the state is: `directory`, and its row there
   */
  readonly merge?: (
    states: readonly SavedState[],
    directory: string,
    weights?: readonly number[],
  ) => Promise<SavedState>;
  /**
   * Metrics of one saved state on data that neither training nor selection has seen: for the report after a run, of
   * the best member. null: the trainer has no such data.
   */
  readonly test?: (state: LoadedCheckpoint, hyperparameters: unknown) => Promise<Metrics | null>;
}

export interface SessionContext {
  readonly slot: number;
  readonly slots: number;
  /** Directory for logs of this run: `runs/x/logs`. */
  readonly logs: string;
  /** Directory that the session may fill and that is removed at its end. */
  readonly scratch: string;
  readonly space: SearchSpace<unknown>;
  readonly metric: string;
  readonly seed: number;
  /** Devices of this slot from `--gpus`, as for CUDA_VISIBLE_DEVICES; null: leave the environment as it is. */
  readonly devices: string | null;
  /** Registers a process group so that it is killed when this process dies. */
  readonly reap: ProcessRegistry;
}

/** Keeps process groups from outliving the run, kill -9 included. */
export interface ProcessRegistry {
  add(pid: number): void;
  remove(pid: number): void;
}

export interface TrainerSession {
  /**
   * Advances each segment; calls `done` once per segment, as soon as its outcome is known, with its state complete in
   * `segment.save` (or, for a shared checkpoint, in the first segment's `save`). Never throws for a member's fault.
   */
  run(
    segments: readonly Segment[],
    hooks: SegmentHooks,
    done: (segment: Segment, outcome: SegmentOutcome) => void,
  ): Promise<void>;
  /**
   * Measures the state `segment.load` with fresh random numbers from `segment.seed`, without training: `fromStep` is
   * `untilStep`, and nothing needs to be saved. Never throws for a member's fault.
   */
  readonly evaluate?: (segment: Segment, hooks: SegmentHooks) => Promise<SegmentOutcome>;
  /** Ends everything this session started. */
  close(): Promise<void>;
}

/** When to stop: whichever comes first. */
export interface StopRule {
  /** Total steps per member. */
  readonly steps?: number;
  readonly generations?: number;
  readonly target?: number;
  /** Generations without improvement of the best. */
  readonly patience?: number;
  /** Wall-clock limit; such a run keeps the weaker promise of design.md §5. */
  readonly seconds?: number;
}

/**
 * How the winner is found at the end of a run: the finalists are evaluated anew, with fresh random numbers, because the
 * best of many noisy values is the luckiest of them.
 */
export interface Reevaluation {
  /** At most this many states. */
  readonly finalists: number;
  /** Fresh evaluations of each; one is enough where evaluations turn out to be free of noise. */
  readonly evaluations: number;
  /** Whether a mixture of the finalists is tried too (trainers with `merge`). */
  readonly soup: boolean;
}

/** Everything that fixes a run. Plain data and rules; written into the decision log as specs. */
export interface RunPlan {
  readonly name: string;
  readonly space: SearchSpace<unknown>;
  readonly rules: Rules;
  readonly members: number;
  readonly seed: number;
  readonly metric: { readonly name: string; readonly mode: "min" | "max" };
  /** Steps between slow steps; of an adaptive run, those that it begins with. */
  readonly interval: number;
  /**
   * How the interval changes as the run goes (synchronous runs). `careful`: where the clocks are clear; true, as runs were
   * begun before: it follows the recommendations.
   */
  readonly adaptive?: "careful" | true;
  readonly mode: "synchronous" | "asynchronous";
  /** 1: the log is of an older version, and goes on with the diagnostics that it holds. Left out: the newest format. */
  readonly format?: 1;
  readonly stop: StopRule;
  /** Retries of a failing segment before the member is failed in that generation. */
  readonly retries: number;
  /** The population ends in error below this number of members whose newest evaluation is sound. */
  readonly minAlive: number;
  /** null: the best is the best value ever seen. Left out: as it suits the trainer, settled when the run begins. */
  readonly reevaluate?: Reevaluation | null;
  /** Hyperparameters that the first members begin with in place of a draw; those beyond the list are drawn. */
  readonly founders?: readonly Hyperparameters[];
  /** Set for a replay: one member walks these legs in order, and nothing is selected or mutated. */
  readonly legs?: readonly Leg[];
  /** Size of the population that the legs come from: how members are named. */
  readonly sourceMembers?: number;
}

/** One segment of a lineage: what was trained, by whom, with which hyperparameters. */
export interface Leg {
  readonly member: MemberId;
  readonly generation: number;
  readonly fromStep: number;
  readonly untilStep: number;
  readonly hyperparameters: Hyperparameters;
}

/** How to execute it: nothing here may change a decision. */
export interface RunOptions {
  /** The run directory: made by `run`, opened by `resume`. */
  readonly directory: string;
  /** Trainer sessions at once, 1 … 4096; the number of cores when left out. */
  readonly slots?: number;
  /** Devices to hand out to slots in turn, as for CUDA_VISIBLE_DEVICES. */
  readonly gpus?: readonly string[];
  /**
   * Which checkpoints survive a slow step. `lineages` (default): the states that members go on from, and the best
   * ever's. `last`: the states that members go on from, nothing else (the best may then have no checkpoint). `all`:
   * every one.
   */
  readonly keep?: Keep;
  /** Hard upper bound of the checkpoints' bytes; a generation needs room for its old and its new states. */
  readonly diskBudgetBytes?: number;
}

export type Keep = "lineages" | "all" | "last";

/** What a live view sees; the same facts are in the store. */
export type RunEvent =
  | { readonly type: "started"; readonly members: number; readonly resumedFrom: number | null }
  | {
      readonly type: "segment";
      readonly member: MemberId;
      readonly generation: number;
      readonly state: "running" | "done" | "failed" | "retry" | "lost";
      readonly step: number;
      readonly value: number | null;
      readonly message?: string;
    }
  | { readonly type: "report"; readonly member: MemberId; readonly step: number; readonly metrics: Metrics }
  | {
      readonly type: "generation";
      readonly generation: number;
      readonly diagnostics: Diagnostics;
      readonly best: { readonly member: MemberId; readonly value: number } | null;
      /** Interval over the slowest time of the parameters (theory.md T9.1); null: unknown. */
      readonly separation: number | null;
    }
  /** An adaptive run goes on with other intervals. */
  | {
      readonly type: "interval";
      readonly generation: number;
      readonly before: number;
      readonly interval: number;
      readonly reasons: readonly string[];
    }
  /** The finalists of a run that is over are evaluated anew; `value`: null when that evaluation failed. */
  | {
      readonly type: "finalist";
      readonly member: MemberId;
      readonly generation: number;
      /** 0, 1, … of `of`: how many evaluations are done, of all that may be needed. */
      readonly done: number;
      readonly of: number;
      readonly value: number | null;
    }
  | {
      readonly type: "control";
      readonly action: string;
      readonly member: MemberId | null;
      readonly by: string;
    }
  /** A pause has taken hold: what ran is finished and decided on, and nothing moves until `unpause`. */
  | { readonly type: "quiet" }
  /** Something that a person should read: lost segments, a disk budget, a resume that changes the rules of stopping. */
  | { readonly type: "warning"; readonly message: string }
  | { readonly type: "finished"; readonly result: RunResult };

/** The best evaluation that a run ever saw; of equals, the earliest in the decision log. */
export interface Best {
  readonly member: MemberId;
  /** The member's own boundary at which it was seen: with `member`, the node of the lineage. */
  readonly generation: number;
  readonly value: number;
  readonly step: number;
  /** Null once the state is deleted (`keep: "last"`). */
  readonly checkpoint: CheckpointId | null;
  /** What the segment that led here was trained with. */
  readonly hyperparameters: Hyperparameters;
  /** Of a finalist: its fresh evaluations. `value` is what it was selected by, and flatters. */
  readonly reevaluated?: {
    readonly mean: number;
    /** 95 % interval of the mean; null with fewer than two evaluations. */
    readonly interval: readonly [number, number] | null;
    readonly evaluations: number;
  };
}

/** A finalist with its fresh evaluations, best mean first. */
export interface Finalist extends Best {
  /** The run's score at its last slow step. */
  readonly score: number | null;
  /** null: that evaluation failed. */
  readonly values: readonly (number | null)[];
}

/** A mixture of finalists, equal weights, that was better than the winner when both were evaluated anew. */
export interface SoupResult {
  /** Its states, the winner first. */
  readonly of: readonly CheckpointId[];
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
  readonly checkpoint: CheckpointId;
}

export interface RunResult {
  /**
   * Ended for good: `steps`, `generations`, `target`, `patience`, `seconds`, `retired` (nobody left to train),
   * `replayed`. Can be resumed: `stopped` (after the running segments), `interrupted` (at once).
   */
  readonly reason: string;
  /** Generations done (asynchronous: boundaries of the member that has done most). */
  readonly generation: number;
  /** The winner: the best finalist where finalists were evaluated anew, otherwise the best value ever seen. */
  readonly best: Best | null;
  /** The best value ever seen: what would have been chosen without evaluating anew. */
  readonly selected: Best | null;
  /** Evaluated anew, best mean first; empty where none were. */
  readonly finalists: readonly Finalist[];
  /** Never the best by itself: offered beside it. null: none was better, or none was tried. */
  readonly soup: SoupResult | null;
  /** Who came from whom, and with which hyperparameters. */
  readonly lineage: Lineage;
  /** True when a resume found the run ended already and trained nothing. */
  readonly alreadyEnded: boolean;
}

/** A stretch of steps trained with the same hyperparameters. */
export interface ScheduleEntry {
  readonly fromStep: number;
  readonly untilStep: number;
  readonly hyperparameters: Hyperparameters;
}

/** Questions about ancestry, answered from the decision log. */
export interface Lineage {
  /** The legs from the founder to (member, generation); generation = that of the member's best evaluation. */
  readonly legs: (member: MemberId, generation?: number) => readonly Leg[];
  /** The legs with equal neighbours joined: the schedule of hyperparameters that made this member. */
  readonly schedule: (member: MemberId, generation?: number) => readonly ScheduleEntry[];
  /** The member itself, then whom it was copied from, …, down to its founder; no one twice in a row. */
  readonly ancestry: (member: MemberId, generation?: number) => readonly MemberId[];
}

/** A run in progress. */
export interface RunHandle {
  readonly events: AsyncIterable<RunEvent>;
  readonly result: Promise<RunResult>;
  /** The best so far; null before the first evaluation. */
  readonly best: Best | null;
  /** The ancestry so far; null while a resume still reads its log. */
  readonly lineage: Lineage | null;
  pause(): void;
  unpause(): void;
  /** `segment`: after the running segments, saved; `now`: at once. */
  stop(when: "segment" | "now"): void;
  /** From its next boundary on the member trains no more; an intervention in the decision log. */
  retire(member: MemberId): void;
  /** A new rule of stopping from the next boundary on (totals); an intervention in the decision log. */
  changeStop(stop: StopRule): void;
}
