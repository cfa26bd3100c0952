import { nameOf } from "../data/facts.ts";
import type { OpenRun } from "../openRun.ts";
import type { Answers, RunFailure, SeparationSummary } from "../types.ts";

/** Characters of a trainer's last words that are worth a banner; the rest is in the member's log. */
const words = 2000;

/**
 * What a run failed of: it ended because of failures, or no segment of its closed generations gave a value. null: neither.
 * A run that trains on is not told to have failed before every member has.
 */
export function failureOf(run: OpenRun): RunFailure | null {
  const { facts, fold, reader } = run;
  const valueless = fold.best === null && fold.failures > 0 && fold.generation > 0;
  if (!valueless && fold.end !== "failed") return null;
  const failed = fold.members.filter(({ cause }) => cause !== null);
  if (failed.length === 0) return null;
  const said = new Map<string, number[]>();
  for (const { member, message } of reader.segments(Math.max(0, fold.generation - 1))) {
    const of = fold.members[member];
    if (of?.cause == null) continue;
    const text = message ?? "";
    said.set(text, [...(said.get(text) ?? []), member]);
  }
  // What most of them said; of equals the one that was said by the first member.
  const [text, by] = [...said].toSorted((a, b) => b[1].length - a[1].length)[0] ?? ["", []];
  const [reason = "", ...tail] = text.split("\n");
  const first = fold.members[by[0] ?? failed[0]!.id] ?? failed[0]!;
  const kind = first.cause ?? "failed";
  return {
    valueless,
    failed: failed.length,
    member: first.id,
    name: nameOf(facts, first.id),
    alike: by.length,
    cause: kind,
    reason: reason === "" ? kind : reason,
    lastWords: tail.join("\n").trim().slice(-words),
  };
}

/** The overview's sentences of a run that has no value to speak of. */
export function failedAnswers(
  { fold, facts }: OpenRun,
  failure: RunFailure,
  separation: SeparationSummary,
): Answers {
  const over = fold.end !== null;
  const { name } = facts.metric;
  const nothing = over ? "The run failed before any value" : "Every segment has failed so far";
  return {
    improving: `${nothing} of ${name}: ${failure.reason}.`,
    winning: `${nothing}: nobody is winning.`,
    moving: `${nothing}: nothing was selected, so nothing moves.`,
    selection: `${nothing}: there was nothing to select by.`,
    separation: separation.r === null ? `${nothing}: the scales are not known.` : separation.text,
    diverse: `${nothing}: the founders are as they were drawn.`,
  };
}
