import type { MemberId } from "../../population/index.ts";
import type { ControlRequest } from "../../store/index.ts";
import type { Phase } from "./runs.ts";

/** `POST /api/runs/:run/controls`. Needs the cookie, this origin and a live run. */
export interface ControlBody {
  readonly action: ControlRequest["action"];
  /** For `retire`. */
  readonly member?: MemberId;
  /** For `change-stop`: totals. */
  readonly stop?: { readonly [name: string]: number };
}

/** 202: the request is stored; its outcome is an operation of kind `control` in the feed. */
export interface ControlAnswer {
  readonly id: number;
  /** What it will do, as asked of the person before: "6 members mid-generation will lose at most 500 steps". */
  readonly effect: string;
}

/**
 * `GET /api/events?run=…`: at most four messages a second. `event: progress` has `id: <seq>`; a browser that comes back
 * sends `Last-Event-ID`, and gets the generations since (`since`). `event: runs` has no id: read `GET /api/runs` anew.
 * A slow reader is given newer facts instead of a queue; nothing piles up.
 */
export type ServerMessage =
  | { readonly type: "progress"; readonly data: ProgressMessage }
  | { readonly type: "runs"; readonly data: { readonly changedMs: number } };

export interface ProgressMessage {
  readonly run: string;
  /** Events in the decision log. */
  readonly seq: number;
  /** Changes also when only samples came: panels of curves read anew. */
  readonly version: number;
  /** Another one: the run was made again under its name, or opened anew; what is known of it no longer counts. */
  readonly epoch: string;
  readonly phase: Phase;
  readonly paused: boolean;
  /** Paused, but what ran at that moment is not finished yet: one more generation may close. */
  readonly pausing: boolean;
  readonly generation: number;
  readonly generations: number | null;
  readonly step: number;
  readonly alive: number;
  readonly members: number;
  readonly copies: number;
  readonly failed: number;
  readonly best: { readonly member: MemberId; readonly value: number } | null;
  readonly median: number | null;
  readonly etaMs: number | null;
  /** Generations closed since `Last-Event-ID` (at most 64, newest kept); empty without one. */
  readonly since: readonly number[];
  /** More than 64 closed: read everything anew. */
  readonly reset: boolean;
}
