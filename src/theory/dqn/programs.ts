import { mlp } from "../../nets/index.ts";
import { adam } from "../../optim/index.ts";
import {
  defineModel,
  inferenceContext,
  type Program,
  type Tensor,
  trace,
  type TrainingProgram,
  trainingProgram,
  type UpdateRule,
  where,
} from "../../tensor/index.ts";
import { observationSize } from "./cartpole.ts";

/** Largest batch that a member can have. */
export const mostBatch = 128;

/** Columns of a transition: state, next state, reward, and 1 where the episode went on. */
export const transitionSize = 2 * observationSize + 2;

export interface DqnPrograms {
  readonly programs: Readonly<Record<"train" | "act" | "renew", Program>>;
  readonly training: TrainingProgram;
}

/**
 * An update rule that does nothing to members for which a hyperparameter is 0: neither parameters nor state move.
 */
function gated(rule: UpdateRule, name: string): UpdateRule {
  return {
    name: `gated(${rule.name})`,
    init: (shapes) => rule.init(shapes),
    update(gradients, state, context) {
      const open = context.coefficient(name);
      const { updates, state: next, ...rest } = rule.update(gradients, state, context);
      return {
        ...rest,
        updates: Object.fromEntries(Object.entries(updates).map(([key, value]) => [key, value.mul(open)])),
        state: Object.fromEntries(
          Object.entries(next).map(([key, value]) => [key, where(open, value, state[key]!)]),
        ),
      };
    },
  };
}

/**
 * The programs of a population of deep Q-learners. Each member minimises, over `batchSize` transitions of its own
 * replay memory,
 *
 *     mean (Q(s, a; θ) − r − γ max Q(s′, ·; θ⁻))²,   no second term where the episode ended
 *
 * `train` is one gradient step (Adam) of every member whose `ready` is 1; `act` gives the values of both actions in
 * `observation`; `renew` sets θ⁻ ← θ where `copy` is 1.
 * @param capacity transitions that a replay memory holds
 * @param discount γ
 */
export function dqnPrograms(capacity = 5000, discount = 0.99): DqnPrograms {
  const q = mlp({ inputs: observationSize, hidden: [64, 64], outputs: 2, activation: "relu", name: "q" });
  const names = Object.keys(q.parameters);
  const targetName = (name: string): string => `target/${name}`;

  const model = defineModel({
    parameters: q.parameters,
    loss: (p, _, __, context) => {
      const t = context.trace;
      const target = Object.fromEntries(
        names.map((name) => [name, t.state(targetName(name), q.parameters[name]!.shape)]),
      );
      const rows = t.randomIndex("replay", mostBatch, capacity, t.hyper("filled"));
      const transition = t.memory("replay/transition", [capacity, transitionSize]).gather(rows);
      const action = t.memory("replay/action", [capacity], "int32").gather(rows);
      const column = (from: number, to: number): Tensor => transition.slice(from, to, 1);
      const [reward, alive] = [8, 9].map((at) => column(at, at + 1).reshape([mostBatch])) as [Tensor, Tensor];
      const next = q.apply(target, column(4, 8), context).max(-1);
      const goal = reward.add(next.mul(alive).mul(discount)).stopGradient();
      const error = q.apply(p, column(0, 4), context).pick(action).sub(goal);
      return error
        .square()
        .mul(t.batchWeights(t.hyper("batchSize"), mostBatch))
        .sum();
    },
  });
  const training = trainingProgram(model, {
    optimizer: gated(adam({ learningRate: "learningRate" }), "ready"),
  });
  const act = trace((t) => {
    const p = Object.fromEntries(names.map((name) => [name, t.parameter(name, q.parameters[name]!.shape)]));
    t.output("values", q.apply(p, t.memory("observation", [1, observationSize]), inferenceContext(t)));
  });
  const renew = trace((t) => {
    for (const name of names) {
      const { shape } = q.parameters[name]!;
      const old = t.state(targetName(name), shape);
      t.update(targetName(name), where(t.hyper("copy"), t.parameter(name, shape), old));
    }
  });
  return { programs: { train: training.program, act, renew }, training };
}
