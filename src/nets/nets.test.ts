import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  evaluationProgram,
  initialise,
  type LossContext,
  reference,
  type Tensor,
  type Tensors,
  type UpdateRule,
  trainingProgram,
} from "../tensor/index.ts";
import {
  accuracy,
  committee,
  convolution,
  crossEntropy,
  dense,
  gaussianKl,
  glorot,
  gru,
  he,
  leaky,
  liquid,
  lstm,
  maxPool,
  mlp,
  type Net,
  orthogonal,
  type ParameterSpecs,
  poisson,
  skipThroughTime,
  squaredError,
  unroll,
  zeros,
} from "./index.ts";

interface Case {
  readonly parameters: Readonly<Record<string, number[]>>;
  readonly data: { readonly x: number[]; readonly y: number[] };
  readonly loss: number;
  readonly gradients: Readonly<Record<string, number[]>>;
}

const fixture = JSON.parse(readFileSync(new URL("./fixtures/nets.json", import.meta.url), "utf8")) as Record<
  string,
  Case
>;

/** Puts the gradient into the state `optimizer/gradient.<parameter>`; the parameters stay. */
const keepGradient: UpdateRule = {
  name: "keepGradient",
  init: (shapes) =>
    Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [
        `gradient.${name}`,
        { shape, initial: { kind: "fill", value: 0 } },
      ]),
    ),
  update: (gradients) => ({
    updates: Object.fromEntries(Object.entries(gradients).map(([name, g]) => [name, g.mul(0)])),
    state: Object.fromEntries(Object.entries(gradients).map(([name, g]) => [`gradient.${name}`, g])),
  }),
};

interface Built {
  readonly parameters: ParameterSpecs;
  readonly x: readonly number[];
  readonly y: { readonly shape: readonly number[]; readonly dtype?: "int32" };
  readonly loss: (p: Tensors, x: Tensor, y: Tensor, context: LossContext) => Tensor;
}

const labels = { shape: [], dtype: "int32" } as const;

const classifier = (net: Net, x: readonly number[] = [4]): Built => ({
  parameters: net.parameters,
  x,
  y: labels,
  loss: (p, input, y, context) => crossEntropy(net.apply(p, input, context), y),
});

const sizes = { inputs: 4, hidden: [6, 5], outputs: 3 };
const out = dense({ inputs: 3, outputs: 1, name: "out" });
const conv = convolution({ inputs: 2, outputs: 3, window: [3, 3], padding: "same", name: "conv" });
const small = { inputs: 2, units: 3 };
const liquidCell = liquid({ ...small, dt: 0.5, substeps: 2, maxLogTau: 10 });

function recurrent(cell: ReturnType<typeof leaky> | ReturnType<typeof lstm>, reverse = false): Built {
  return {
    parameters: { ...cell.parameters, ...out.parameters },
    x: [6, 2],
    y: { shape: [6] },
    loss: (p, x, y, context) => {
      const { outputs } = unroll(cell as ReturnType<typeof lstm>, p, x, context, { reverse });
      return squaredError(out.apply(p, outputs, context).at(0, -1), y);
    },
  };
}

const plain = (shape: readonly number[]): { shape: readonly number[]; init: typeof zeros } => ({
  shape,
  init: zeros,
});

const built: Record<string, Built> = {
  "mlp tanh": classifier(mlp(sizes)),
  "mlp relu": classifier(mlp({ ...sizes, activation: "relu" })),
  "mlp gelu": classifier(mlp({ ...sizes, activation: "gelu" })),
  "mlp softplus": classifier(mlp({ ...sizes, activation: "softplus" })),
  "mlp sigmoid": classifier(mlp({ ...sizes, activation: (x) => x.sigmoid() })),
  "mlp layer norm": classifier(mlp({ ...sizes, layerNorm: true })),
  committee: {
    parameters: committee({ inputs: 4, hidden: 7 }).parameters,
    x: [4],
    y: { shape: [] },
    loss: (p, x, y, context) => squaredError(committee({ inputs: 4, hidden: 7 }).apply(p, x, context), y),
  },
  leaky: recurrent(leaky({ ...small, maxLogTau: 10 })),
  skip: recurrent(skipThroughTime({ ...small, skip: 3 })),
  gru: {
    ...recurrent(leaky(small)),
    parameters: { ...gru(small).parameters, ...out.parameters },
    loss: (p, x, y, context) =>
      squaredError(out.apply(p, unroll(gru(small), p, x, context).outputs, context).at(0, -1), y),
  },
  liquid: {
    ...recurrent(leaky(small)),
    parameters: { ...liquidCell.parameters, ...out.parameters },
    loss: (p, x, y, context) =>
      squaredError(out.apply(p, unroll(liquidCell, p, x, context).outputs, context).at(0, -1), y),
  },
  "lstm reversed": recurrent(lstm(small), true),
  convolution: {
    ...classifier(conv, [4, 6, 2]),
    loss: (p, x, y, context) =>
      crossEntropy(
        maxPool(conv.apply(p, x, context))
          .tanh()
          .mean([1, 2]),
        y,
      ),
  },
  "poisson and divergence": {
    parameters: { w: plain([4, 3]), m: plain([4, 2]), v: plain([4, 2]) },
    x: [4],
    y: { shape: [3] },
    loss: (p, x, y) =>
      poisson(x.matmul(p["w"]!), y).add(gaussianKl(x.matmul(p["m"]!), x.matmul(p["v"]!), 0.1)),
  },
};

