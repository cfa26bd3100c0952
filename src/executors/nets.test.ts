import { describe, expect, it } from "vitest";
import {
  committee,
  convolution,
  crossEntropy,
  dense,
  gru,
  leaky,
  lstm,
  maxPool,
  mlp,
  type Net,
  skipThroughTime,
  squaredError,
  unroll,
} from "../nets/index.ts";
import {
  adam,
  adamW,
  bennaFusi,
  chain,
  clipByNorm,
  cosine,
  langevin,
  momentum,
  multiscale,
  nesterov,
  rmsProp,
  sgd,
  weightDecay,
} from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  initialise,
  type Model,
  reference,
  sizeOf,
  trainingProgram,
  type UpdateRule,
} from "../tensor/index.ts";
import { wasm } from "./index.ts";

const ROWS = 12;

/** A classifier of sequences `[time, inputs]` by the last output of a recurrent net. */
function sequences<State>(cell: Parameters<typeof unroll<State>>[0]): Model {
  const out = dense({ inputs: cell.units, outputs: 3, name: "out" });
  return defineModel({
    parameters: { ...cell.parameters, ...out.parameters },
    data: { x: { shape: [6, 2] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }, _, context) => {
      const { outputs } = unroll(cell, p, x, context);
      return crossEntropy(out.apply(p, outputs.at(5, 1), context), y);
    },
  }) as unknown as Model;
}

/** A classifier of vectors. */
function vectors(net: Net, hyperparameters: readonly string[] = []): Model {
  return defineModel({
    parameters: net.parameters,
    data: { x: { shape: [5] }, y: { shape: [], dtype: "int32" } },
    hyperparameters,
    loss: (p, { x, y }, _, context) => crossEntropy(net.apply(p, x, context), y),
  }) as unknown as Model;
}

/** A classifier of images 6 × 6. */
function images(): Model {
  const first = convolution({ inputs: 1, outputs: 3, window: [3, 3], padding: "same", name: "first" });
  const out = dense({ inputs: 27, outputs: 3, name: "out" });
  return defineModel({
    parameters: { ...first.parameters, ...out.parameters },
    data: { x: { shape: [6, 6, 1] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }, _, context) => {
      const features = maxPool(first.apply(p, x, context).relu());
      return crossEntropy(out.apply(p, features.reshape([features.shape[0]!, 27]), context), y);
    },
  }) as unknown as Model;
}

function regression(): Model {
  const net = committee({ inputs: 4, hidden: 3 });
  return defineModel({
    parameters: net.parameters,
    data: { x: { shape: [4] }, y: { shape: [] } },
    loss: (p, { x, y }, _, context) => {
      const prediction = net.apply(p, x, context);
      return squaredError(prediction, y.reshape(prediction.shape));
    },
  }) as unknown as Model;
}

const rnn = { inputs: 2, units: 5 };
const models: Record<string, Model> = {
  "mlp with layer norm and dropout": vectors(
    mlp({ inputs: 5, hidden: [7, 6], outputs: 3, activation: "gelu", dropout: "dropout", layerNorm: true }),
  ),
  "deep relu": vectors(mlp({ inputs: 5, hidden: [9, 8, 7], outputs: 3, activation: "relu" })),
  committee: regression(),
  convolution: images(),
  leaky: sequences(leaky({ ...rnn, learnTau: true })),
  "skip through time": sequences(skipThroughTime({ ...rnn, skip: 2 })),
  gru: sequences(gru(rnn)),
  lstm: sequences(lstm(rnn)),
};

const learningRate = "lr";
const rules: Record<string, UpdateRule> = {
  sgd: sgd({ learningRate: cosine({ from: "lr", to: 0, steps: 10 }) }),
  momentum: chain(weightDecay({ rate: 0.01 }), momentum({ learningRate, momentum: 0.9 })),
  nesterov: nesterov({ learningRate, momentum: 0.9 }),
  rmsProp: rmsProp({ learningRate }),
  adamW: chain(clipByNorm({ norm: 0.5 }), adamW({ learningRate, weightDecay: 0.01 })),
  langevin: langevin({ stepSize: learningRate, temperature: 1e-3 }),
  multiscale: multiscale({ alphas: [0.05, 0.01], gammas: [0.1, 0.01] }),
  bennaFusi: bennaFusi({ base: sgd({ learningRate }) }),
};

/** Trains in both executors from equal numbers; the largest error of any slot, relative to its largest element. */
async function worst(model: Model, optimizer: UpdateRule, workers: number): Promise<number> {
  const training = trainingProgram(model, { optimizer, rows: ROWS, batchSize: 4 });
  const members = 3;
  const open = async (executor: typeof wasm) =>
    executor.compile({ train: training.program }, { members, key: key(1), workers });
  const [fast, exact] = [await open(wasm), await open(reference)];
  for (const session of [fast, exact]) {
    for (const { name, shape, kind, dtype } of session.slots) {
      const draws = stream(key(2), name);
      const values = Float32Array.from({ length: sizeOf(shape) }, () =>
        dtype === "int32" ? draws.integer(3) : draws.normal(),
      );
      if (kind === "data") session.write(name, "all", values);
      else if (kind === "hyper") session.write(name, "all", [name === "dropout" ? 0.25 : 0.02]);
    }
    for (let m = 0; m < members; m++) initialise(session, training, key(3), m);
  }
  for (const { name, kind } of fast.slots) {
    if (kind === "parameter" || kind === "state") exact.write(name, "all", fast.read(name, "all"));
  }
  let largest = 0;
  await fast.step("train", 6, 0);
  await exact.step("train", 6, 0);
  for (const { name, kind } of fast.slots) {
    if (kind === "data") continue;
    const wanted = Float64Array.from(exact.read(name, "all"));
    const scale = wanted.reduce((top, x) => Math.max(top, Math.abs(x)), 1e-6);
    fast.read(name, "all").forEach((x: number, i: number) => {
      largest = Math.max(largest, Math.abs(x - wanted[i]!) / scale);
    });
  }
  await fast.close();
  return largest;
}

describe("every net of this package trains as in float64", () => {
  it.each(Object.keys(models))("%s", async (name) => {
    expect(await worst(models[name]!, rules["momentum"]!, 1)).toBeLessThan(2e-5);
  });
});

describe("every update rule of this package updates as in float64", () => {
  it.each(Object.keys(rules))("%s", async (name) => {
    expect(await worst(models["deep relu"]!, rules[name]!, 2)).toBeLessThan(2e-5);
  });

  it("adam, whose first steps are a ratio of equal numbers", async () => {
    expect(await worst(models["committee"]!, adam({ learningRate }), 1)).toBeLessThan(1e-4);
  });
});
