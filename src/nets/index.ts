export { type Activation, type ActivationName, activation } from "./activations.ts";
export { type CommitteeOptions, committee } from "./committee.ts";
export { type ConvolutionOptions, convolution, maxPool } from "./convolution.ts";
export { type DenseOptions, dense } from "./dense.ts";
export { type GruOptions, gru } from "./gru.ts";
export { fill, gaussian, glorot, he, ones, orthogonal, uniform, zeros } from "./initialisers.ts";
export { type LayerNormOptions, layerNorm } from "./layerNorm.ts";
export {
  type LeakyOptions,
  type LeakyState,
  leaky,
  scaledIdentity,
  skipThroughTime,
} from "./leaky.ts";
export { type LiquidOptions, liquid } from "./liquid.ts";
export { accuracy, crossEntropy, gaussianKl, poisson, squaredError } from "./losses.ts";
export { type LstmOptions, type LstmState, lstm } from "./lstm.ts";
export { type MlpOptions, mlp } from "./mlp.ts";
export { type Net, type ParameterSpecs, parameter } from "./net.ts";
export { type Cell, effectiveTimeConstants, type Unrolled, type UnrollOptions, unroll } from "./recurrent.ts";
