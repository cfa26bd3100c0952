// npm start: thirty-two classifiers of handwritten digits train at once, as one program; what evolves is how they train.
// The best one reads 96.0 % of 1500 digits that neither training nor selection has seen.
import { logUniform, ordinal, searchSpace, uniform, vectorisedTrainer } from "polytempo";
import { mlp } from "polytempo/nets";
import { adamW } from "polytempo/optim";
import { defineModel, softmaxCrossEntropy } from "polytempo/tensor";
import { loadDigits, pixels } from "./data.mjs";

// A perceptron with one hidden layer. `dropout` is the name of a hyperparameter: each member has its own.
const net = mlp({ inputs: pixels, hidden: [64], outputs: 10, activation: "relu", dropout: "dropout" });

// The loss of one member on its batch `images: [batch, 784]`, `labels: [batch]`: one number per example.
const model = defineModel({
  parameters: net.parameters,
  data: { images: { shape: [pixels] }, labels: { shape: [], dtype: "int32" } },
  loss: (p, { images, labels }, _, context) => softmaxCrossEntropy(net.apply(p, images, context), labels),
  metrics: (p, { images, labels }, _, context) => ({
    accuracy: net.apply(p, images, context).argmax().equal(labels),
  }),
});

export default {
  name: "digits",
  trainer: vectorisedTrainer({
    name: "digits",
    model,
    // Selection looks at the validation digits; the test digits are looked at once, at the end, for the best member.
    data: loadDigits(),
    // A coefficient given by name is a hyperparameter: Adam's β₁ is the momentum.
    optimizer: adamW({ learningRate: "learningRate", beta1: "momentum", weightDecay: "weightDecay" }),
    batchSize: { max: 32, hyperparameter: "batchSize" },
  }),
  space: searchSpace({
    learningRate: logUniform(1e-4, 1e-1),
    momentum: uniform(0.5, 0.98),
    dropout: uniform(0, 0.7),
    weightDecay: logUniform(1e-4, 1),
    batchSize: ordinal([8, 16, 32]),
  }),
  metric: "loss:min",
  members: 32,
  seed: 7,
  slow: { interval: 100 },
  stop: { steps: 2000 },
};
