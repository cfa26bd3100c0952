// polytempo run examples/typescript/digits.mjs: sixteen digit classifiers, trained by a few lines of JavaScript, whose learning rate, momentum, weight decay and batch size evolve as they train.
import { logUniform, ordinal, searchSpace, uniform, workerTrainer } from "polytempo";

export default {
  name: "digits",
  // One worker thread per slot.
  trainer: workerTrainer(new URL("./trainer.mjs", import.meta.url)),
  space: searchSpace({
    learningRate: logUniform(1e-4, 1),
    momentum: uniform(0, 0.99),
    weightDecay: logUniform(1e-6, 1e-2),
    batchSize: ordinal([8, 16, 32]),
  }),
  metric: "loss:min",
  members: 16,
  seed: 7,
  slow: { interval: 200 },
  stop: { steps: 4000 },
};
