import { hash } from "node:crypto";
import type { Json } from "../space/index.ts";
import { canonicalJson } from "./canonical.ts";
import type { Connection } from "./connection.ts";
import { corrupt } from "./failures.ts";
import type { SqlRow } from "./sqlite.ts";
import type { DecisionEvent, StoredDecisionEvent } from "./types.ts";

/** Before the first event. */
const noDigest = "0".repeat(64);

const select =
  "SELECT seq, generation, kind, member, body, digest FROM decisions WHERE seq >= ? ORDER BY seq LIMIT ?";
/** Without digests, which only the chain needs. */
const selectBrief =
  "SELECT seq, generation, kind, member, body FROM decisions WHERE seq >= ? ORDER BY seq LIMIT ?";
const seqOf = (row: SqlRow): number => Number(row.seq);

/**
 * The canonical line of an event, without line end. Two runs are equal when their lines are.
 * @example
 * decisionLine({ seq: 0, generation: 0, kind: "run", member: null, body: { seed: 7 } });
 * // {"body":{"seed":7},"generation":0,"kind":"run","member":null,"seq":0}
 */
export function decisionLine(event: StoredDecisionEvent): string {
  return line(event.seq, event.generation, event.kind, event.member, canonicalJson(event.body));
}

const line = (seq: number, generation: number, kind: string, member: number | null, body: string): string =>
  `{"body":${body},"generation":${generation},"kind":${JSON.stringify(kind)},"member":${member},"seq":${seq}}`;

const lineOf = (row: SqlRow): string =>
  line(Number(row.seq), Number(row.generation), String(row.kind), memberOf(row), String(row.body));

const memberOf = (row: SqlRow): number | null => (row.member === null ? null : Number(row.member));

const reports = '"reports":[';

/**
 * An evaluation's canonical text without the values within its segment, which are most of a log's bytes: cut out, so that
 * they are not even parsed. They are pairs of numbers, so that their end is the first `]]`.
 */
function withoutReports(text: string): string {
  const begin = placeOf(reports, text);
  if (begin < 0) return text;
  const inner = begin + reports.length;
  const end = text[inner] === "]" ? inner + 1 : text.indexOf("]]", inner) + 2;
  if (text[end] === ",") return text.slice(0, begin) + text.slice(end + 1);
  return text[end] === "}" ? text.slice(0, begin).replace(/,$/, "") + text.slice(end) : text;
}

/** Where the text of an object has a member of its own that begins so; −1: nowhere. */
function placeOf(beginning: string, text: string): number {
  let depth = 0;
  for (let i = 1; i < text.length; i++) {
    const sign = text[i];
    if (sign === "{" || sign === "[") depth++;
    else if (sign === "}" || sign === "]") depth--;
    else if (sign === '"') {
      if (depth === 0 && text.startsWith(beginning, i)) return i;
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
    }
  }
  return -1;
}

/** dᵢ = SHA-256(dᵢ₋₁ ‖ lineᵢ), in hexadecimal: the last digest stands for the whole log. */
const chain = (previous: string, text: string): string => hash("sha256", previous + text);

/** The append-only log of decisions. */
export class DecisionLog {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  append(events: readonly DecisionEvent[]): void {
    const bodies = events.map((event) => canonicalJson(event.body));
    for (const { generation, member } of events) {
      if (!Number.isSafeInteger(generation) || (member !== null && !Number.isSafeInteger(member))) {
        throw new TypeError(
          `internal: decision log: generation and member must be integers, got ${generation}, ${member}`,
        );
      }
    }
    this.#connection.transaction(() => {
      const tail = this.#connection.get("SELECT seq, digest FROM decisions ORDER BY seq DESC LIMIT 1");
      let seq = tail === undefined ? 0 : Number(tail.seq) + 1;
      let digest = tail === undefined ? noDigest : String(tail.digest);
      for (const [i, { generation, kind, member }] of events.entries()) {
        digest = chain(digest, line(seq, generation, kind, member, bodies[i]!));
        this.#connection.run(
          "INSERT INTO decisions (seq, generation, kind, member, body, digest) VALUES (?, ?, ?, ?, ?, ?)",
          seq++,
          generation,
          kind,
          member,
          bodies[i]!,
          digest,
        );
      }
    });
  }

  *read(fromSeq = 0, brief = false): IterableIterator<StoredDecisionEvent> {
    for (const row of this.#connection.pages(brief ? selectBrief : select, fromSeq, seqOf)) {
      yield {
        seq: Number(row.seq),
        generation: Number(row.generation),
        kind: row.kind as DecisionEvent["kind"],
        member: memberOf(row),
        body: this.#bodyOf(row, brief),
      };
    }
  }

  #bodyOf(row: SqlRow, brief: boolean): { readonly [name: string]: Json } {
    const text = String(row.body);
    try {
      const body = brief && row.kind === "evaluation" ? withoutReports(text) : text;
      return JSON.parse(body) as { readonly [name: string]: Json };
    } catch {
      throw corrupt(`decision log: event ${Number(row.seq)} is not JSON`, this.#connection.path);
    }
  }

  *lines(fromSeq = 0): IterableIterator<string> {
    for (const row of this.#connection.pages(select, fromSeq, seqOf)) yield lineOf(row);
  }

  count(): number {
    return Number(this.#connection.get("SELECT coalesce(max(seq) + 1, 0) AS n FROM decisions")?.n ?? 0);
  }

  digest(): string {
    const tail = this.#connection.get("SELECT digest FROM decisions ORDER BY seq DESC LIMIT 1");
    return tail === undefined ? noDigest : String(tail.digest);
  }

  /**
   * Computes the chain again from the first event.
   * @throws StoreError `corrupt` at the first event whose seq or digest does not fit
   */
  check(): void {
    let digest = noDigest;
    let seq = 0;
    for (const row of this.#connection.pages(select, 0, seqOf)) {
      digest = chain(digest, lineOf(row));
      if (Number(row.seq) !== seq || digest !== row.digest) {
        throw corrupt(`decision log: event ${seq} is not what was written`, this.#connection.path);
      }
      seq++;
    }
  }
}
