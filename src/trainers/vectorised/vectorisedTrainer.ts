import type { Metrics } from "../../engine/index.ts";
import { came, checkOptions, isRecord, refuse } from "../../errors/index.ts";
import { key, stream } from "../../random/index.ts";
import {
  type BatchSize,
  checkModel,
  drawn,
  type EvaluationProgram,
  evaluationProgram,
  initialise,
  type Model,
  type Program,
  trainingProgram,
  type UpdateRule,
} from "../../tensor/index.ts";
import { type Columns, columnValues, rowsOf } from "./columns.ts";
import type { ExecutionChoices } from "./choices.ts";
import type { PopulationDefinition, PopulationGroup } from "./definition.ts";
import { whereItBegan } from "./diagnose.ts";
import { type PopulationTrainer, populationTrainer } from "./populationTrainer.ts";

export interface VectorisedOptions<P extends string, D extends string, H extends string>
  extends ExecutionChoices {
  readonly name?: string;
  readonly model: Model<P, D, H>;
  readonly data?: {
    readonly train: Columns<D>;
    /** What metrics are measured on; default: the training data. */
    readonly validation?: Columns<D>;
    /** Looked at once, after the run, for the best member. */
    readonly test?: Columns<D>;
  };
  readonly optimizer: UpdateRule;
  /** Rows of a minibatch: a number, or each member's own from a hyperparameter, at most `max`. Default 32. */
  readonly batchSize?: BatchSize;
  /**
   * Each member goes through the training data in a random order of its own, every row once per epoch, instead of drawing
   * rows with replacement. Default false.
   */
  readonly shuffle?: boolean;
  /** Hyperparameters that are the same number for all members. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Steps between reports of the training loss. Default 100. */
  readonly reportEvery?: number;
  /** Steps between reports of the metrics; default: only at the end of each segment. */
  readonly evaluateEvery?: number;
  /** Own work between calls, every `reportEvery` steps. */
  readonly between?: (group: PopulationGroup, step: number) => void | Promise<void>;
}

/** Members of one group whose divergence is traced to a line of the model: it means to train them again. */
const MOST_TRACED = 2;

/**
 * Trains a population of one model as one program: every member with its own minibatches of one data set and its own
 * hyperparameters, which are the names that the model, its batch size and its optimizer read. Metrics: `loss` and those
 * of the model, over all validation rows; `trainLoss` is reported while training.
 * @throws UsageError with all problems: shapes (naming the line of the model), data with NaN, labels out of range
 * @example
 * const trainer = vectorisedTrainer({
 *   model,
 *   data: { train: { x, y }, validation: { x: vx, y: vy } },
 *   optimizer: adam({ learningRate: "lr" }),
 *   batchSize: { max: 64, hyperparameter: "batchSize" },
 * });
 * run({ trainer, space, metric: "loss:min", members: 64, … }, { directory: "runs/first" });
 */
export function vectorisedTrainer<P extends string, D extends string = never, H extends string = never>(
  options: VectorisedOptions<P, D, H>,
): PopulationTrainer {
  check(options as unknown as VectorisedOptions<string, string, string>);
  const { optimizer, batchSize = 32, shuffle = false } = options;
  const model = options.model as unknown as Model;
  const sets = (options.data ?? {}) as Readonly<Record<string, Columns<string> | undefined>>;
  checkIntervals(options);
  const rows = rowsOf(model, sets);
  for (const [name, spec] of Object.entries(model.parameters)) drawn(name, spec, stream(key(0), name));
  const measured = sets["validation"] === undefined ? "train" : "validation";
  const training = trainingProgram(model, {
    optimizer,
    rows: rows["train"] ?? 0,
    batchSize,
    shuffle,
    data: "train",
  });
  const evaluation = evaluationProgram(model, { rows: rows[measured] ?? 0, data: measured });
  const programs = { train: training.program, evaluate: evaluation.program };
  const describe = (which: Readonly<Record<string, Program>>, measured: string): PopulationDefinition => ({
    ...(options.name === undefined ? {} : { name: options.name }),
    programs: which,
    data: columnValues(which, sets),
    ...(options.constants === undefined ? {} : { constants: options.constants }),
    ...(typeof batchSize === "number"
      ? {}
      : { integers: { [batchSize.hyperparameter]: { min: 1, max: batchSize.max } } }),
    metrics: evaluation.program.metrics.map(({ name }) => name),
    evaluationPrograms: [measured],
    initialise: (session, key, row, member) => initialise(session, training, key, row, member),
    advance: (group) => advance(group, evaluation, judge, options),
    async evaluate(group) {
      const values = await measure(group, evaluation);
      await judge(group, values["loss"]!, group.untilStep);
      return values;
    },
  });
  const definition = describe(programs, "evaluate");

  const judge = async (group: PopulationGroup, losses: ArrayLike<number>, step: number): Promise<void> => {
    let traced = 0;
    for (const row of group.members.keys()) {
      if (Number.isFinite(losses[row]) || group.failed.has(row)) continue;
      const message =
        traced++ < MOST_TRACED
          ? await whereItBegan(definition, options, group, row, step)
          : `the loss is ${losses[row]} at or before step ${step}`;
      group.fail(row, "nan", message);
    }
  };

  const trainer = populationTrainer(definition, options);
  if (sets["test"] === undefined) return trainer;
  const test = evaluationProgram(model, { rows: rows["test"]!, data: "test" });
  // Checked now, compiled when asked for.
  const tester = populationTrainer(
    {
      ...describe({ train: training.program, test: test.program }, "test"),
      evaluate: (group) => measure(group, test, "test"),
    },
    options,
  );
  return {
    ...trainer,
    test: (state, hyperparameters): Promise<Metrics> => tester.measure(state, flat(hyperparameters)),
  };
}

