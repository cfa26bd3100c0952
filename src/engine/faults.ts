/**
 * The named boundaries between the engine's durable acts. A test ends the process at each of them and checks that a
 * resume leads to the same decision log.
 */
export const faultPoints = [
  "run-created",
  "attempt-begun",
  "segment-started",
  "segment-ended",
  "checkpoint-committed",
  "segment-stored",
  "generation-decided",
  "decisions-appended",
  "decisions-committed",
  "checkpoints-collected",
  "control-taken",
  "finalists-begun",
  "finalist-evaluated",
  "finalists-decided",
  "end-committed",
  "sessions-closed",
  "orphans-killed",
  "store-closed",
] as const;

export type FaultPoint = (typeof faultPoints)[number];

/** What only tests may set: nothing in it is reachable from a command line, an option or the environment. */
export interface Internals {
  /** Called at every boundary; a test ends the process in it. */
  readonly fault: (point: FaultPoint) => void;
  /** First pause after a lost segment; doubles with each further loss, up to 64 times this. */
  readonly backoffMs: number;
  /** Losses of one segment, with nothing else of the run finishing in between, before the run gives up. */
  readonly lossLimit: number;
  /** How often requests of other processes are looked for. */
  readonly pollMs: number;
}

export const production: Internals = { fault: () => {}, backoffMs: 100, lossLimit: 12, pollMs: 200 };
