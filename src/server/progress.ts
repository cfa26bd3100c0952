import type { OpenRun } from "./openRun.ts";
import type { Phase, ProgressMessage } from "./types.ts";
import { generationsOf, newestStep } from "./views/totals.ts";

const mostSince = 64;

/**
 * The small facts of a message.
 * @param lastSeq what the reader has seen; undefined: it is new
 * @param phase how the run stands
 */
export function progressOf(run: OpenRun, lastSeq: number | undefined, phase: Phase): ProgressMessage {
  const { fold, operations, facts } = run;
  const table = fold.generations!;
  const last = table.count - 1;
  const total = generationsOf(run);
  const each = operations.generationTime();
  const first = lastSeq === undefined ? table.count : table.indexOfSeq(lastSeq);
  const median = last < 0 ? Number.NaN : table.quantiles.at(last * 7 + 3);
  return {
    run: run.run,
    seq: fold.nextSeq,
    version: run.version,
    epoch: run.epoch,
    phase,
    paused: operations.paused,
    pausing: operations.pausing,
    generation: fold.generation,
    generations: total,
    step: newestStep(run),
    alive: fold.alive,
    members: facts.members,
    copies: fold.copies,
    failed: fold.failures,
    best: fold.best === null ? null : { member: fold.best.member, value: fold.best.value },
    median: Number.isNaN(median) ? null : median,
    etaMs:
      phase === "live" && total !== null && each !== null
        ? Math.max(0, total - fold.generation) * each
        : null,
    since: Array.from({ length: Math.min(mostSince, table.count - first) }, (_, i) =>
      table.generation.at(Math.max(first, table.count - mostSince) + i),
    ),
    reset: table.count - first > mostSince,
  };
}
