/**
 * TensorFlow.js as a peer of the compute benchmark: node tfjs.mjs FOLDER, where FOLDER holds its node_modules.
 *
 * Speaks as peer.py does: the first line says versions, or why the peer is absent; then one answer a request. The
 * gradients are written by hand, as for NumPy and PyTorch. The population is either an axis of batched matrices, or a
 * loop over members with products of two matrices: its wasm backend has fast products only for single matrices that are
 * not transposed. Both are tried, and the faster one counts. All runs in one process; threads are off in Node by the
 * library's own choice (tensorflow/tfjs issue 3830), so this is one thread of SIMD.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const say = (message) => console.log(JSON.stringify(message));
const folder = resolve(process.argv[2] ?? ".");

/** The library with the fastest backend that works here, or why there is none. */
async function library() {
  if (!existsSync(join(folder, "node_modules", "@tensorflow", "tfjs-core"))) {
    return `not installed in ${folder}: npm install --prefix ${folder}, or say where with --tfjs=FOLDER`;
  }
  const require = createRequire(join(folder, "package.json"));
  const tf = require("@tensorflow/tfjs-core");
  const problems = [];
  for (const backend of ["wasm", "cpu"]) {
    try {
      require(`@tensorflow/tfjs-backend-${backend}`);
      if (await tf.setBackend(backend)) return tf;
      problems.push(`${backend} does not start`);
    } catch (error) {
      problems.push(`${backend}: ${error.message.split("\n")[0]}`);
    }
  }
  return problems.join("; ");
}

const tf = await library();
if (typeof tf === "string") {
  say({ absent: tf });
  process.exit(0);
}
tf.enableProdMode();
const versions = { "tfjs-core": tf.version_core, backend: tf.getBackend(), node: process.version };

const spread = (from, to, count) =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));

/** Normal numbers in pairs. Its own randomNormal takes twice as long. */
function normals(into) {
  for (let i = 0; i < into.length; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    const angle = 2 * Math.PI * Math.random();
    into[i] = radius * Math.cos(angle);
    into[i + 1] = radius * Math.sin(angle);
  }
  return into;
}

/** A step that gives the variables their next values, and frees everything else. */
function stepOf(variables, next) {
  return () => {
    const values = tf.tidy(() => next());
    for (const [i, variable] of variables.entries()) {
      variable.assign(values[i]);
      values[i].dispose();
    }
  };
}

const { add, div, gather, matMul, mul, reshape, square, sub, sum, tanh, transpose } = tf;

function dataOf(rows, inputs, outputs) {
  const labels = tf.tensor1d(drawn(new Int32Array(rows), outputs), "int32");
  return { x: tf.randomUniform([rows, inputs]), y: tf.oneHot(labels, outputs, 1, 0, "float32") };
}

/** Weights at random, biases zero; a matrix's inputs are its last axis but one. */
const weightsOf = (...shapes) =>
  shapes.map((shape, i) => {
    const scale = i % 2 === 0 ? shape.at(-2) ** -0.5 : 0;
    return tf.variable(mul(tf.randomNormal(shape), scale));
  });

const hyperparameters = (members) => ({
  rate: spread(0.02, 0.055, members),
  beta: spread(0.5, 0.85, members),
  decay: spread(1e-5, 4e-5, members),
});

/** Whole numbers below `below`, drawn anew. */
function drawn(into, below) {
  for (let i = 0; i < into.length; i++) into[i] = Math.floor(Math.random() * below);
  return into;
}

/** The population as an axis: every array has a member in front. */
function batched({ members: p, inputs: d, hidden: h, outputs: c, batch: b, rows: n }) {
  const { x, y } = dataOf(n, d, c);
  const weights = weightsOf([p, d, h], [p, 1, h], [p, h, c], [p, 1, c]);
  const velocities = weights.map((weight) => tf.variable(tf.zerosLike(weight)));
  const own = (name) => tf.tensor3d(hyperparameters(p)[name], [p, 1, 1]);
  const [rate, beta, decay] = [own("rate"), own("beta"), own("decay")];
  const rows = new Int32Array(p * b);
  return stepOf([...weights, ...velocities], () => {
    const index = tf.tensor1d(drawn(rows, n), "int32");
    const xb = reshape(gather(x, index), [p, b, d]);
    const yb = reshape(gather(y, index), [p, b, c]);
    const [w1, b1, w2, b2] = weights;
    const hidden = tanh(add(matMul(xb, w1), b1));
    const error = div(sub(tf.softmax(add(matMul(hidden, w2), b2)), yb), b);
    const back = mul(matMul(error, w2, false, true), sub(1, square(hidden)));
    const gradients = [
      matMul(xb, back, true),
      sum(back, 1, true),
      matMul(hidden, error, true),
      sum(error, 1, true),
    ];
    const moved = velocities.map((v, i) => add(add(mul(v, beta), gradients[i]), mul(weights[i], decay)));
    return [...weights.map((w, i) => sub(w, mul(moved[i], rate))), ...moved];
  });
}

