export { choice } from "./choice.ts";
export { searchSpaceFromConfig } from "./config/searchSpaceFromConfig.ts";
export { constant } from "./constant.ts";
export { integer } from "./integer.ts";
export type { LawOptions } from "./law.ts";
export { logInteger } from "./logInteger.ts";
export { logUniform } from "./logUniform.ts";
export { type NormalOptions, normal } from "./normal.ts";
export { ordinal } from "./ordinal.ts";
export { type QuantizedOptions, quantized } from "./quantized.ts";
export {
  type InferDefinition,
  type InferHyperparameters,
  type NestedHyperparameters,
  type SpaceDefinition,
  searchSpace,
  searchSpaceFrom,
  searchSpaceOf,
} from "./searchSpace.ts";
export { distributionFrom, distributionKinds } from "./spec.ts";
export {
  type NamedDistribution,
  parseHyperparameter,
  searchSpaceFromText,
} from "./text/parseHyperparameter.ts";
export type { Distribution, Hyperparameters, Json, SearchSpace, Topology, Value } from "./types.ts";
export { uniform } from "./uniform.ts";
