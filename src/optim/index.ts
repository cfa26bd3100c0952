export { type AdamOptions, adam } from "./adam.ts";
export { type AdamWOptions, adamW } from "./adamW.ts";
export {
  type BennaFusiOptions,
  bennaFusi,
  defaultCapacities,
  defaultConductances,
} from "./bennaFusi.ts";
export { chain } from "./chain.ts";
export { type ClipByNormOptions, clipByNorm } from "./clipByNorm.ts";
export { byParameter } from "./groups.ts";
export { type LangevinOptions, langevin } from "./langevin.ts";
export { type MomentumOptions, momentum } from "./momentum.ts";
export { type MultiscaleOptions, multiscale } from "./multiscale.ts";
export { type NesterovOptions, nesterov } from "./nesterov.ts";
export { type RmsPropOptions, rmsProp } from "./rmsProp.ts";
export { cosine, exponential, linear, type RampOptions, warmup } from "./schedules.ts";
export { type SgdOptions, sgd } from "./sgd.ts";
export {
  bennaFusiAsMultiscale,
  bennaFusiModes,
  type Chain,
  type ChainModes,
  momentumAsMultiscale,
} from "./translations.ts";
export { type UnitNormOptions, unitNorm } from "./unitNorm.ts";
export { type WeightDecayOptions, weightDecay } from "./weightDecay.ts";
