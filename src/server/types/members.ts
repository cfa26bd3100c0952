import type { MemberId } from "../../population/index.ts";
import type { Hyperparameters } from "../../space/index.ts";

/** `GET …/members`. */
export interface MemberTable {
  readonly members: readonly MemberRow[];
}

export interface MemberRow {
  readonly member: MemberId;
  readonly name: string;
  readonly founder: MemberId;
  readonly generation: number;
  readonly step: number;
  readonly value: number | null;
  /** Relative to the evaluation before. */
  readonly change: number | null;
  /** 1 = best now. */
  readonly rank: number | null;
  /** What `value` was trained with; before the first evaluation, what it trains with now. */
  readonly hyperparameters: Hyperparameters;
  /** What it trains with now, when the last slow step changed that; null: the same, or nothing runs any more. */
  readonly next: Hyperparameters | null;
  readonly status: "ok" | "failed" | "retired";
  readonly cause: string | null;
  /** Whom it copied at its last boundary. */
  readonly donor: MemberId | null;
  /** Copies made of it in the whole run. */
  readonly children: number;
  /** Evaluations, thinned to at most 32, oldest first. */
  readonly spark: readonly (number | null)[];
}

/** `GET …/members/:member`: at `generation` (default: the winning one of the winner, else its best evaluation's). */
export interface MemberFacts {
  /** As it stands; the state that is looked at is the last of `legs`. */
  readonly row: MemberRow;
  readonly generation: number;
  /** Newest first. */
  readonly ancestry: readonly MemberId[];
  /** Segments from the founder on. */
  readonly legs: readonly MemberLeg[];
  readonly schedule: readonly {
    readonly fromStep: number;
    readonly untilStep: number;
    readonly hyperparameters: Hyperparameters;
  }[];
  /** Segments that started from a state of this member, itself left out. */
  readonly children: readonly {
    readonly member: MemberId;
    readonly generation: number;
    readonly step: number;
  }[];
  readonly checkpoints: readonly { readonly generation: number; readonly step: number }[];
  /** Commands to copy. */
  readonly commands: { readonly schedule: string; readonly replay: string; readonly best: string };
  readonly hasLog: boolean;
}

export interface MemberLeg {
  readonly member: MemberId;
  readonly generation: number;
  readonly fromStep: number;
  readonly untilStep: number;
  readonly value: number | null;
  readonly hyperparameters: Hyperparameters;
}

/** `GET …/members/:member/log?bytes` (at most 256 kB, default 16 kB): what its trainer printed last. */
export interface LogTail {
  readonly text: string;
  /** Bytes of the file before this tail. */
  readonly skipped: number;
  readonly exists: boolean;
}
