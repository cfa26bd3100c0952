// Reinforcement learning: a population of deep Q-learners whose environments live in TypeScript. Between two calls of
// the programs all agents act, all poles move, and each transition goes into its agent's replay memory.
import { integer, logUniform, populationTrainer, searchSpace, truncation, uniform } from "polytempo";
import { initialise } from "polytempo/tensor";
import { dqn } from "polytempo/theory";

const capacity = 5000;
const { programs, training } = dqn.dqnPrograms(capacity);

/** The group of members as the deep Q-learners' code wants it. */
const crowdOf = ({ session, members, hyperparameters, key, world }) => ({
  session,
  agents: world,
  members,
  hyperparameters,
  key,
  capacity,
});

const trainer = populationTrainer({
  name: "cartpole",
  programs,
  constants: { copy: 1, filled: 1, ready: 0 },
  hostHyperparameters: ["decay"],
  integers: { batchSize: { min: 1, max: dqn.mostBatch } },
  // Replay memories are in checkpoints, so that a resumed run goes on with the same numbers.
  savedMemory: ["replay/transition", "replay/action"],
  metrics: ["return"],
  initialise(session, key, row, member) {
    initialise(session, training, key, row, member);
    dqn.matchTarget(session, row, training);
  },
  world: {
    create: (rows) => dqn.agents(rows),
    begin(world, row, member, key) {
      dqn.loadAgent(world, row, { cart: [0, 0, 0, 0], returns: new Float64Array(10), counts: [0, 0, 0, 0] });
      dqn.beginEpisode(world.carts, row, key, member);
    },
    save: (world, row) => dqn.saveAgent(world, row),
    load: (world, row, state) => dqn.loadAgent(world, row, state),
  },
  // A copy takes the network; optimizer, replay memory and episodes begin anew.
  copied(group, row) {
    dqn.clearAgent(crowdOf(group), row, { programs, training });
    dqn.matchTarget(group.session, row, training);
  },
  advance: (group) =>
    dqn.advanceAgents(crowdOf(group), group.fromStep, group.untilStep, { stop: () => group.signal.aborted }),
  evaluate: ({ members, world }) =>
    Promise.resolve({ return: members.map((_, row) => dqn.meanReturn(world, row, 5) ?? 0) }),
});

export default {
  name: "cartpole",
  trainer,
  space: searchSpace({
    learningRate: logUniform(1e-5, 1e-2),
    decay: uniform(500, 5000),
    batchSize: integer(32, 128),
  }),
  metric: "return:max",
  members: 20,
  seed: 1,
  slow: { interval: 500, selection: truncation({ fraction: 0.2 }) },
  stop: { steps: 2500 },
};
