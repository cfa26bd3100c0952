import type { Metrics, SegmentOutcome } from "../../engine/index.ts";
import type { SegmentWork } from "../define/runDefinition.ts";

/** What a worker thread is started with. */
export interface WorkerSetup {
  /** URL of the module that exports the trainer. */
  readonly module: string;
  readonly exportName: string;
  /** URL of the thread's own program. */
  readonly entry: string;
  /** Path of the loader that lets Node import TypeScript; null when only JavaScript is imported. */
  readonly loader: string | null;
}

export type ToWorker = { readonly type: "segment"; readonly work: SegmentWork };

export type FromWorker =
  | { readonly type: "ready"; readonly name: string }
  /** The module cannot be used: the user's error, not a member's. */
  | { readonly type: "unusable"; readonly message: string }
  | { readonly type: "report"; readonly step: number; readonly metrics: Metrics }
  | { readonly type: "outcome"; readonly outcome: SegmentOutcome };
