export type { Distribution, Hyperparameters, Json, SearchSpace, Topology, Value } from "./types.ts";
