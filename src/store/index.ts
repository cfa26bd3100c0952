export { canonicalJson } from "./canonical.ts";
export { decisionLine } from "./decisions.ts";
export { guarded } from "./failures.ts";
export { createRunStore, openRunReader, openRunStore, type RunStoreOptions } from "./open.ts";
export { processStartTime } from "./process-identity.ts";
export { rollupFactor, samplesPerBucket } from "./rollup.ts";
export type * from "./types.ts";
