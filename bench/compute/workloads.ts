import { chain, momentum, weightDecay } from "../../src/optim/index.ts";
import { type Key, key, stream } from "../../src/random/index.ts";
import {
  defineModel,
  type Initialiser,
  initialise,
  type Session,
  sizeOf,
  softmaxCrossEntropy,
  type TrainingProgram,
  trainingProgram,
} from "../../src/tensor/index.ts";

/** A population of multilayer perceptrons of one hidden layer, each member with its own minibatch and optimizer. */
export interface Mlp {
  readonly name: string;
  readonly members: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly outputs: number;
  readonly batch: number;
  readonly rows: number;
}

export const w1: Mlp = {
  name: "W1",
  members: 32,
  inputs: 64,
  hidden: 64,
  outputs: 10,
  batch: 64,
  rows: 1797,
};
export const w2: Mlp = {
  name: "W2",
  members: 16,
  inputs: 784,
  hidden: 128,
  outputs: 10,
  batch: 128,
  rows: 6000,
};

/** Floating-point operations of one member's step in matrix products: forward, weight gradients, hidden gradient. */
export const flops = ({ inputs, hidden, outputs, batch }: Mlp): number =>
  2 * batch * (2 * inputs * hidden + 3 * hidden * outputs);

const scaled: Initialiser = (draws, shape) =>
  Float32Array.from({ length: sizeOf(shape) }, () =>
    shape.length === 1 ? 0 : draws.normal() / Math.sqrt(shape[0]!),
  );

export function mlpProgram({ inputs, hidden, outputs, batch, rows }: Mlp): TrainingProgram {
  const model = defineModel({
    parameters: {
      w1: { shape: [inputs, hidden], init: scaled },
      b1: { shape: [hidden], init: scaled },
      w2: { shape: [hidden, outputs], init: scaled },
      b2: { shape: [outputs], init: scaled },
    },
    data: { x: { shape: [inputs] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }) => softmaxCrossEntropy(x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2), y),
  });
  return trainingProgram(model, {
    optimizer: chain(
      weightDecay({ rate: "weightDecay", applies: () => true }),
      momentum({ learningRate: "learningRate", momentum: "momentum" }),
    ),
    rows,
    batchSize: batch,
  });
}

/** Data, parameters and hyperparameters of a session of `mlpProgram`. */
export function fillMlp(session: Session, load: Mlp, program: TrainingProgram, root: Key = key(5)): void {
  const draws = stream(root, "data");
  const { rows, inputs, outputs, members } = load;
  session.write(
    "train.x",
    "all",
    Float32Array.from({ length: rows * inputs }, () => draws.uniform()),
  );
  session.write(
    "train.y",
    "all",
    Int32Array.from({ length: rows }, () => draws.integer(outputs)),
  );
  for (let m = 0; m < members; m++) initialise(session, program, root, m);
  const own = (f: (m: number) => number): number[] => Array.from({ length: members }, (_, m) => f(m));
  session.write(
    "learningRate",
    "all",
    own((m) => 0.02 + 0.005 * (m % 8)),
  );
  session.write(
    "momentum",
    "all",
    own((m) => 0.5 + 0.05 * (m % 8)),
  );
  session.write(
    "weightDecay",
    "all",
    own((m) => 1e-5 * (1 + (m % 4))),
  );
}
