import { came, isRecord, refuse, UsageError } from "../errors/index.ts";
import { key } from "../random/index.ts";
import { checkModel } from "./checkModel.ts";
import type { Executor } from "./executor.ts";
import { guarded } from "./guard.ts";
import { type Shape, sizeOf } from "./ir.ts";
import type { Loss, Model } from "./model.ts";
import { lossContext } from "./programs.ts";
import { reference } from "./reference/index.ts";
import { called, wantTensor } from "./results.ts";
import type { Tensor } from "./tensor.ts";
import { Trace } from "./trace.ts";

type Arrays = ReadonlyMap<string, ArrayLike<number>> | Readonly<Record<string, ArrayLike<number>>>;

export interface PredictOptions<P extends string, D extends string, H extends string> {
  readonly model: Model<P, D, H>;
  /** One member's parameters by name, as `session.read` and `stateReader` give them; what else there is, is passed over. */
  readonly parameters: Arrays;
  /** The columns that `output` reads: all rows of a column one after the other. */
  readonly data?: Readonly<Partial<Record<D, ArrayLike<number>>>>;
  /** Values of the hyperparameters that `output` reads. */
  readonly hyperparameters?: Readonly<Record<string, number>>;
  /** What is wanted, written as the loss is: without dropout, for all rows at once. */
  readonly output: Loss<P, D, H, Tensor>;
  /** Default `reference` (float64); `wasm` of `polytempo/executors` gives the bits of a run. */
  readonly executor?: Executor;
}

export interface Prediction {
  /** Row-major. */
  readonly values: Float32Array | Float64Array | Int32Array;
  /** For most outputs `[rows, …]`. */
  readonly shape: Shape;
}

/**
 * Computes a function of a model with the parameters of one member: what it predicts for new data, what its units do.
 * @throws UsageError for parameters, columns or hyperparameters that are missing or of the wrong length
 * @example
 * const { values } = await predict({
 *   model,
 *   parameters: await reader.read(directory, row),
 *   data: { x: [0.1, 0.2] },
 *   output: (p, { x }, _, context) => net.apply(p, x, context).argmax(),
 * });
 */
export async function predict<P extends string, D extends string = never, H extends string = never>(
  options: PredictOptions<P, D, H>,
): Promise<Prediction> {
  checkModel("predict.model", options.model);
  const model = options.model as unknown as Model;
  const data = (options.data ?? {}) as Readonly<Record<string, ArrayLike<number>>>;
  const { output, hyperparameters = {}, executor = reference } = options;
  if (typeof output !== "function") {
    throw new UsageError(
      `predict.output: needs a function (parameters, batch, hyperparameters, context) => tensor, got ${came(output)}.`,
    );
  }
  const given = parametersOf(model, options.parameters);
  const rows = rowsOf(model, data);
  const t = new Trace();
  const p = Object.fromEntries(
    Object.entries(model.parameters).map(([name, { shape }]) => [name, t.parameter(name, shape)]),
  );
  const columns = Object.fromEntries(
    Object.keys(data).map((name) => {
      const { shape, dtype } = model.data[name]!;
      return [name, t.data(`data.${name}`, [rows, ...shape], dtype)];
    }),
  );
  const hyper = Object.fromEntries(model.hyperparameters.map((name) => [name, t.hyper(name)]));
  const value = wantTensor(
    "output",
    called("output", () =>
      (output as unknown as Loss<string, string, string, Tensor>)(
        guarded(t.graph, "output", "parameter", p),
        guarded(t.graph, "output", "data column", columns),
        guarded(t.graph, "output", "hyperparameter", hyper),
        lossContext(t, { columns, size: rows, mean: (x) => x.mean(0) }, false),
      ),
    ),
  );
  t.output("output", value);
  const program = t.program();
  const session = await executor.compile({ predict: program }, { members: 1, key: key(0), workers: 1 });
  try {
    for (const [name, values] of given) session.write(name, 0, values);
    for (const [name, values] of Object.entries(data)) session.write(`data.${name}`, "all", values);
    for (const { name, kind } of program.slots) {
      const one = hyperparameters[name];
      if (kind === "hyper" && one !== undefined) session.write(name, 0, [one]);
    }
    await session.step("predict", 1, 0);
    return { values: session.read("output", 0), shape: value.shape };
  } finally {
    await session.close();
  }
}

function parametersOf(model: Model, given: unknown): Map<string, ArrayLike<number>> {
  if (!(given instanceof Map) && !isRecord(given)) {
    throw new UsageError(
      `predict.parameters: needs a member's parameters by name, got ${came(given)}. Read them with stateReader().`,
    );
  }
  const known = given instanceof Map ? (given as Map<string, unknown>) : new Map(Object.entries(given));
  const found = new Map<string, ArrayLike<number>>();
  refuse(
    Object.entries(model.parameters).flatMap(([name, { shape }]) => {
      const values = known.get(name) as ArrayLike<number> | undefined;
      if (values?.length === sizeOf(shape)) {
        found.set(name, values);
        return [];
      }
      const came = values === undefined ? "is missing" : `got ${values.length}`;
      return [`predict.parameters.${name}: needs ${sizeOf(shape)} numbers, ${came}. Is it of this model?`];
    }),
  );
  return found;
}

/** The number of rows that all columns have; 0 without columns. */
function rowsOf(model: Model, data: Readonly<Record<string, ArrayLike<number>>>): number {
  let rows = 0;
  const problems = Object.entries(data).flatMap(([name, values]) => {
    const spec = model.data[name];
    if (spec === undefined) {
      return [
        `predict.data.${name}: the model has no such column (it has ${Object.keys(model.data).join(", ") || "none"}).`,
      ];
    }
    const size = sizeOf(spec.shape);
    const count = values.length / size;
    if (!(Number.isInteger(count) && count >= 1)) {
      return [
        `predict.data.${name}: needs rows of ${size} numbers, at least one, got ${values.length} numbers.`,
      ];
    }
    if (rows === 0) rows = count;
    return rows === count ? [] : [`predict.data.${name}: has ${count} rows, another column has ${rows}.`];
  });
  refuse(problems);
  return rows;
}
