import type { MemberId } from "../../population/index.ts";

/**
 * `GET …/feed`: decision log and operations log as one list, newest first. Pages: `before` = `next` of the page before
 * (older), or `after` = a `decisionSeq,operationId` pair as in `position` (newer, for live tails). `until`: nothing after the
 * close of this generation, counted from 0. `q`: text that the line must contain; `kind`: kinds with commas, `mutation` also
 * finds copies that changed hyperparameters; `member`: id; `limit` ≤ 500 (default 100).
 */
export interface Feed {
  readonly entries: readonly FeedEntry[];
  readonly next: string | null;
  /** Where a live tail goes on. */
  readonly position: string;
}

export interface FeedEntry {
  /** `d12` of the decision log, `o7` of the operations log. */
  readonly id: string;
  readonly log: "decisions" | "operations";
  /** `copy`, `mutation`, `failed`, `generation`, `intervention`, `end`, `started`, `control`, `warning`, `segment-lost` … */
  readonly kind: string;
  readonly generation: number | null;
  readonly member: MemberId | null;
  /** Only in the operations log. */
  readonly timeMs: number | null;
  readonly step: number | null;
  /** Hyperparameters that a decision changed, in words, as in `text`; null: none. */
  readonly changes: string | null;
  /** A person did it. */
  readonly human: boolean;
  /** One line, plain text. */
  readonly text: string;
}
