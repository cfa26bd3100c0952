import type { Key } from "../../random/index.ts";
import type { Hyperparameters } from "../../space/index.ts";
import type { Program, Session } from "../../tensor/index.ts";
import type { Elements } from "./safetensors.ts";

/** Members that are trained together from one step to another: row i of the session is `members[i]`. */
export interface PopulationGroup<W = undefined> {
  readonly session: Session;
  /** Member ids by row. The session may have more rows than these: they hold nothing of interest. */
  readonly members: readonly number[];
  /** By row. Those that a program reads are in its slots already. */
  readonly hyperparameters: readonly Hyperparameters[];
  readonly key: Key;
  readonly fromStep: number;
  readonly untilStep: number;
  /** What the host keeps for each row beside the session. */
  readonly world: W;
  /** Ends early when aborted: return, what was done is discarded. */
  readonly signal: AbortSignal;
  /** Reports metrics by row at a step in fromStep + 1 … untilStep. */
  readonly report: (step: number, metrics: Readonly<Record<string, ArrayLike<number>>>) => void;
  /** Ends one member's segment as failed; the others go on. The row may go on too, for nothing. */
  readonly fail: (row: number, cause: string, message: string) => void;
  /** Rows that have failed. */
  readonly failed: ReadonlySet<number>;
  /** Writes the slots that a row had at `fromStep` into a row of another session. */
  readonly replay: (row: number, session: Session, target: number) => Promise<void>;
}

/**
 * What the host keeps for each member beside the session: environments, replay memories, counters. It is saved with the
 * member's checkpoint, so that a resumed run goes on with the same numbers.
 */
export interface World<W> {
  create(rows: number): W;
  /** A row begins at step 0. */
  begin(world: W, row: number, member: number, key: Key): void;
  /** A row's state as arrays, the same names and lengths for every row; they are copied at once. */
  save(world: W, row: number): Readonly<Record<string, Elements>>;
  load(world: W, row: number, state: Readonly<Record<string, Elements>>): void;
}

/** A population that trains as one, with TypeScript of its own between the calls of its programs. */
export interface PopulationDefinition<W = undefined> {
  readonly name?: string;
  readonly programs: Readonly<Record<string, Program>>;
  /** Values of the data slots. */
  readonly data?: Readonly<Record<string, ArrayLike<number>>>;
  /** Hyperparameter slots that are the same number for all members, now and always. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Hyperparameters that this TypeScript reads and no program does. */
  readonly hostHyperparameters?: readonly string[];
  /** Hyperparameters that need to be integers in a range. */
  readonly integers?: Readonly<Record<string, { readonly min: number; readonly max: number }>>;
  /** Memory slots that checkpoints hold too, though copies leave them alone. */
  readonly savedMemory?: readonly string[];
  /** Names of the metrics that `evaluate` gives. */
  readonly metrics: readonly string[];
  /** Writes a row's parameters and state at step 0. */
  initialise(session: Session, key: Key, row: number, member: number): void;
  readonly world?: World<W>;
  /** A row continues the state of another member: the place to clear what is not to be inherited. */
  copied?(group: PopulationGroup<W>, row: number): void;
  /** Trains all rows from `fromStep` to `untilStep`. */
  advance(group: PopulationGroup<W>): Promise<void>;
  /** The programs that `evaluate` calls: nothing else is compiled to measure saved states. Default: all. */
  readonly evaluationPrograms?: readonly string[];
  /**
   * Whether `evaluate` measures a state by itself, with random numbers of `group.key`, so that finalists can be
   * evaluated anew (`direct`), or only reads what training recorded (`none`). Default: `none` where there is a world.
   */
  readonly evaluation?: "direct" | "none";
  /** Metrics by row. */
  evaluate(group: PopulationGroup<W>): Promise<Readonly<Record<string, ArrayLike<number>>>>;
}
