import type { StoredOperation } from "../../store/index.ts";

/** Time that processes have spent on a run, resumes added up, without the gaps between them. */
export interface Elapsed {
  /** Milliseconds of all processes but the newest. */
  readonly beforeMs: number;
  /** Milliseconds since 1970 of the newest one's start; null when there is none. */
  readonly startedMs: number | null;
  /** Of the newest operation. */
  readonly lastMs: number;
}

/** Reads it from the operations log: a process begins with `started` or `resumed`. */
export function elapsedOf(operations: Iterable<StoredOperation>): Elapsed {
  let beforeMs = 0;
  let startedMs: number | null = null;
  let lastMs = 0;
  for (const { kind, timeMs } of operations) {
    if (kind === "started" || kind === "resumed") {
      if (startedMs !== null) beforeMs += lastMs - startedMs;
      startedMs = timeMs;
    }
    lastMs = timeMs;
  }
  return { beforeMs, startedMs, lastMs };
}
