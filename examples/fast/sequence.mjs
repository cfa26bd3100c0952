// A recurrent network on a memory task: one of four symbols is shown first, noise follows for thirty steps, then the
// network has to say which symbol it was. Forty-eight members train as one program.
import { key, logUniform, searchSpace, stream, uniform, vectorisedTrainer } from "polytempo";
import { dense, leaky, unroll } from "polytempo/nets";
import { adam, chain, clipByNorm } from "polytempo/optim";
import { defineModel, softmaxCrossEntropy } from "polytempo/tensor";

const time = 31;
const symbols = 4;

function sequences(rows, seed) {
  const draws = stream(key(seed), "sequences");
  const x = new Float32Array(rows * time * symbols);
  const y = Int32Array.from({ length: rows }, () => draws.integer(symbols));
  for (let row = 0; row < rows; row++) {
    const at = row * time * symbols;
    x[at + y[row]] = 1;
    for (let i = symbols; i < time * symbols; i++) x[at + i] = 0.5 * draws.normal();
  }
  return { x, y };
}

// Leaky units, each with a time constant that is learned.
const cell = leaky({ inputs: symbols, units: 16, tau: 2, maxLogTau: Math.log(100) });
const readout = dense({ inputs: 16, outputs: symbols, name: "readout" });

const model = defineModel({
  parameters: { ...cell.parameters, ...readout.parameters },
  data: { x: { shape: [time, symbols] }, y: { shape: [], dtype: "int32" } },
  hyperparameters: ["noise"],
  loss(p, { x, y }, { noise }, context) {
    const heard = context.training ? x.add(context.normal(x.shape).mul(noise)) : x;
    const { last } = unroll(cell, p, heard, context);
    return softmaxCrossEntropy(readout.apply(p, last.h, context), y);
  },
  metrics: (p, { x, y }, _, context) => ({
    accuracy: readout
      .apply(p, unroll(cell, p, x, context).last.h, context)
      .argmax()
      .equal(y),
  }),
});

export default {
  name: "sequence",
  trainer: vectorisedTrainer({
    name: "sequence",
    model,
    data: { train: sequences(1000, 1), validation: sequences(500, 2), test: sequences(1000, 3) },
    optimizer: chain(clipByNorm({ norm: "clip" }), adam({ learningRate: "learningRate" })),
    batchSize: 32,
  }),
  space: searchSpace({
    learningRate: logUniform(1e-4, 1e-1),
    clip: logUniform(0.1, 10),
    noise: uniform(0, 0.5),
  }),
  metric: "loss:min",
  members: 48,
  seed: 1,
  slow: { interval: 25 },
  stop: { steps: 500 },
};
