import { describe, expect, it } from "vitest";
import { adam } from "../optim/index.ts";
import { key, stream } from "../random/index.ts";
import {
  defineModel,
  inferenceContext,
  initialise,
  reference,
  trace,
  trainingProgram,
  where,
} from "../tensor/index.ts";
import { mlp } from "./index.ts";

const capacity = 12;
const discount = 0.99;
const q = mlp({ inputs: 4, hidden: [8, 8], outputs: 2, activation: "relu", name: "q" });
const names = Object.keys(q.parameters);

/** One gradient step on each member's own replay and batch size, against its own target network. */
const model = defineModel({
  parameters: q.parameters,
  loss: (p, _, __, context) => {
    const t = context.trace;
    const target = Object.fromEntries(
      names.map((name) => [name, t.memory(`target/${name}`, q.parameters[name]!.shape)]),
    );
    const rows = t.randomIndex("replay", 6, capacity, t.hyper("filled"));
    const replay = (name: string, shape: readonly number[]): typeof rows =>
      t.memory(`replay/${name}`, [capacity, ...shape]).gather(rows);
    const action = t.memory("replay/action", [capacity], "int32").gather(rows);
    const next = q.apply(target, replay("next", [4]), context).max(-1);
    const goal = replay("reward", []).add(next.mul(replay("alive", [])).mul(discount));
    const error = q
      .apply(p, replay("state", [4]), context)
      .pick(action)
      .sub(goal.stopGradient());
    return error
      .square()
      .mul(t.batchWeights(t.hyper("batch"), 6))
      .sum();
  },
});

const training = trainingProgram(model, { optimizer: adam({ learningRate: "lr" }) });
/** Greedy actions of each member for its own environment's state. */
const act = trace((t) => {
  const p = Object.fromEntries(names.map((name) => [name, t.parameter(name, q.parameters[name]!.shape)]));
  t.output("action", q.apply(p, t.memory("observation", [1, 4]), inferenceContext(t)).argmax());
});
/** Copies each member's network to its target where the host says so. */
const copyTarget = trace((t) => {
  for (const name of names) {
    const { shape } = q.parameters[name]!;
    const own = t.parameter(name, shape);
    const old = t.memory(`target/${name}`, shape);
    t.update(`target/${name}`, where(t.hyper("copy"), own, old));
  }
});

describe("deep Q-learning of a population", () => {
  it("fits the values of a two-armed world from each member's own replay", async () => {
    const members = 3;
    const session = await reference.compile(
      { train: training.program, act, copyTarget },
      { members, key: key(3) },
    );
    const draws = stream(key(8), "replay");
    const states = Array.from({ length: capacity * 4 }, () => draws.normal());
    const actions = Array.from({ length: capacity }, (_, i) => i % 2);
    for (let member = 0; member < members; member++) {
      initialise(session, training, key(3), member);
      session.write("replay/state", member, states);
      session.write("replay/action", member, actions);
      // Members disagree on which arm pays.
      session.write(
        "replay/reward",
        member,
        actions.map((a) => (a === member % 2 ? 1 : -1)),
      );
    }
    session.write("filled", "all", [capacity, 8, capacity]);
    session.write("batch", "all", [6, 3, 4]);
    session.write("lr", "all", [0.02]);
    session.write("copy", "all", [1, 0, 1]);
    await session.step("copyTarget", 1, 0);
    expect(session.read("target/q.0.weight", 0)).toEqual(session.read("q.0.weight", 0));
    expect([...session.read("target/q.0.weight", 1)].every((value) => value === 0)).toBe(true);
    await session.step("train", 400, 0);
    for (let member = 0; member < members; member++) {
      session.write("observation", member, states.slice(0, 4));
    }
    await session.step("act", 1, 0);
    expect([...session.read("action", "all")]).toEqual([0, 1, 0]);
    for (const value of session.metrics("train")["loss"]!.last) expect(value).toBeLessThan(0.05);
  });
});
