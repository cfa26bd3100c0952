import { describe, expect, it } from "vitest";
import { UsageError } from "../errors/index.ts";
import { mlp } from "../nets/index.ts";
import { key, stream } from "../random/index.ts";
import { defineModel, type PredictOptions, predict, reference } from "../tensor/index.ts";
import { wasm } from "./index.ts";

const net = mlp({ inputs: 2, hidden: [3], outputs: 2, dropout: "drop" });
const model = defineModel({
  parameters: net.parameters,
  data: { x: { shape: [2] }, y: { shape: [], dtype: "int32" } },
  hyperparameters: ["gain"],
  loss: (p, { x }, _, context) => net.apply(p, x, context).square().sum(-1),
});
const draws = stream(key(3), "weights");
const parameters = new Map(
  Object.entries(model.parameters).map(([name, { shape, init }]) => [
    name,
    Float32Array.from(init(draws, shape), (value) => value + 0.1),
  ]),
);
const x = [0.5, -1, 2, 0.25, 0, 0];

/** tanh(x W₀ + b₀) W₁ + b₁, by hand. */
function expected(row: number): number[] {
  const at = (name: string, i: number): number => parameters.get(name)![i]!;
  const hidden = [0, 1, 2].map((j) =>
    Math.tanh(
      x[2 * row]! * at("mlp.0.weight", j) + x[2 * row + 1]! * at("mlp.0.weight", 3 + j) + at("mlp.0.bias", j),
    ),
  );
  return [0, 1].map((k) =>
    hidden.reduce((sum, h, j) => sum + h * at("mlp.1.weight", 2 * j + k), at("mlp.1.bias", k)),
  );
}

type Options = PredictOptions<string, "x" | "y", "gain">;
const options: Options = {
  model,
  parameters,
  data: { x },
  output: (p, d, _, context) => net.apply(p, d.x, context),
};

describe("predict", () => {
  it.each([
    [reference, 12],
    [wasm, 5],
  ])("computes a function of the model with given parameters (%#)", async (executor, digits) => {
    const { values, shape } = await predict({ ...options, executor });
    expect(shape).toEqual([3, 2]);
    [0, 1, 2].flatMap(expected).forEach((value, i) => expect(values[i]).toBeCloseTo(value, digits));
  });

  it("reads hyperparameters, and takes parameters as a record with others among them", async () => {
    const { values, shape } = await predict({
      ...options,
      parameters: { ...Object.fromEntries(parameters), "optimizer/mean.mlp.0.bias": [1] },
      hyperparameters: { gain: 3 },
      output: (p, d, { gain }, context) => context.batchMean(net.apply(p, d.x, context)).mul(gain),
    });
    expect(shape).toEqual([2]);
    const mean = [0, 1].map((k) => [0, 1, 2].reduce((sum, row) => sum + expected(row)[k]!, 0) / 3);
    expect(values[0]).toBeCloseTo(3 * mean[0]!, 12);
    expect(values[1]).toBeCloseTo(3 * mean[1]!, 12);
  });

  it.each<[Partial<Options>, string]>([
    [
      { parameters: undefined as never },
      "predict.parameters: needs a member's parameters by name, got undefined. Read them with stateReader().",
    ],
    [
      { parameters: new Map([...parameters, ["mlp.1.bias", new Float32Array(5)]]) },
      "predict.parameters.mlp.1.bias: needs 2 numbers, got 5. Is it of this model?",
    ],
    [{ data: { z: x } as never }, "predict.data.z: the model has no such column (it has x, y)."],
    [{ data: { x: [1] } }, "predict.data.x: needs rows of 2 numbers, at least one, got 1 numbers."],
    [{ data: { x, y: [1] } }, "predict.data.y: has 1 rows, another column has 3."],
    [
      { output: undefined as never },
      "predict.output: needs a function (parameters, batch, hyperparameters, context) => tensor, got undefined.",
    ],
    [
      { output: (_, d, { gain }) => d.x.mul(gain) },
      "slot gain: has not been written. Write it before program predict runs.",
    ],
  ])("refuses options %#", async (change, message) => {
    await expect(predict({ ...options, ...change })).rejects.toThrow(new UsageError(message));
  });

  it("names a column that was not given", async () => {
    const asked = predict({ ...options, output: (_, d) => d.y.toFloat() });
    await expect(asked).rejects.toThrow(
      /predict\.test\.ts:\d+: output: reads the data column y, which the model does not have \(it has x\)/,
    );
  });
});