/** @throws UsageError for options that there are not, and where the model or the optimizer is missing */
function check(options: VectorisedOptions<string, string, string>): void {
  checkOptions("vectorisedTrainer", options, {
    name: true,
    model: true,
    data: true,
    optimizer: true,
    batchSize: true,
    shuffle: true,
    constants: true,
    reportEvery: true,
    evaluateEvery: true,
    between: true,
    executor: true,
    workers: true,
    relaxed: true,
    memoryLimit: true,
  });
  checkModel("vectorisedTrainer.model", options.model);
  const { optimizer }: { readonly optimizer: unknown } = options;
  if (isRecord(optimizer) && typeof optimizer["update"] === "function") return;
  refuse([
    `vectorisedTrainer.optimizer: needs an update rule, such as adam({ learningRate: "lr" }), got ${came(optimizer)}.`,
  ]);
}

function checkIntervals(
  options: Pick<VectorisedOptions<never, never, never>, "reportEvery" | "evaluateEvery">,
): void {
  const problems: string[] = [];
  for (const name of ["reportEvery", "evaluateEvery"] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) {
      problems.push(`${name}: needs a number of steps, an integer of at least 1, got ${value}.`);
    }
  }
  refuse(problems);
}

type Judge = (group: PopulationGroup, losses: ArrayLike<number>, step: number) => Promise<void>;

async function advance(
  group: PopulationGroup,
  evaluation: EvaluationProgram,
  judge: Judge,
  options: Pick<VectorisedOptions<never, never, never>, "reportEvery" | "evaluateEvery" | "between">,
): Promise<void> {
  const { session, fromStep, untilStep, signal } = group;
  const { reportEvery = 100, evaluateEvery = Infinity } = options;
  const after = (step: number, interval: number): number =>
    interval === Infinity ? Infinity : (Math.floor(step / interval) + 1) * interval;
  for (let step = fromStep; step < untilStep && !signal.aborted; ) {
    const next = Math.min(untilStep, after(step, reportEvery), after(step, evaluateEvery));
    await session.step("train", next - step, step);
    step = next;
    const { mean } = session.metrics("train")["loss"]!;
    group.report(step, { trainLoss: mean });
    await judge(group, mean, step);
    if (step % evaluateEvery === 0 && step < untilStep) group.report(step, await measure(group, evaluation));
    if (step % reportEvery === 0) await options.between?.(group, step);
  }
}

async function measure(
  { session }: PopulationGroup,
  evaluation: EvaluationProgram,
  name = "evaluate",
): Promise<Readonly<Record<string, Float64Array>>> {
  await session.step(name, evaluation.steps, 0);
  return Object.fromEntries(
    Object.entries(session.metrics(name)).map(([metric, { mean }]) => [metric, mean]),
  );
}

/** Nested groups to flat names joined by points. */
function flat(nested: unknown, prefix = ""): Record<string, number | string | boolean> {
  return Object.fromEntries(
    Object.entries(nested as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
      typeof value === "object" && value !== null
        ? Object.entries(flat(value, `${prefix}${name}.`))
        : [[prefix + name, value as number | string | boolean] as const],
    ),
  );
}
