import {
  elementwise,
  initialPopulation,
  instantaneous,
  type Member,
  type Mutation,
  type Population,
  type Rules,
  slowStep,
  truncation,
} from "../../population/index.ts";
import { type Key, stream, subkey } from "../../random/index.ts";
import { integer, logUniform, searchSpace, uniform } from "../../space/index.ts";
import { type Executor, initialiseAll } from "../../tensor/index.ts";
import {
  advanceAgents,
  agents as createAgents,
  clearAgent,
  type Crowd,
  type DqnHyperparameters,
  meanReturn,
  mostWindow,
  renewTargets,
} from "./agents.ts";
import { beginEpisode } from "./cartpole.ts";
import { dqnPrograms, mostBatch } from "./programs.ts";

/** Learning rate, decay of exploration in steps, batch size. */
export const dqnSpace = searchSpace({
  learningRate: logUniform(1e-5, 1e-2),
  decay: uniform(500, 5000),
  batchSize: integer(32, mostBatch),
});

/** Batch sizes that founders have. */
const firstBatches = [32, 64, 128];

/** Gaussian moves of 0.1 in the coordinate that maps each (log) range to [−1, 1], clipped at its ends. */
export const clippedGaussian: Mutation = elementwise(
  { kind: "clippedGaussian", sigma: 0.1 },
  (law, value, draws) => law.decode(Math.min(1, Math.max(0, law.encode(value) + 0.05 * draws.normal()))),
);

export interface DqnOptions {
  readonly agents: number;
  /** Updates of the population. */
  readonly updates: number;
  /** Environment steps between updates. Default 500. */
  readonly steps?: number;
  /** Episodes over which returns are averaged: 1 … 10. */
  readonly window: number;
  /** Share that is replaced and copied. Default 0.2. */
  readonly fraction?: number;
  readonly workers?: number;
  /** Called after each update; true ends early. */
  readonly onUpdate?: (update: DqnUpdate) => boolean | void;
}

/** The population at the end of one update's training, before anybody is copied. */
export interface DqnUpdate {
  readonly update: number;
  /** `[agents]`: mean return of each one's last episodes. */
  readonly fitness: readonly number[];
  readonly hyperparameters: readonly DqnHyperparameters[];
  readonly mean: number;
  /** Mean of the best five. */
  readonly best: number;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/**
 * A population of deep Q-learners balances poles on carts; between its updates the worst fifth takes networks of the
 * best fifth, with moved hyperparameters and nothing remembered. Deterministic by the key, whatever the threads.
 * @see theory T10, third experiment
 */
export async function dqnExperiment(
  executor: Executor,
  key: Key,
  options: DqnOptions,
): Promise<readonly DqnUpdate[]> {
  const { agents: count, updates, steps = 500, window, fraction = 0.2 } = options;
  if (!(Number.isInteger(window) && window >= 1 && window <= mostWindow)) {
    throw new RangeError(`window: needs an integer from 1 to ${mostWindow}, got ${window}`);
  }
  const capacity = Math.min(5000, updates * steps);
  const programs = dqnPrograms(capacity);
  const rules: Rules = {
    selection: truncation({ fraction }),
    mutation: clippedGaussian,
    fitness: instantaneous(),
    sign: 1,
    control: "none",
  };
  const session = await executor.compile(programs.programs, {
    members: count,
    key: subkey(key, "networks"),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  try {
    let population = founders(count, key, rules);
    const world = subkey(key, "world");
    const own = createAgents(count);
    const crowdOf = (members: readonly Member[]): Crowd => ({
      session,
      agents: own,
      members: members.map(({ id }) => id),
      hyperparameters: members.map(({ hyperparameters }) => hyperparameters as unknown as DqnHyperparameters),
      key: world,
      capacity,
    });
    initialiseAll(session, programs.training, subkey(key, "networks"));
    await renewTargets(
      session,
      Array.from({ length: count }, (_, row) => row),
    );
    for (let row = 0; row < count; row++) beginEpisode(own.carts, row, world, row);

    const history: DqnUpdate[] = [];
    for (let update = 1; update <= updates; update++) {
      const crowd = crowdOf(population.members);
      await advanceAgents(crowd, (update - 1) * steps, update * steps);
      const fitness = population.members.map((_, row) => meanReturn(own, row, window) ?? 0);
      const sorted = fitness.toSorted((a, b) => b - a);
      const record: DqnUpdate = {
        update,
        fitness,
        hyperparameters: crowd.hyperparameters,
        mean: meanOf(fitness),
        best: meanOf(sorted.slice(0, 5)),
      };
      history.push(record);
      if (options.onUpdate?.(record) === true || update === updates) break;
      const generation = population.generation;
      const evaluations = fitness.map((value, member) => ({
        member,
        step: update * steps,
        value,
        reports: [],
        status: "ok" as const,
        checkpoint: { member, generation, step: update * steps },
      }));
      const result = slowStep(population, evaluations, key, rules, { space: dqnSpace });
      // Truncation's donors are never replaced themselves: rows can be copied in any order.
      const copies = result.decisions.filter(({ donor }) => donor !== null);
      for (const { member, donor } of copies) session.copyMember(donor!, member);
      await renewTargets(
        session,
        copies.map(({ member }) => member),
      );
      population = result.population;
      const next = crowdOf(population.members);
      for (const { member } of copies) clearAgent(next, member, programs);
    }
    return history;
  } finally {
    await session.close();
  }
}

function founders(count: number, key: Key, rules: Rules): Population {
  const first = initialPopulation(dqnSpace, count, key, rules);
  return {
    ...first,
    members: first.members.map((member) => ({
      ...member,
      hyperparameters: {
        ...member.hyperparameters,
        batchSize: firstBatches[stream(key, "first batch", member.id).integer(firstBatches.length)]!,
      },
    })),
  };
}
