import { openRunReader, type RunReader } from "../store/index.ts";
import { type Difference, fold } from "./fold.ts";

export interface Verification {
  /** Whether every decision follows from the evaluations and interventions that the log holds. */
  readonly ok: boolean;
  readonly difference: Difference | null;
  readonly decisions: number;
  readonly interventions: number;
  readonly generations: number;
  /** Why the run ended; null while it can go on. */
  readonly ended: string | null;
  /** Equal logs have equal digests. */
  readonly digest: string;
}

/**
 * Derives every decision of a run again, synchronous or asynchronous, with the code that made it, and reports the
 * first difference. Reads only; works while the run goes on.
 * @param source the run directory, or an open reader (left open)
 * @throws StoreError `missing`, `version`, or `corrupt` when the file is not what was written
 * @example
 * const { ok, difference } = await verify("runs/digits");
 */
export async function verify(source: string | RunReader): Promise<Verification> {
  if (typeof source !== "string") return verified(source);
  const reader = await openRunReader(source);
  try {
    return verified(reader);
  } finally {
    reader.close();
  }
}

function verified(reader: RunReader): Verification {
  reader.check();
  const { state, difference, decisions, interventions } = fold(reader.decisions(), reader.directory);
  return {
    ok: difference === null,
    difference,
    decisions,
    interventions,
    generations: state.generation,
    ended: state.ended,
    digest: reader.decisionDigest(),
  };
}
