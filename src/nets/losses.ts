import { softmaxCrossEntropy, type Tensor } from "../tensor/index.ts";

/** Means over all axes but the first: one number per example. */
const perExample = (x: Tensor): Tensor => (x.rank <= 1 ? x : x.mean(x.shape.map((_, axis) => axis).slice(1)));

/**
 * −log softmax(logits)[label], one number per example.
 * @param logits `[batch, …, classes]`
 * @param labels int32 `[batch, …]` in 0 … classes − 1
 */
export const crossEntropy = (logits: Tensor, labels: Tensor): Tensor =>
  perExample(softmaxCrossEntropy(logits, labels));

/** 1 where the largest logit is the label's, else 0; one number per example. */
export const accuracy = (logits: Tensor, labels: Tensor): Tensor => perExample(logits.argmax().equal(labels));

/** (prediction − target)², averaged over all axes but the first. */
export const squaredError = (prediction: Tensor, target: Tensor): Tensor =>
  perExample(prediction.sub(target).square());

/**
 * −log of the Poisson probability of counts, without the term log k! that no parameter changes: exp(r) − k r, averaged
 * over all axes but the first.
 * @param logRate r `[batch, …]`
 * @param counts k `[batch, …]`, ≥ 0
 */
export const poisson = (logRate: Tensor, counts: Tensor): Tensor =>
  perExample(logRate.exp().sub(counts.mul(logRate)));

/**
 * KL(N(mean, diag exp(logVariance)) ‖ N(0, priorVariance)), summed over all axes but the first:
 * ½ Σ (σ² + μ²)/σ₀² − 1 − log σ²/σ₀².
 */
export function gaussianKl(mean: Tensor, logVariance: Tensor, priorVariance = 1): Tensor {
  const ratio = logVariance
    .exp()
    .add(mean.square())
    .mul(1 / priorVariance);
  const terms = ratio
    .sub(logVariance)
    .add(Math.log(priorVariance) - 1)
    .mul(0.5);
  return terms.rank <= 1 ? terms : terms.sum(terms.shape.map((_, axis) => axis).slice(1));
}
