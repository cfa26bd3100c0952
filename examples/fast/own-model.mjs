// A model written by hand: regression that also predicts its own uncertainty. Sixty-four members train as one program.
import { integer, key, logUniform, searchSpace, stream, vectorisedTrainer } from "polytempo";
import { gaussian } from "polytempo/nets";
import { adam, chain, clipByNorm } from "polytempo/optim";
import { defineModel } from "polytempo/tensor";

const hidden = 24;

/** y = sin 3x + noise that grows with |x|. */
function curve(rows, seed) {
  const draws = stream(key(seed), "curve");
  const x = Float32Array.from({ length: rows }, () => 4 * draws.uniform() - 2);
  const y = x.map((at) => Math.sin(3 * at) + (0.05 + 0.2 * Math.abs(at)) * draws.normal());
  return { x, y };
}

const model = defineModel({
  parameters: {
    w1: { shape: [1, hidden], init: gaussian(2) },
    b1: { shape: [hidden], init: gaussian(2) },
    w2: { shape: [hidden, 2], init: gaussian(0.2) },
    b2: { shape: [2], init: (_, [size]) => new Float32Array(size) },
  },
  data: { x: { shape: [] }, y: { shape: [] } },
  hyperparameters: ["units", "l2"],
  // −log p(y | x) for p = N(mean, exp(log sd)²), up to a constant: one number per example.
  loss(p, { x, y }, { units, l2 }, context) {
    // Members differ in how many hidden units they use: the others are masked.
    const places = context.trace.constant(Array.from({ length: hidden }, (_, i) => i));
    const layer = x.expand(1).matmul(p.w1).add(p.b1).tanh().mul(units.greater(places));
    const out = layer.matmul(p.w2).add(p.b2);
    const [mean, logSd] = [out.at(0, 1), out.at(1, 1)];
    const surprise = y.sub(mean).div(logSd.exp()).square().mul(0.5).add(logSd);
    const fit = context.batchMean(surprise);
    // The penalty is for training alone: what selection compares must not hold a coefficient that evolves.
    return context.training ? fit.add(p.w2.square().sum().mul(l2)) : fit;
  },
});

export default {
  name: "own-model",
  trainer: vectorisedTrainer({
    name: "own-model",
    model,
    data: { train: curve(400, 1), validation: curve(400, 2), test: curve(2000, 3) },
    optimizer: chain(clipByNorm({ norm: "clip" }), adam({ learningRate: "learningRate" })),
    batchSize: 32,
  }),
  space: searchSpace({
    learningRate: logUniform(1e-4, 1e-1),
    clip: logUniform(0.1, 10),
    units: integer(2, hidden),
    l2: logUniform(1e-6, 1e-2),
  }),
  metric: "loss:min",
  members: 64,
  seed: 1,
  slow: { interval: 100 },
  stop: { steps: 2000 },
};
