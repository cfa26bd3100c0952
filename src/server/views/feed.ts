import { plainNumber } from "../../figures/index.ts";
import { type CheckpointId, memberName, type MemberId } from "../../population/index.ts";
import type { Hyperparameters, Json } from "../../space/index.ts";
import type { StoredDecisionEvent, StoredOperation } from "../../store/index.ts";
import { badParameter } from "../failure.ts";
import { endReason, type OpenRun } from "../openRun.ts";
import type { Feed, FeedEntry } from "../types.ts";
import { changesOf } from "./changes.ts";

/** What a reader of the feed asks for. */
export interface FeedRequest {
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Nothing after the close of this generation. */
  readonly until?: number | undefined;
  readonly limit: number;
  /** Lower case. */
  readonly text: string;
  readonly kinds: ReadonlySet<string>;
  readonly member: MemberId | undefined;
}

/** Entries of either log that one answer looks at; beyond it the answer is a page without the wanted number of entries. */
const mostScanned = 20_000;
const block = 512;

/** A place between entries of both logs: everything before these numbers is older. */
interface Position {
  readonly seq: number;
  readonly id: number;
}

function positionFrom(name: string, text: string): Position {
  const match = /^(\d{1,15}),(\d{1,15})$/.exec(text);
  if (match === null)
    throw badParameter(`${name}: needs two numbers as in \`position\`, got ${text.slice(0, 40)}`);
  return { seq: Number(match[1]), id: Number(match[2]) };
}

const written = ({ seq, id }: Position): string => `${seq},${id}`;

/** Both logs as one list, newest first. Reads backwards in blocks, so its cost does not grow with the run. */
export function feedView(run: OpenRun, request: FeedRequest): Feed {
  const end: Position = { seq: run.fold.nextSeq, id: run.operations.nextId };
  const start = request.after === undefined ? { seq: 0, id: 1 } : positionFrom("after", request.after);
  const top = request.until === undefined ? end : closeOf(run, request.until, end);
  const from = request.before === undefined ? top : positionFrom("before", request.before);
  const decisions = new Backwards(Math.min(from.seq, end.seq), start.seq, (low, high) =>
    take(run.reader.briefDecisions(low), high, ({ seq }) => seq),
  );
  const operations = new Backwards(Math.min(from.id, end.id), start.id, (low, high) =>
    take(run.reader.operations(low), high, ({ id }) => id),
  );
  const entries: FeedEntry[] = [];
  const table = run.fold.generations;
  let scanned = 0;
  while (entries.length < request.limit && scanned++ < mostScanned) {
    const decision = decisions.peek();
    const operation = operations.peek();
    if (decision === undefined && operation === undefined) break;
    // An operation is newer than all decisions of the generations that were closed before it.
    const anchor = operation === undefined ? -1 : run.operations.generation.at(operation.id - 1);
    const after = table === null || anchor < 0 ? 0 : anchor < table.count ? table.seq.at(anchor) : Infinity;
    const takeOperation = operation !== undefined && (decision === undefined || decision.seq <= after);
    const entry = takeOperation ? operationEntry(run, operation) : decisionEntry(run, decision!);
    if (takeOperation) operations.next();
    else decisions.next();
    if (entry !== null && matches(entry, request)) entries.push(entry);
  }
  const place: Position = { seq: decisions.place, id: operations.place };
  const done = decisions.peek() === undefined && operations.peek() === undefined;
  return { entries, next: done ? null : written(place), position: written(end) };
}

/** The place right after the close of a generation; the end, while nothing came later. */
function closeOf({ fold, operations }: OpenRun, generation: number, end: Position): Position {
  const table = fold.generations;
  if (table === null || generation >= table.count - 1) return end;
  let id = operations.nextId;
  while (id > 1 && operations.generation.at(id - 2) >= generation) id--;
  return { seq: table.seq.at(generation) + 1, id };
}

function matches(entry: FeedEntry, { text, kinds, member }: FeedRequest): boolean {
  const wanted = kinds.has(entry.kind) || (kinds.has("mutation") && entry.changes !== null);
  if (kinds.size > 0 && !wanted) return false;
  if (member !== undefined && entry.member !== member) return false;
  return text === "" || `${entry.kind} ${entry.text}`.toLowerCase().includes(text);
}

/** A log read from its end, block by block. */
class Backwards<T> {
  readonly #read: (from: number, until: number) => T[];
  readonly #floor: number;
  #held: T[] = [];
  /** Number of the entry that the last one of `#held` has, plus 1. */
  place: number;
  #low: number;

  constructor(from: number, floor: number, read: (from: number, until: number) => T[]) {
    this.place = from;
    this.#low = from;
    this.#floor = floor;
    this.#read = read;
  }

  peek(): T | undefined {
    while (this.#held.length === 0 && this.#low > this.#floor) {
      const high = this.#low;
      this.#low = Math.max(this.#floor, high - block);
      this.#held = this.#read(this.#low, high);
    }
    return this.#held.at(-1);
  }

  next(): void {
    this.#held.pop();
    this.place = this.#low + this.#held.length;
  }
}

/** Entries numbered below `high`. */
function take<T>(entries: Iterable<T>, high: number, numberOf: (entry: T) => number): T[] {
  const found: T[] = [];
  for (const entry of entries) {
    if (numberOf(entry) >= high) break;
    found.push(entry);
  }
  return found;
}

