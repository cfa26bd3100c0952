// One member of the population: a small network that reads handwritten digits.
import { defineTrainer, stream } from "polytempo";
import { loadDigits, pixels } from "./data.mjs";
import { createNetwork } from "./network.mjs";

const { train, validation, test } = loadDigits();
const network = createNetwork({ inputs: pixels, hidden: 64, classes: 10 });
const gradient = new Float32Array(network.size);

export default defineTrainer({
  name: "digits",
  init: (_h, { seed }) => network.initial(seed),
  train(state, h, steps, { key }) {
    const draws = stream(key, "minibatch");
    for (let step = 0; step < steps; step++) network.step(state, gradient, train, h, draws);
  },
  // Selection looks at the loss on the validation digits …
  evaluate: (state) => network.evaluate(state, validation),
  // … and the test digits are looked at once, at the end, for the best member.
  test: (state) => network.evaluate(state, test),
});