/** Sums of a few hundred float64 products in another order. */
const ROUNDING = 1e-12;

describe("nets", () => {
  it("are all in the fixture", () => {
    expect(Object.keys(built).toSorted()).toEqual(Object.keys(fixture).toSorted());
  });

  it.each(Object.entries(built))(
    "have the loss and gradient of NumPy: %s",
    async (name, { parameters, x, y, loss }) => {
      const expected = fixture[name]!;
      const model = defineModel({
        parameters,
        data: { x: { shape: x }, y },
        loss: (p, batch, _, context) => loss(p, batch.x, batch.y, context),
      });
      const rows = 5;
      const evaluation = evaluationProgram(model, { rows, batchSize: rows, data: "train" });
      // The whole data set, in order, instead of a batch.
      const whole = defineModel({
        parameters,
        loss: (p, _, __, context) => {
          const inputs = context.trace.data("train.x", [rows, ...x]);
          const targets = context.trace.data("train.y", [rows, ...y.shape], y.dtype);
          return loss(p, inputs, targets, context).mean();
        },
      });
      const training = trainingProgram(whole, { optimizer: keepGradient });
      const session = await reference.compile(
        { train: training.program, evaluate: evaluation.program },
        { members: 1, key: key(0) },
      );
      initialise(session, training, key(0), 0);
      session.write("train.x", "all", expected.data.x);
      session.write("train.y", "all", expected.data.y);
      expect(Object.keys(parameters).toSorted()).toEqual(Object.keys(expected.parameters).toSorted());
      for (const [key, values] of Object.entries(expected.parameters)) session.write(key, 0, values);
      await session.step("evaluate", 1, 0);
      await session.step("train", 1, 0);
      expect(Math.abs(session.metrics("evaluate")["loss"]!.mean[0]! - expected.loss)).toBeLessThan(ROUNDING);
      for (const [key, values] of Object.entries(expected.gradients)) {
        const found = session.read(`optimizer/gradient.${key}`, 0);
        values.forEach((value, i) => expect(Math.abs(found[i]! - value)).toBeLessThan(ROUNDING));
      }
    },
  );
});

describe("initialisers", () => {
  const draws = (): ReturnType<typeof stream> => stream(key(2), "initialisers");

  it("have the variances that their names promise", () => {
    const variance = (values: ArrayLike<number>): number =>
      Array.from(values).reduce((sum, value) => sum + value * value, 0) / values.length;
    // Standard error of a variance over 20 000 draws: at most 1 %.
    expect(Math.abs(variance(glorot(draws(), [100, 200])) / (2 / 300) - 1)).toBeLessThan(0.05);
    expect(Math.abs(variance(he(draws(), [100, 200])) / (2 / 100) - 1)).toBeLessThan(0.05);
    expect(Math.abs(variance(he(draws(), [3, 3, 20, 100])) / (2 / 180) - 1)).toBeLessThan(0.05);
  });

  it.each([
    [4, 7],
    [7, 4],
    [5, 5],
  ])("orthogonal has orthonormal rows or columns: %d × %d", (rows, columns) => {
    const matrix = orthogonal(draws(), [rows, columns]);
    const line = (i: number): number[] =>
      rows >= columns
        ? Array.from({ length: rows }, (_, r) => matrix[r * columns + i]!)
        : Array.from({ length: columns }, (_, c) => matrix[i * columns + c]!);
    const count = Math.min(rows, columns);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const dot = line(i).reduce((sum, value, k) => sum + value * line(j)[k]!, 0);
        expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-13);
      }
    }
  });
});

