import { nameOf } from "../data/facts.ts";
import type { StoredOperation } from "../../store/index.ts";
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
  if (!valueless && fold.end !== "failed") return fold.best === null ? gaveUp(run) : null;
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
  const first = fold.members[by[0] ?? failed[0]!.id] ?? failed[0]!;
  const kind = first.cause ?? "failed";
  return {
    valueless,
    failed: failed.length,
    member: first.id,
    name: nameOf(facts, first.id),
    alike: by.length,
    cause: kind,
    ...wordsOf(text, kind),
  };
}

/** A run that ended before its first generation was decided, because every first attempt failed in the same way. */
function gaveUp(run: OpenRun): RunFailure | null {
  const { facts, operations, reader } = run;
  let end: StoredOperation | null = null;
  let first: StoredOperation | null = null;
  for (const operation of reader.operations(Math.max(1, operations.nextId - lastOperations))) {
    if (operation.kind === "started" || operation.kind === "resumed") end = first = null;
    if (operation.kind.startsWith("segment-") && operation.detail?.["cause"] !== undefined)
      first ??= operation;
    if (operation.kind === "gave-up") end = operation;
  }
  if (end === null) return null;
  const member = first?.member ?? 0;
  const cause = textOf(first?.detail?.["cause"], "failed");
  const failed = Number(end.detail?.["members"] ?? 1);
  return {
    valueless: true,
    failed,
    member,
    name: nameOf(facts, member),
    alike: failed,
    cause,
    ...wordsOf(textOf(end.detail?.["message"], ""), cause),
  };
}

/** Attempts of some members before a run gives up: few. */
const lastOperations = 200;

const textOf = (value: unknown, otherwise: string): string => (typeof value === "string" ? value : otherwise);

/** One line that says what happened, and what the trainer wrote; its repetition of that line is left out. */
function wordsOf(text: string, cause: string): Pick<RunFailure, "reason" | "lastWords"> {
  const [reason = "", ...rest] = text.split("\n");
  const tail = rest[0] === reason ? rest.slice(1) : rest;
  return { reason: reason === "" ? cause : reason, lastWords: tail.join("\n").trim().slice(-words) };
}

/** The overview's sentences of a run that has no value to speak of. */
export function failedAnswers(
  { fold, facts }: OpenRun,
  failure: RunFailure,
  separation: SeparationSummary,
): Answers {
  const over = fold.end !== null || fold.generation === 0;
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