/** One member after the other, with products of two plain matrices. */
function looped({ members: p, inputs: d, hidden: h, outputs: c, batch: b, rows: n }) {
  const { x, y } = dataOf(n, d, c);
  const { rate, beta, decay } = hyperparameters(p);
  const rows = new Int32Array(b);
  const steps = Array.from({ length: p }, (_, member) => {
    const weights = weightsOf([d, h], [1, h], [h, c], [1, c]);
    const velocities = weights.map((weight) => tf.variable(tf.zerosLike(weight)));
    const own = (values) => tf.scalar(values[member]);
    const [ownRate, ownBeta, ownDecay] = [own(rate), own(beta), own(decay)];
    return stepOf([...weights, ...velocities], () => {
      const index = tf.tensor1d(drawn(rows, n), "int32");
      const xb = gather(x, index);
      const [w1, b1, w2, b2] = weights;
      const hidden = tanh(add(matMul(xb, w1), b1));
      const error = div(sub(tf.softmax(add(matMul(hidden, w2), b2)), gather(y, index)), b);
      const back = mul(matMul(error, transpose(w2)), sub(1, square(hidden)));
      const gradients = [
        matMul(transpose(xb), back),
        sum(back, 0, true),
        matMul(transpose(hidden), error),
        sum(error, 0, true),
      ];
      const moved = velocities.map((v, i) =>
        add(add(mul(v, ownBeta), gradients[i]), mul(weights[i], ownDecay)),
      );
      return [...weights.map((w, i) => sub(w, mul(moved[i], ownRate))), ...moved];
    });
  });
  return () => {
    for (const step of steps) step();
  };
}

/** The faster of the two layouts on this workload. */
function mlp(request) {
  const layouts = Object.entries({ batched, looped }).map(([layout, make]) => {
    const step = make(request);
    step();
    const before = process.cpuUsage();
    for (let i = 0; i < 3; i++) step();
    return { layout, step, took: process.cpuUsage(before).user };
  });
  const { layout, step } = layouts.toSorted((one, other) => one.took - other.took)[0];
  versions[request.workload] = layout;
  return { step, units: request.members };
}

function agents({ agents: n }) {
  const index = Float32Array.from({ length: n }, (_, i) => i);
  const theta = tf.variable(tf.zeros([2, n]));
  const h = tf.tensor1d(index.map((i) => 0.5 * Math.sin(i)));
  const amplitude = tf.tensor1d(index.map((i) => Math.sqrt(2 * 0.01 * (0.1 + 0.05 * Math.cos(i)))));
  const noise = new Float32Array(2 * n);
  const step = stepOf([theta], () => {
    const force = add(mul(mul(sub(square(theta), 1), theta), 4), mul(tf.reverse(theta, 0), h));
    const kick = mul(tf.tensor2d(normals(noise), [2, n]), amplitude);
    return [add(sub(theta, mul(force, 0.01)), kick)];
  });
  return { step, units: n };
}

say({ versions });
const prepared = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (!prepared.has(request.workload)) {
    prepared.set(request.workload, "agents" in request ? agents(request) : mlp(request));
    for (let warm = 0; warm < 2; warm++) prepared.get(request.workload).step();
  }
  const { step, units } = prepared.get(request.workload);
  const start = performance.now();
  const before = process.cpuUsage();
  let calls = 0;
  while (calls === 0 || performance.now() - start < request.seconds * 1000) {
    step();
    calls++;
  }
  const { user, system } = process.cpuUsage(before);
  say({
    perSecond: (units * calls) / ((performance.now() - start) / 1000),
    perCpuSecond: (units * calls) / ((user + system) / 1e6),
    versions,
  });
}
