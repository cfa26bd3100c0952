import { came, isRecord, UsageError } from "../errors/index.ts";
import { checkModel } from "./checkModel.ts";
import { grad } from "./grad.ts";
import { guarded } from "./guard.ts";
import { called, dependsOn, wantMetrics, wantTensor } from "./results.ts";
import { shapeText } from "./shapes.ts";
import type { Program, Shape } from "./ir.ts";
import type { Loss, LossContext, Model } from "./model.ts";
import {
  type RuleContext,
  resolveCoefficient,
  type StateSpec,
  type Tensors,
  type UpdateRule,
} from "./rule.ts";
import { Tensor } from "./tensor.ts";
import { Trace } from "./trace.ts";

/** A batch size for all members, or each member's own, read from a hyperparameter and at most `max`. */
export type BatchSize = number | { readonly max: number; readonly hyperparameter: string };

export interface TrainingOptions {
  readonly optimizer: UpdateRule;
  /** Rows of the training data; 0 without data. */
  readonly rows?: number;
  readonly batchSize?: BatchSize;
  /**
   * Draw batches without replacement: each member goes through all rows in an order of its own, anew for each epoch.
   * Default false: rows are drawn with replacement.
   */
  readonly shuffle?: boolean;
  /** Prefix of the data slots: `train` gives `train.x`. */
  readonly data?: string;
}

export interface TrainingProgram {
  readonly program: Program;
  /** How the state of the optimizer (`optimizer/…`) and of the batches (`batch/…`) begins, by slot: see `initialise`. */
  readonly initial: Readonly<Record<string, StateSpec>>;
  readonly model: Model;
}

interface Batch {
  readonly columns: Tensors;
  readonly size: number;
  readonly mean: (x: Tensor) => Tensor;
}

const map = <T, R>(
  record: Readonly<Record<string, T>>,
  f: (value: T, name: string) => R,
): Record<string, R> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value, name)]));

function columns(t: Trace, model: Model, prefix: string, rows: number, index: Tensor): Tensors {
  return map(model.data, ({ shape, dtype }, name) =>
    t.data(`${prefix}.${name}`, [rows, ...shape], dtype).gather(index),
  );
}

/** The weighted sum over the first axis. */
function weighted(x: Tensor, weights: Tensor): Tensor {
  return x.mul(weights.reshape([weights.size, ...x.shape.slice(1).map(() => 1)])).sum(0);
}

function randomBatch(t: Trace, model: Model, options: TrainingOptions): Batch {
  const { rows = 0, batchSize = 0, data = "train" } = options;
  if (Object.keys(model.data).length === 0) return { columns: {}, size: 0, mean: (x) => x };
  const size = typeof batchSize === "number" ? batchSize : batchSize.max;
  if (!(Number.isInteger(rows) && rows >= 1) || !(Number.isInteger(size) && size >= 1)) {
    throw t.graph.error(`training: rows and batchSize need to be integers >= 1, got ${rows} and ${size}.`);
  }
  const index =
    options.shuffle === true ? shuffled(t, rows, size, batchSize) : t.randomIndex("batch", size, rows);
  const mean =
    typeof batchSize === "number"
      ? (x: Tensor): Tensor => x.mean(0)
      : (x: Tensor): Tensor => weighted(x, t.batchWeights(t.hyper(batchSize.hyperparameter), size));
  return { columns: columns(t, model, data, rows, index), size, mean };
}

/** Where a member stands among the rows: it goes into checkpoints, and with the member that is copied. */
const EPOCH = "batch/epoch";
const POSITION = "batch/position";

/** The next rows of the member's own order; it moves on by its own batch. */
function shuffled(t: Trace, rows: number, size: number, batchSize: BatchSize): Tensor {
  if (size > rows) {
    throw t.graph.error(
      `shuffle: needs batches of at most all ${rows} rows, got ${size}. Make them smaller.`,
    );
  }
  const epoch = t.state(EPOCH, []);
  const position = t.state(POSITION, []);
  const own = typeof batchSize === "number" ? size : t.hyper(batchSize.hyperparameter).minimum(size);
  const next = position.add(own);
  const over = next.greaterEqual(rows);
  t.update(POSITION, next.sub(over.mul(rows)));
  t.update(EPOCH, epoch.add(over));
  return t.shuffledIndex("shuffle", size, rows, epoch, position);
}

