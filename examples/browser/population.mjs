// A population in plain TypeScript or JavaScript, without the engine: it runs in a page and in Node, with the same
// numbers. None of these parts of the package needs anything but JavaScript and WebAssembly.
import { wasm } from "polytempo/executors";
import { mlp } from "polytempo/nets";
import { adam } from "polytempo/optim";
import { gaussian, initialPopulation, instantaneous, slowStep, truncation } from "polytempo/population";
import { key, stream } from "polytempo/random";
import { logUniform, searchSpace, uniform } from "polytempo/space";
import {
  defineModel,
  evaluationProgram,
  inferenceContext,
  initialiseAll,
  softmaxCrossEntropy,
  trace,
  trainingProgram,
} from "polytempo/tensor";

/** Points of two spirals, with the spiral that each belongs to. */
export function spirals(rows, seed) {
  const draws = stream(key(seed), "spirals");
  const x = new Float32Array(2 * rows);
  const y = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    y[i] = i % 2;
    const turn = Math.sqrt(draws.uniform());
    const angle = 1.5 * 2 * Math.PI * turn + Math.PI * y[i];
    x[2 * i] = turn * Math.cos(angle) + 0.02 * draws.normal();
    x[2 * i + 1] = turn * Math.sin(angle) + 0.02 * draws.normal();
  }
  return { x, y };
}

/** Points of a square on which the best member's answer is drawn: side × side. */
export const side = 64;

const space = searchSpace({ learningRate: logUniform(1e-4, 1e-1), dropout: uniform(0, 0.5) });
const rules = {
  selection: truncation({ fraction: 0.2 }),
  mutation: gaussian({ sigma: 0.1 }),
  fitness: instantaneous(),
  sign: -1,
  control: "none",
};

/**
 * Trains a population and yields what it looks like after each generation.
 * @param {{ members: number, generations: number, interval: number, seed: number, workers?: number }} options
 */
export async function* population({ members, generations, interval, seed, workers }) {
  const root = key(seed);
  const train = spirals(400, 1);
  const validation = spirals(400, 2);
  const net = mlp({ inputs: 2, hidden: [32, 32], outputs: 2, activation: "tanh", dropout: "dropout" });
  const model = defineModel({
    parameters: net.parameters,
    data: { x: { shape: [2] }, y: { shape: [], dtype: "int32" } },
    loss: (p, { x, y }, _, context) => softmaxCrossEntropy(net.apply(p, x, context), y),
    metrics: (p, { x, y }, _, context) => ({ accuracy: net.apply(p, x, context).argmax().equal(y) }),
  });
  const training = trainingProgram(model, {
    rows: 400,
    batchSize: 32,
    optimizer: adam({ learningRate: "learningRate" }),
  });
  const evaluation = evaluationProgram(model, { rows: 400 });
  // What each member answers at the points of a square.
  const picture = trace((t) => {
    const p = Object.fromEntries(
      Object.entries(net.parameters).map(([name, { shape }]) => [name, t.parameter(name, shape)]),
    );
    const places = t.constant(
      Array.from({ length: side * side }, (_, i) => [i % side, Math.floor(i / side)])
        .flat()
        .map((place) => (2.4 * (place + 0.5)) / side - 1.2),
      [side * side, 2],
    );
    const out = net.apply(p, places, inferenceContext(t));
    t.output("picture", out.at(1, 1).sub(out.at(0, 1)).sigmoid());
  });

  const session = await wasm.compile(
    { train: training.program, evaluate: evaluation.program, picture },
    { members, key: root, ...(workers === undefined ? {} : { workers }) },
  );
  try {
    initialiseAll(session, training, root);
    session.write("train.x", "all", train.x);
    session.write("train.y", "all", train.y);
    session.write("validation.x", "all", validation.x);
    session.write("validation.y", "all", validation.y);
    let now = initialPopulation(space, members, root, rules);
    for (let generation = 0; generation < generations; generation++) {
      for (const name of space.names) {
        session.write(
          name,
          "all",
          now.members.map(({ hyperparameters }) => hyperparameters[name]),
        );
      }
      await session.step("train", interval, generation * interval);
      await session.step("evaluate", evaluation.steps, 0);
      const { loss, accuracy } = session.metrics("evaluate");
      const step = (generation + 1) * interval;
      const evaluations = now.members.map(({ id }) => ({
        member: id,
        step,
        value: Number.isFinite(loss.mean[id]) ? loss.mean[id] : null,
        reports: [],
        status: Number.isFinite(loss.mean[id]) ? "ok" : "failed",
        checkpoint: { member: id, generation, step },
      }));
      const best = evaluations.reduce((a, b) =>
        (b.value ?? Infinity) < (a.value ?? Infinity) ? b : a,
      ).member;
      await session.step("picture", 1, 0);
      yield {
        generation: generation + 1,
        step,
        best,
        losses: [...loss.mean],
        accuracy: accuracy.mean[best],
        hyperparameters: now.members.map(({ hyperparameters }) => hyperparameters),
        picture: session.read("picture", best),
      };
      const result = slowStep(now, evaluations, root, rules, { space });
      // Truncation replaces nobody who is copied: rows can be copied in any order.
      for (const { member, donor } of result.decisions) {
        if (donor !== null) session.copyMember(donor, member);
      }
      now = result.population;
    }
  } finally {
    await session.close();
  }
}
