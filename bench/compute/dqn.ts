import { wasm } from "../../src/executors/index.ts";
import { adam } from "../../src/optim/index.ts";
import { key, stream } from "../../src/random/index.ts";
import {
  defineModel,
  type Initialiser,
  initialise,
  type Session,
  sizeOf,
  type Tensor,
  type Tensors,
  Trace,
  grad,
} from "../../src/tensor/index.ts";
import type { Threads } from "./threads.ts";

/** W4: a population of Q-learners; one gradient step per environment step, each with its own batch size. */
export interface Dqn {
  readonly name: string;
  readonly agents: number;
  readonly hidden: number;
  readonly batch: number;
  readonly capacity: number;
}

export const w4: Dqn = { name: "W4", agents: 500, hidden: 64, batch: 128, capacity: 2000 };
const OBSERVATION = 4;
const ACTIONS = 2;

const scaled: Initialiser = (draws, shape) =>
  Float32Array.from({ length: sizeOf(shape) }, () =>
    shape.length === 1 ? 0 : draws.normal() / Math.sqrt(shape[0]!),
  );

function shapesOf({ hidden }: Dqn): Record<string, readonly number[]> {
  return {
    w1: [OBSERVATION, hidden],
    b1: [hidden],
    w2: [hidden, hidden],
    b2: [hidden],
    w3: [hidden, ACTIONS],
    b3: [ACTIONS],
  };
}

const net = (p: Tensors, x: Tensor): Tensor =>
  x
    .matmul(p["w1"]!)
    .add(p["b1"]!)
    .relu()
    .matmul(p["w2"]!)
    .add(p["b2"]!)
    .relu()
    .matmul(p["w3"]!)
    .add(p["b3"]!);

/** The gradient step, and a program that copies the parameters to the target network. */
export async function dqnSession(
  load: Dqn,
  threads: Threads,
): Promise<{ session: Session; call: () => Promise<void> }> {
  const { batch, capacity, agents } = load;
  const shapes = shapesOf(load);
  const names = Object.keys(shapes);
  const t = new Trace();
  const read = (declare: (name: string, shape: readonly number[]) => Tensor, prefix = ""): Tensors =>
    Object.fromEntries(names.map((name) => [name, declare(prefix + name, shapes[name]!)]));
  const parameters = read((name, shape) => t.parameter(name, shape));
  const target = read((name, shape) => t.state(name, shape), "target/");
  const rows = t.randomIndex("replay", batch, capacity, t.hyper("filled"));
  const column = (name: string, shape: readonly number[]): Tensor =>
    t.memory(`replay.${name}`, [capacity, ...shape]).gather(rows);
  const action = t.memory("replay.action", [capacity], "int32");
  t.graph.bound("replay.action", ACTIONS);
  const best = net(target, column("next", [OBSERVATION]))
    .max(1)
    .stopGradient();
  const wanted = column("reward", []).add(best.mul(column("alive", [])).mul(t.hyper("gamma")));
  const q = net(parameters, column("state", [OBSERVATION])).pick(action.gather(rows));
  const loss = q
    .sub(wanted)
    .square()
    .mul(t.batchWeights(t.hyper("batchSize"), batch))
    .sum();
  t.metric("loss", loss);
  const adjoints = grad(
    loss,
    names.map((name) => parameters[name]!),
  );
  const rule = adam({ learningRate: "learningRate" });
  const specs = rule.init(shapes);
  const context = {
    trace: t,
    parameters,
    step: t.step,
    coefficient: (value: unknown): Tensor =>
      typeof value === "number" ? t.constant(value) : t.hyper(value as string),
  };
  const state = Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, t.state(`adam/${name}`, shape)]),
  );
  const gradients = Object.fromEntries(names.map((name, i) => [name, adjoints[i]!]));
  const result = rule.update(gradients, state, context);
  for (const name of names) t.update(name, parameters[name]!.add(result.updates[name]!));
  for (const [name, value] of Object.entries(result.state)) t.update(`adam/${name}`, value);

  const session = await wasm.compile({ train: t.program() }, { members: agents, key: key(1), ...threads });
  const model = defineModel({
    parameters: Object.fromEntries(names.map((name) => [name, { shape: shapes[name]!, init: scaled }])),
    loss: () => t.constant(0),
  });
  const draws = stream(key(2), "replay");
  for (let m = 0; m < agents; m++) {
    initialise(session, { program: t.program(), initial: {}, model }, key(3), m);
    for (const name of names) session.write(`target/${name}`, m, session.read(name, m));
  }
  const floats = (size: number) => Float32Array.from({ length: size }, () => draws.uniform());
  session.write("replay.state", "all", floats(capacity * OBSERVATION));
  session.write("replay.next", "all", floats(capacity * OBSERVATION));
  session.write("replay.reward", "all", floats(capacity));
  session.write("replay.alive", "all", floats(capacity));
  session.write(
    "replay.action",
    "all",
    Int32Array.from({ length: capacity }, () => draws.integer(ACTIONS)),
  );
  session.write("filled", "all", [capacity]);
  session.write("gamma", "all", [0.99]);
  session.write("learningRate", "all", [1e-3]);
  session.write(
    "batchSize",
    "all",
    Array.from({ length: agents }, () => 32 + draws.integer(97)),
  );

  let step = 0;
  const transition = new Float32Array(OBSERVATION);
  return {
    session,
    // What a trainer does between gradient steps: one transition of each agent goes into its replay memory.
    call: async () => {
      const place = step % capacity;
      for (let m = 0; m < agents; m++) {
        transition.fill(Math.sin(step + m));
        session.patch("replay.state", m, place * OBSERVATION, transition);
        session.patch("replay.next", m, place * OBSERVATION, transition);
        session.patch("replay.reward", m, place, [1]);
        session.patch("replay.alive", m, place, [1]);
        session.patch("replay.action", m, place, [step % ACTIONS]);
      }
      await session.step("train", 1, step);
      step++;
    },
  };
}