/** What a model's functions may use beside their arguments. */
export function lossContext(t: Trace, batch: Batch, training: boolean): LossContext {
  return {
    trace: t,
    training,
    batchSize: batch.size,
    get step() {
      return t.step;
    },
    batchMean: (x) => {
      if (batch.size === 0 || x.shape[0] !== batch.size) {
        throw t.graph.error(
          batch.size === 0
            ? "batchMean: this program draws no batch. Use mean()."
            : `batchMean: needs [${batch.size}, …], the batch in front, got ${shapeText(x.shape)}.`,
        );
      }
      return batch.mean(x);
    },
    dropout: (x, rate) => {
      if (!training || rate === 0) return x;
      wantRate(t, rate);
      const keep = typeof rate === "number" ? t.constant(1 - rate) : rate.neg().add(1);
      const mask = keep.broadcastTo(x.shape).greater(t.uniform(t.graph.purpose("dropout"), x.shape));
      return x.mul(mask.mul(keep.reciprocal()));
    },
    normal: (shape, name = "noise") => t.normal(t.graph.purpose(name), shape),
  };
}

/**
 * What nets want besides parameters, for programs that only run a model forward (acting, reading activations):
 * dropout is off.
 */
export function inferenceContext(t: Trace): LossContext {
  return lossContext(t, { columns: {}, size: 0, mean: (x) => x }, false);
}

/** @throws UsageError for a number out of [0, 1); a hyperparameter is checked against the search space */
function wantRate(t: Trace, rate: Tensor | number): void {
  if (rate instanceof Tensor) {
    const { node } = rate;
    if (node.op === "read") t.graph.range(node.slot, { low: 0, high: 1, openHigh: true, why: "dropout" });
    return;
  }
  const given: unknown = rate;
  if (typeof given === "number" && given > 0 && given < 1) return;
  const hint = typeof given === "string" ? ` Take it from the hyperparameters: ({ ${given} }) => ….` : "";
  throw t.graph.error(`dropout: needs a rate in [0, 1), got ${came(given)}.${hint}`);
}

/** One number from a loss: itself, or the mean over the batch. */
function number(given: unknown, name: string, batch: Batch, t: Trace): Tensor {
  const value = wantTensor(name, given);
  const float = value.toFloat();
  if (float.rank === 0) return float;
  if (float.rank === 1 && float.shape[0] === batch.size) return batch.mean(float);
  const wanted = batch.size === 0 ? "shape []" : `shape [] or [${batch.size}], one number per example`;
  throw t.graph.error(`${name}: needs ${wanted}, got ${shapeText(value.shape)}. Sum or average the rest.`);
}

function report(t: Trace, model: Model, p: Tensors, batch: Batch, context: LossContext): Tensor {
  const hyper = Object.fromEntries(model.hyperparameters.map((name) => [name, t.hyper(name)]));
  const call = <R>(reader: "loss" | "metrics", f: Loss<string, string, string, R>): R =>
    called(reader, () =>
      f(
        guarded(t.graph, reader, "parameter", p),
        guarded(t.graph, reader, "data column", batch.columns),
        guarded(t.graph, reader, "hyperparameter", hyper),
        context,
      ),
    );
  const loss = number(call("loss", model.loss), "loss", batch, t);
  t.metric("loss", loss);
  const more = model.metrics === undefined ? {} : wantMetrics(call("metrics", model.metrics));
  for (const [name, value] of Object.entries(more)) t.metric(name, number(value, name, batch, t));
  return loss;
}

/**
 * The step of a population in training: draw each member's own batch, differentiate its loss, update its parameters.
 * Batches are rows drawn with replacement from the stream (key, "batch", member, step), or, with `shuffle`, without, in an
 * order that depends on (key, "shuffle", member, epoch) alone.
 * @throws UsageError naming the line of the model that breaks a rule
 */
