export type { Executor, MetricValues, Session, SessionOptions } from "./executor.ts";
export {
  type BinaryName,
  type Body,
  binaryNames,
  type CompareName,
  compareNames,
  type DType,
  isBinary,
  isCompare,
  isUnary,
  type Metric,
  type Node,
  type NodeId,
  type Operation,
  type OpName,
  type Program,
  type Scan,
  type Scope,
  type Shape,
  type Slot,
  type SlotKind,
  sizeOf,
  stepsPerBlock,
  type UnaryName,
  type Update,
  unaryNames,
} from "./ir.ts";

export {
  abs,
  concat,
  constant,
  cos,
  exp,
  gelu,
  log,
  logSumExp,
  matmul,
  normalSample,
  relu,
  sigmoid,
  sin,
  softmax,
  softmaxCrossEntropy,
  softplus,
  sqrt,
  square,
  stack,
  stopGradient,
  tanh,
  uniformSample,
  where,
} from "./functions.ts";
export { grad } from "./grad.ts";
export { Graph } from "./graph.ts";
export { optimise } from "./optimise.ts";
export { type Bounds, boundsText, isWithin, type Range } from "./range.ts";
export { scan, type Scanned, type ScanOptions, type Stepped } from "./scan.ts";
export { firstNonFinite, type NonFiniteQuery, reference } from "./reference/index.ts";
export {
  checkMember,
  checkMerge,
  checkPatch,
  checkSteps,
  checkWrite,
  slotSize,
  unionSlots,
} from "./slots.ts";
export { type Axes, type Operand, Tensor } from "./tensor.ts";
export { unrolled } from "./unrolled.ts";
export { validate } from "./validate.ts";
export { checkModel } from "./checkModel.ts";
export { drawn, initialise, initialiseAll, resetState } from "./initialise.ts";
export {
  type DataSpec,
  defineModel,
  type Initialiser,
  type Loss,
  type LossContext,
  type Model,
  type ParameterSpec,
} from "./model.ts";
export { type OwnRows, ownRows, type RowSets, rowsOfBody } from "./ownRows.ts";
export {
  type BatchSize,
  type EvaluationOptions,
  type EvaluationProgram,
  evaluationProgram,
  inferenceContext,
  type TrainingOptions,
  type TrainingProgram,
  trainingProgram,
} from "./programs.ts";
export { type Prediction, predict, type PredictOptions } from "./predict.ts";
export {
  type Coefficient,
  type Initial,
  type RuleContext,
  type RuleResult,
  type Schedule,
  type StateSpec,
  type Tensors,
  type UpdateRule,
} from "./rule.ts";
export { Trace, trace } from "./trace.ts";
export { Written } from "./written.ts";
