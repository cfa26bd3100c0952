import type { Key } from "../../random/index.ts";
import type { Local } from "../wasm/index.ts";

/** What a step finds when it begins. */
export interface StepInputs {
  readonly key: Key;
  /** The ids of the four members. */
  readonly ids: Local;
  /** The step's number (i32). */
  readonly step: Local;
  /** In a loop over steps, the number of its first; what is drawn for several steps stays in locals. */
  readonly first?: Local;
  readonly slots: ReadonlyMap<string, readonly Local[]>;
}