describe("a population of classifiers", () => {
  const net = mlp({ inputs: 2, hidden: [8], outputs: 2, dropout: "dropout" });
  const model = defineModel({
    parameters: net.parameters,
    data: { x: { shape: [2] }, y: labels },
    hyperparameters: ["l2"],
    loss: (p, { x, y }, { l2 }, context) =>
      context
        .batchMean(crossEntropy(net.apply(p, x, context), y))
        .add(p["mlp.0.weight"]!.square().sum().mul(l2)),
    metrics: (p, { x, y }, _, context) => ({ accuracy: accuracy(net.apply(p, x, context), y) }),
  });
  const rate: UpdateRule = {
    name: "descent",
    init: () => ({}),
    update: (gradients, _, context) => ({
      updates: Object.fromEntries(
        Object.entries(gradients).map(([name, g]) => [name, g.mul(context.coefficient("lr")).neg()]),
      ),
      state: {},
    }),
  };
  const rows = 101;
  const draws = stream(key(9), "clusters");
  const y = Array.from({ length: rows }, (_, i) => i % 2);
  const x = y.flatMap((label) => [2 * label - 1 + 0.5 * draws.normal(), 0.5 * draws.normal()]);

  async function train(
    members: number,
    memberIds?: number[],
  ): Promise<Awaited<ReturnType<typeof reference.compile>>> {
    const batchSize = { max: 16, hyperparameter: "batch" };
    const training = trainingProgram(model, { optimizer: rate, rows, batchSize });
    const evaluation = evaluationProgram(model, { rows, batchSize: 40, data: "train" });
    const session = await reference.compile(
      { train: training.program, evaluate: evaluation.program },
      { members, key: key(4), ...(memberIds === undefined ? {} : { memberIds }) },
    );
    const ids = memberIds ?? Array.from({ length: members }, (_, i) => i);
    ids.forEach((id, row) => {
      initialise(session, training, key(4), row, id);
      session.write("batch", row, [4 + 4 * (id % 4)]);
    });
    session.write("lr", "all", [0.3]);
    session.write("l2", "all", [1e-4]);
    session.write("dropout", "all", [0.2]);
    session.write("train.x", "all", x);
    session.write("train.y", "all", y);
    await session.step("train", 60, 0);
    await session.step("evaluate", evaluation.steps, 0);
    return session;
  }

  it("learns, with its own batch size and dropout for each member", async () => {
    const session = await train(4);
    const { accuracy: score } = session.metrics("evaluate");
    for (const value of score!.mean) expect(value).toBeGreaterThan(0.93);
    // A mean over 101 rows, although the last step has only 21 of them.
    for (const value of score!.mean)
      expect(Math.abs(value * 101 - Math.round(value * 101))).toBeLessThan(1e-9);
  });

  it("gives a member the same numbers whatever others there are", async () => {
    const [all, one] = [await train(4), await train(1, [2])];
    for (const name of Object.keys(model.parameters)) expect(one.read(name, 0)).toEqual(all.read(name, 2));
  });
});

describe("a hyperparameter that counts hidden units", () => {
  it("gives a member the net of that width, whatever the unused weights hold", async () => {
    const sizes = { inputs: 3, outputs: 2, hidden: [5, 5] };
    const wide = mlp({ ...sizes, units: "units" });
    const narrow = mlp({ ...sizes, hidden: [2, 2] });
    const programs = Object.fromEntries(
      Object.entries({ wide, narrow }).map(([name, net]) => {
        const parameters = Object.fromEntries(
          Object.entries(net.parameters).map(([key, spec]) => [`${name}/${key}`, spec]),
        );
        const model = defineModel({
          parameters,
          data: { x: { shape: [3] }, y: labels },
          loss: (p, { x, y }, _, context) => {
            const own = Object.fromEntries(
              Object.entries(p).map(([key, value]) => [key.slice(name.length + 1), value]),
            );
            return crossEntropy(net.apply(own, x, context), y);
          },
        });
        return [name, evaluationProgram(model, { rows: 4 }).program];
      }),
    );
    const session = await reference.compile(programs, { members: 2, key: key(1) });
    const draws = stream(key(6), "weights");
    const wideSizes = [3, 5, 5, 2];
    const narrowSizes = [3, 2, 2, 2];
    for (let layer = 0; layer < 3; layer++) {
      const [rows, columns] = [wideSizes[layer]!, wideSizes[layer + 1]!];
      const weight = Array.from({ length: rows * columns }, () => draws.normal());
      const bias = Array.from({ length: columns }, () => draws.normal());
      session.write(`wide/mlp.${layer}.weight`, "all", weight);
      session.write(`wide/mlp.${layer}.bias`, "all", bias);
      const kept = Array.from({ length: narrowSizes[layer]! }, (_, row) =>
        weight.slice(row * columns, row * columns + narrowSizes[layer + 1]!),
      );
      session.write(`narrow/mlp.${layer}.weight`, "all", kept.flat());
      session.write(`narrow/mlp.${layer}.bias`, "all", bias.slice(0, narrowSizes[layer + 1]!));
    }
    session.write("units", "all", [2, 5]);
    session.write(
      "validation.x",
      "all",
      Array.from({ length: 12 }, () => draws.normal()),
    );
    session.write("validation.y", "all", [0, 1, 1, 0]);
    await session.step("wide", 1, 0);
    await session.step("narrow", 1, 0);
    const [two, five] = session.metrics("wide")["loss"]!.last;
    const expected = session.metrics("narrow")["loss"]!.last[0]!;
    expect(Math.abs(two! - expected)).toBeLessThan(ROUNDING);
    expect(Math.abs(five! - expected)).toBeGreaterThan(1e-3);
    expect(() => mlp({ ...sizes, units: "units", layerNorm: true })).toThrow(
      "units needs a net without layerNorm",
    );
  });
});
