import { expect, it } from "vitest";
import { momentum } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  type Executor,
  type Initialiser,
  initialise,
  reference,
  sizeOf,
  softmaxCrossEntropy,
  trainingProgram,
} from "../tensor/index.ts";
import { wasm } from "./index.ts";

const MEMBERS = 8;
const ROWS = 600;

const scaled: Initialiser = (draws, shape) =>
  Float32Array.from({ length: sizeOf(shape) }, () => draws.normal() / Math.sqrt(shape[0]!));

/** Mean losses of 1000 steps of the net of W1 on a noisy rule, in windows of 100 steps: [window][member]. */
async function losses(executor: Executor): Promise<Float64Array[]> {
  const training = trainingProgram(
    defineModel({
      parameters: {
        w1: { shape: [64, 64], init: scaled },
        b1: { shape: [64], init: scaled },
        w2: { shape: [64, 10], init: scaled },
        b2: { shape: [10], init: scaled },
      },
      data: { x: { shape: [64] }, y: { shape: [], dtype: "int32" } },
      loss: (p, { x, y }) => softmaxCrossEntropy(x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2), y),
    }),
    { optimizer: momentum({ learningRate: 0.02, momentum: 0.9 }), rows: ROWS, batchSize: 64 },
  );
  const session = await executor.compile({ train: training.program }, { members: MEMBERS, key: key(1) });
  const draws = stream(key(2), "data");
  const x = Float32Array.from({ length: ROWS * 64 }, () => draws.normal());
  const y = Int32Array.from({ length: ROWS }, (_, row) => {
    const sum = x[row * 64]! + x[row * 64 + 1]! + 0.5 * draws.normal();
    return Math.min(9, Math.max(0, Math.floor(sum + 5)));
  });
  session.write("train.x", "all", x);
  session.write("train.y", "all", y);
  for (let m = 0; m < MEMBERS; m++) initialise(session, training, key(3), m);
  const windows: Float64Array[] = [];
  for (let from = 0; from < 1000; from += 100) {
    await session.step("train", 100, from);
    windows.push(session.metrics("train")["loss"]!.mean);
  }
  await session.close();
  return windows;
}

it("has the losses of float64 over 1000 steps, within a tenth of the spread between members", async () => {
  const fast = await losses(wasm);
  const exact = await losses(reference);
  exact.forEach((window, i) => {
    const mean = window.reduce((sum, loss) => sum + loss / MEMBERS, 0);
    const spread = Math.sqrt(window.reduce((sum, loss) => sum + (loss - mean) ** 2 / (MEMBERS - 1), 0));
    const fastMean = fast[i]!.reduce((sum, loss) => sum + loss / MEMBERS, 0);
    expect(Math.abs(fastMean - mean), `steps ${i * 100} to ${i * 100 + 99}`).toBeLessThan(0.1 * spread);
  });
  expect(exact.at(-1)![0]!).toBeLessThan(0.7 * exact[0]![0]!);
});