function decisionEntry(run: OpenRun, event: StoredDecisionEvent): FeedEntry | null {
  const { facts } = run;
  const name = (id: number): string => memberName(id, facts.replayOf ?? facts.members);
  const { body, generation, member, seq } = event;
  const entry = (kind: string, text: string, more: Partial<FeedEntry> = {}): FeedEntry => ({
    id: `d${seq}`,
    log: "decisions",
    kind,
    generation,
    member,
    timeMs: null,
    step: null,
    changes: null,
    human: false,
    text,
    ...more,
  });
  switch (event.kind) {
    case "run":
      return entry("run", `A population of ${facts.members}, seed ${facts.seed}.`);
    case "founder":
      return null;
    case "evaluation": {
      if (body["status"] !== "failed") return null;
      const cause = (body["cause"] ?? "failed") as string;
      return entry("failed", `${name(member!)} failed: ${cause}`, { step: body["step"] as number });
    }
    case "decision": {
      const donor = body["donor"] as number | null;
      const from = body["checkpoint"] as CheckpointId | null;
      const changes = changesOf(run, from, body["hyperparameters"] as Hyperparameters);
      const more = { step: from?.step ?? null, changes };
      if (donor === null || donor === member)
        return changes === null ? null : entry("mutation", `${name(member!)} changes ${changes}`, more);
      const changed = changes === null ? "" : `; ${changes}`;
      return entry(
        "copy",
        `${name(member!)} copies ${name(donor)}: ${body["reason"] as string}${changed}`,
        more,
      );
    }
    case "generation": {
      const best = body["best"] as { readonly member: number; readonly value: number } | null;
      const { copies } = body["diagnostics"] as { readonly copies: number };
      const winner =
        best === null ? "no best yet" : `best ${plainNumber(best.value)} by ${name(best.member)}`;
      const copied = `${copies} ${copies === 1 ? "copy" : "copies"}`;
      return entry("generation", `Generation ${generation + 1}: ${winner}, ${copied}.`);
    }
    case "intervention": {
      const text =
        body["action"] === "retire"
          ? `A person retired ${name(member!)}.`
          : body["action"] === "retry-failed"
            ? "A person let the run go on after too many members had failed."
            : `A person changed the rule of stopping: ${plain(body["stop"])}.`;
      return entry("intervention", text, { human: true });
    }
    case "interval": {
      const reasons = (body["reasons"] as readonly string[]).join("; ");
      return entry("interval", `Intervals of ${body["interval"] as number} steps from now on: ${reasons}.`);
    }
    case "finalist": {
      const mean = (body["mean"] as number | null) ?? "no value";
      const count = (body["values"] as readonly Json[]).length;
      if (member === null) {
        return entry(
          "finalist",
          `A mixture of ${(body["of"] as readonly Json[]).length} finalists: ${mean}.`,
        );
      }
      return entry(
        "finalist",
        `${name(member)}, selected with ${body["selected"] as number}, evaluated anew ${count === 1 ? "once" : `${count} times`}: ${mean} (place ${body["rank"] as number}).`,
        { step: (body["checkpoint"] as { readonly step: number }).step },
      );
    }
    case "end":
      return entry("end", `The run ended: ${endReason(body["reason"] as string)}.`);
  }
}

function operationEntry(run: OpenRun, operation: StoredOperation): FeedEntry | null {
  const { id, kind, timeMs, detail = {} } = operation;
  if (kind === "generation-done") return null;
  const by = detail["by"] ?? null;
  const beyond = run.operations.generation.at(id - 1) + 1;
  // After the last generation there is no next one to belong to.
  const known = operation.generation ?? (kind === "ended" ? Math.max(0, beyond - 1) : beyond);
  return {
    id: `o${id}`,
    log: "operations",
    kind,
    generation: known,
    member: operation.member ?? null,
    timeMs,
    step: null,
    changes: null,
    human: kind === "control" && by !== null,
    text: operationText(run, operation),
  };
}

/** An outcome is written once, when it is known: what waits then is an entry of its own when it comes. */
const told = (outcome: string): string =>
  outcome === "waits for the next boundary" ? "taken, for the next boundary" : outcome;

function operationText({ facts }: OpenRun, { kind, member, attempt, detail = {} }: StoredOperation): string {
  const who = member === undefined ? "" : `${memberName(member, facts.replayOf ?? facts.members)}: `;
  const word = (name: string): string => plain(detail[name]);
  switch (kind) {
    case "control":
      return `${who}${word("by")} asked for ${word("action")}: ${told(word("outcome"))}`;
    case "quiet":
      return "Paused: what ran is finished and saved.";
    case "started":
      return `Process ${word("pid")} began the run (Node ${word("node")}).`;
    case "resumed":
      return `Process ${word("pid")} went on with the run.`;
    case "ended":
      return `The process ended: ${endReason(word("reason"))}.`;
    case "segment-retry":
    case "segment-failed":
      return `${who}${word("cause")}: ${word("message")}${attempt === undefined ? "" : ` (attempt ${attempt})`}`;
    default:
      return `${who}${detail["message"] === undefined ? plain(detail) : word("message")}`;
  }
}

/** A value in words: `steps 400`, `ms 24, slot 1`. */
function plain(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : plainNumber(value);
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([name, inner]) => `${name} ${plain(inner)}`)
    .join(", ");
}
