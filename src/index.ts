/** Polytempo trains populations of models on two clocks. This is its public face; it only re-exports. */
export { PopulationError, StoreError, TrainerError, UsageError } from "./errors/index.ts";
export * from "./engine/index.ts";
export * from "./population/index.ts";
export { type Key, key, type Stream, seedOf, stream, subkey } from "./random/index.ts";
export * from "./space/index.ts";
export * from "./trainers/index.ts";
