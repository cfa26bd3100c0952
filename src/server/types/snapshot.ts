import type { Json } from "../../space/index.ts";

/**
 * A snapshot file: gzip of `Columns` whose `meta` is this. Each answer of the routes above, under its canonical request
 * (`snapshotKey`: path and query without `/api`, parameters sorted by name): JSON in `json`, columns as a `u8` array of
 * the same name (their encoded bytes). A viewer asks it as it asks a server. Whatever is not held is answered by the
 * nearest that is: for ranges of steps, the request without x0 and x1 (all steps, 1500 px).
 */
export interface SnapshotMeta {
  readonly format: "polytempo-snapshot";
  readonly version: 1;
  readonly madeMs: number;
  readonly polytempo: string;
  readonly runs: readonly string[];
  readonly json: { readonly [request: string]: Json };
  /** Names of the arrays that are encoded `Columns`. */
  readonly binary: readonly string[];
  /** By run: members whose curves are in the file (the winner's line, then the best first), and all that it has. */
  readonly members?: { readonly [run: string]: { readonly held: number; readonly of: number } };
  /** Requests left out to keep the file small. */
  readonly leftOut: readonly string[];
}
