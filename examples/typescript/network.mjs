// A perceptron with one hidden layer, softmax cross-entropy, stochastic gradient descent with momentum and weight decay.
import { key, stream } from "polytempo";

/**
 * Layer sizes. Parameters lie in one array: W1 [inputs, hidden], b1 [hidden], W2 [hidden, classes], b2 [classes].
 */
export function createNetwork({ inputs, hidden, classes }) {
  const b1 = inputs * hidden;
  const w2 = b1 + hidden;
  const b2 = w2 + hidden * classes;
  const size = b2 + classes;
  const activity = new Float32Array(hidden);
  const output = new Float32Array(classes);
  const back = new Float32Array(hidden);

  /** He initialisation: normal with variance 2 / fan-in. */
  function initial(seed) {
    const draws = stream(key(seed), "weights");
    const weights = new Float32Array(size);
    for (let i = 0; i < b1; i++) weights[i] = Math.sqrt(2 / inputs) * draws.normal();
    for (let i = w2; i < b2; i++) weights[i] = Math.sqrt(2 / hidden) * draws.normal();
    return { weights, velocity: new Float32Array(size) };
  }

  /** Fills `output` with class probabilities of one image. Most pixels are blank: rows of W1 that meet 0 are skipped. */
  function forward(weights, images, image) {
    activity.set(weights.subarray(b1, b1 + hidden));
    for (let i = 0; i < inputs; i++) {
      const x = images[image * inputs + i];
      if (x === 0) continue;
      const row = i * hidden;
      for (let j = 0; j < hidden; j++) activity[j] += x * weights[row + j];
    }
    output.set(weights.subarray(b2, size));
    for (let j = 0; j < hidden; j++) {
      if (activity[j] <= 0) {
        activity[j] = 0;
        continue;
      }
      const row = w2 + j * classes;
      for (let c = 0; c < classes; c++) output[c] += activity[j] * weights[row + c];
    }
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) largest = Math.max(largest, output[c]);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      output[c] = Math.exp(output[c] - largest);
      total += output[c];
    }
    for (let c = 0; c < classes; c++) output[c] /= total;
  }

  /** Adds the gradient of −log p(label) of one image. */
  function accumulate(gradient, weights, images, image, label) {
    forward(weights, images, image);
    output[label] -= 1;
    for (let c = 0; c < classes; c++) gradient[b2 + c] += output[c];
    for (let j = 0; j < hidden; j++) {
      back[j] = 0;
      if (activity[j] === 0) continue;
      const row = w2 + j * classes;
      let sum = 0;
      for (let c = 0; c < classes; c++) {
        gradient[row + c] += activity[j] * output[c];
        sum += weights[row + c] * output[c];
      }
      back[j] = sum;
      gradient[b1 + j] += sum;
    }
    for (let i = 0; i < inputs; i++) {
      const x = images[image * inputs + i];
      if (x === 0) continue;
      const row = i * hidden;
      for (let j = 0; j < hidden; j++) gradient[row + j] += x * back[j];
    }
  }

  /** v ← μv − η(∇L + λw), w ← w + v, over one minibatch drawn with replacement. */
  function step(state, gradient, { images, labels, count }, h, draws) {
    const { weights, velocity } = state;
    gradient.fill(0);
    for (let b = 0; b < h.batchSize; b++) {
      const image = draws.integer(count);
      accumulate(gradient, weights, images, image, labels[image]);
    }
    const scale = h.learningRate / h.batchSize;
    const decay = h.learningRate * h.weightDecay;
    for (let i = 0; i < size; i++) {
      velocity[i] = h.momentum * velocity[i] - scale * gradient[i] - decay * weights[i];
      weights[i] += velocity[i];
    }
  }

  /** Mean loss and share of right answers. */
  function evaluate({ weights }, { images, labels, count }) {
    let loss = 0;
    let right = 0;
    for (let image = 0; image < count; image++) {
      forward(weights, images, image);
      const label = labels[image];
      loss -= Math.log(Math.max(output[label], 1e-12));
      let guess = 0;
      for (let c = 1; c < classes; c++) if (output[c] > output[guess]) guess = c;
      if (guess === label) right += 1;
    }
    return { loss: loss / count, accuracy: right / count };
  }

  return { size, initial, step, evaluate };
}