export function trainingProgram<P extends string, D extends string, H extends string>(
  typed: Model<P, D, H>,
  options: TrainingOptions,
): TrainingProgram {
  const model = typed as unknown as Model;
  checkModel("trainingProgram", model);
  checkRule("trainingProgram", options);
  const t = new Trace();
  const shapes: Record<string, Shape> = map(model.parameters, ({ shape }) => shape);
  const parameters = map(shapes, (shape, name) => t.parameter(name, shape));
  const batch = randomBatch(t, model, options);
  const loss = report(t, model, parameters, batch, lossContext(t, batch, true));
  const names = Object.keys(parameters);
  if (!dependsOn(t.graph, loss.id, new Set(Object.values(parameters).map(({ id }) => id)))) {
    throw t.graph.error(
      `loss: depends on no parameter, so that there is nothing to train. Compute it from ${names.join(", ") || "parameters"}.`,
    );
  }
  const adjoints = grad(
    loss,
    names.map((name) => parameters[name]!),
  );
  const gradients = Object.fromEntries(names.map((name, i) => [name, adjoints[i]!]));
  const specs = options.optimizer.init(shapes);
  const slot = (name: string): string => `optimizer/${name}`;
  const state = map(specs, ({ shape }, name) => t.state(slot(name), shape));
  const context: RuleContext = {
    trace: t,
    parameters,
    get step() {
      return t.step;
    },
    coefficient: (value, range) => resolveCoefficient(value, context, range),
  };
  const result = options.optimizer.update(gradients, state, context);
  for (const name of names) {
    t.update(name, result.parameters?.[name] ?? parameters[name]!.add(result.updates[name]!));
  }
  for (const [name, value] of Object.entries(result.state)) t.update(slot(name), value);
  const start: StateSpec = { shape: [], initial: { kind: "fill", value: 0 } };
  const initial = {
    ...Object.fromEntries(Object.entries(specs).map(([name, spec]) => [slot(name), spec])),
    ...(options.shuffle === true && batch.size > 0 ? { [EPOCH]: start, [POSITION]: start } : {}),
  };
  return { program: t.program(), initial, model };
}

function checkRule(place: string, options: unknown): void {
  const rule = isRecord(options) ? options["optimizer"] : options;
  if (isRecord(rule) && typeof rule["update"] === "function" && typeof rule["init"] === "function") return;
  throw new UsageError(
    `${place}.optimizer: needs an update rule, such as adam({ learningRate: "lr" }), got ${came(rule)}.`,
  );
}

export interface EvaluationOptions {
  readonly rows?: number;
  /** Rows per step. */
  readonly batchSize?: number;
  /** Prefix of the data slots: `validation` gives `validation.x`. */
  readonly data?: string;
}

export interface EvaluationProgram {
  readonly program: Program;
  /** Run exactly these steps from step 0: the `mean` of each metric is then the mean over all rows. */
  readonly steps: number;
}

/** Loss and metrics on a whole data set, without dropout, walking through its rows in order. */
export function evaluationProgram<P extends string, D extends string, H extends string>(
  typed: Model<P, D, H>,
  options: EvaluationOptions = {},
): EvaluationProgram {
  const model = typed as unknown as Model;
  checkModel("evaluationProgram", model);
  const { rows = 0, batchSize = Math.min(rows, 256), data = "validation" } = options;
  const t = new Trace();
  const parameters = map(model.parameters, ({ shape }, name) => t.parameter(name, shape));
  if (Object.keys(model.data).length === 0) {
    const batch: Batch = { columns: {}, size: 0, mean: (x) => x };
    report(t, model, parameters, batch, lossContext(t, batch, false));
    return { program: t.program(), steps: 1 };
  }
  if (!(Number.isInteger(rows) && rows >= 1) || !(Number.isInteger(batchSize) && batchSize >= 1)) {
    throw t.graph.error(
      `evaluation: rows and batchSize need to be integers >= 1, got ${rows} and ${batchSize}.`,
    );
  }
  const steps = Math.ceil(rows / batchSize);
  const place = t.step.mul(batchSize).add(t.constant(Array.from({ length: batchSize }, (_, i) => i)));
  // Rows beyond the end weigh nothing; the mean over steps of the sums is the mean over rows.
  const weights = t
    .constant(rows)
    .greater(place)
    .mul(steps / rows);
  const batch: Batch = {
    columns: columns(t, model, data, rows, t.sequentialIndex(batchSize, rows)),
    size: batchSize,
    mean: rows % batchSize === 0 ? (x) => x.mean(0) : (x) => weighted(x, weights),
  };
  report(t, model, parameters, batch, lossContext(t, batch, false));
  return { program: t.program(), steps };
}
