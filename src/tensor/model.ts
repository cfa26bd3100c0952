import type { Stream } from "../random/index.ts";
import { checkModel } from "./checkModel.ts";
import type { DType, Shape } from "./ir.ts";
import type { Tensor } from "./tensor.ts";
import type { Trace } from "./trace.ts";

/** Draws the initial value of one member's parameter. */
export type Initialiser = (draws: Stream, shape: Shape) => ArrayLike<number>;

export interface ParameterSpec {
  readonly shape: Shape;
  readonly init: Initialiser;
}

/** One column of the data set: the shape of a row. */
export interface DataSpec {
  readonly shape: Shape;
  readonly dtype?: DType;
}

/** What a loss may use beside parameters, batch and hyperparameters. */
export interface LossContext {
  readonly trace: Trace;
  /** False in evaluation: dropout and noise are off. */
  readonly training: boolean;
  /** Rows of a batch (the largest, where members have their own batch sizes); 0 without data. */
  readonly batchSize: number;
  readonly step: Tensor;
  /** The mean over the member's own batch of a tensor `[batch, …]`. */
  batchMean(x: Tensor): Tensor;
  /**
   * x with each element zeroed with probability `rate` and the rest scaled by 1/(1 − rate); x itself in evaluation.
   * @param rate in [0, 1): a number, or a hyperparameter of shape []
   */
  dropout(x: Tensor, rate: Tensor | number): Tensor;
  /** Standard normal draws, new at each step; a name makes them independent of other calls' order. */
  normal(shape: Shape, name?: string): Tensor;
}

/** The model of one member. */
export interface Model<P extends string = string, D extends string = string, H extends string = string> {
  readonly parameters: Readonly<Record<P, ParameterSpec>>;
  /** Columns of the data set; none for potentials and simulators. */
  readonly data: Readonly<Record<D, DataSpec>>;
  /** Names of the hyperparameters that the loss reads. */
  readonly hyperparameters: readonly H[];
  /** One number, or one per example `[batch]`, which is averaged over the member's own batch. */
  readonly loss: Loss<P, D, H, Tensor>;
  /** More numbers to report, each as the loss. */
  readonly metrics?: Loss<P, D, H, Readonly<Record<string, Tensor>>>;
}

export type Loss<P extends string, D extends string, H extends string, R> = (
  parameters: Readonly<Record<P, Tensor>>,
  batch: Readonly<Record<D, Tensor>>,
  hyperparameters: Readonly<Record<H, Tensor>>,
  context: LossContext,
) => R;

/**
 * Describes the model of one member; the population axis is added by the program.
 * @throws UsageError listing every part that is missing, unknown or of the wrong kind
 * @example
 * const model = defineModel({
 *   parameters: { w: { shape: [784, 10], init: zeros }, b: { shape: [10], init: zeros } },
 *   data: { x: { shape: [784] }, y: { shape: [], dtype: "int32" } },
 *   loss: (p, { x, y }) => softmaxCrossEntropy(x.matmul(p.w).add(p.b), y),
 * });
 */
export function defineModel<P extends string, D extends string = never, H extends string = never>(spec: {
  readonly parameters: Readonly<Record<P, ParameterSpec>>;
  readonly data?: Readonly<Record<D, DataSpec>>;
  readonly hyperparameters?: readonly H[];
  readonly loss: Loss<P, D, H, Tensor>;
  readonly metrics?: Loss<P, D, H, Readonly<Record<string, Tensor>>>;
}): Model<P, D, H> {
  checkModel("defineModel", spec);
  return {
    parameters: spec.parameters,
    data: spec.data ?? ({} as Record<D, DataSpec>),
    hyperparameters: spec.hyperparameters ?? [],
    loss: spec.loss,
    ...(spec.metrics === undefined ? {} : { metrics: spec.metrics }),
  };
}
