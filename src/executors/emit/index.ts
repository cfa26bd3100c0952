export {
  exponential,
  hyperbolicTangent,
  logarithm,
  minusTwiceLogarithm,
  logistic,
  softplus,
} from "./exponential.ts";
export { indexBelow, normalsOfWords, uniformOfWord } from "./noise.ts";
export { type PhiloxKey, philox, transpose4, type Words } from "./philox.ts";
export { sineAndCosineOfTurn, sineOrCosine } from "./trigonometric.ts";
export { Vectors } from "./vectors.ts";
