import { afterAll, describe, expect, it } from "vitest";
import { resume, run, type RunRequest, verify } from "../../engine/index.ts";
import { truncation } from "../../population/index.ts";
import { openRunReader } from "../../store/index.ts";
import { integer, logUniform, searchSpace, uniform } from "../../space/index.ts";
import { initialise, trace } from "../../tensor/index.ts";
import { dqn } from "../../theory/index.ts";
import type { PopulationDefinition, World } from "./definition.ts";
import { scratch } from "./fixtures.ts";
import { populationTrainer } from "./populationTrainer.ts";

const { path, remove } = scratch();
afterAll(remove);

const capacity = 120;
const { programs, training } = dqn.dqnPrograms(capacity);

/** The deep Q-learners as a trainer, as in examples/fast/cartpole.mjs. */
const cartpole = (): PopulationDefinition<dqn.Agents> => {
  const crowdOf = (group: Parameters<PopulationDefinition<dqn.Agents>["advance"]>[0]): dqn.Crowd => ({
    session: group.session,
    agents: group.world,
    members: group.members,
    hyperparameters: group.hyperparameters as unknown as dqn.DqnHyperparameters[],
    key: group.key,
    capacity,
  });
  return {
    programs,
    constants: { copy: 1, filled: 1, ready: 0 },
    hostHyperparameters: ["decay"],
    savedMemory: ["replay/transition", "replay/action"],
    metrics: ["return"],
    initialise(session, key, row, member) {
      initialise(session, training, key, row, member);
      dqn.matchTarget(session, row, training);
    },
    world: {
      create: (rows) => dqn.agents(rows),
      begin: (world, row, member, key) => dqn.beginEpisode(world.carts, row, key, member),
      save: (world, row) => dqn.saveAgent(world, row),
      load: (world, row, state) => dqn.loadAgent(world, row, state as never),
    },
    copied(group, row) {
      dqn.clearAgent(crowdOf(group), row, { programs, training });
      dqn.matchTarget(group.session, row, training);
    },
    advance: (group) => dqn.advanceAgents(crowdOf(group), group.fromStep, group.untilStep),
    evaluate: ({ members, world }) =>
      Promise.resolve({ return: members.map((_, row) => dqn.meanReturn(world, row, 5) ?? 0) }),
  };
};

const request = (): RunRequest => ({
  trainer: populationTrainer(cartpole(), { workers: 1 }),
  space: searchSpace({
    learningRate: logUniform(1e-5, 1e-2),
    decay: uniform(500, 5000),
    batchSize: integer(32, 64),
  }),
  metric: "return:max",
  members: 5,
  seed: 1,
  slow: { interval: 80, selection: truncation({ fraction: 0.2 }) },
  stop: { steps: 320 },
});

const logOf = async (directory: string): Promise<string[]> => {
  const reader = await openRunReader(directory);
  try {
    return [...reader.decisionLines()];
  } finally {
    reader.close();
  }
};

describe("a population with environments of its own", () => {
  it("goes on after a resume with the same numbers, replay memories and episodes included", async () => {
    await run(request(), { directory: path("calm") }).result;
    const handle = run(request(), { directory: path("stopped") });
    let generations = 0;
    for await (const { type } of handle.events) {
      if (type === "generation" && ++generations === 2) handle.stop("segment");
    }
    await resume(path("stopped"), { trainer: request().trainer }).result;
    const lines = await logOf(path("calm"));
    expect(await logOf(path("stopped"))).toEqual(lines);
    expect(lines.some((line) => line.includes('"copy"'))).toBe(true);
    expect((await verify(path("calm"))).ok).toBe(true);
  });
});

describe("what the host keeps", () => {
  /** A counter in the session and a counter in TypeScript that have to stay equal. */
  const counting = (world: World<Int32Array>): PopulationDefinition<Int32Array> => ({
    programs: {
      count: trace((t) => {
        t.update("n", t.state("n", []).add(t.hyper("h").mul(0).add(1)));
        t.metric("n", t.state("n", []));
      }),
    },
    metrics: ["sum"],
    initialise: (session, _, row) => session.write("n", row, [0]),
    world,
    async advance({ session, members, fromStep, untilStep, world: counters, report, fail }) {
      await session.step("count", untilStep - fromStep, fromStep);
      for (const row of members.keys()) counters[row]! += untilStep - fromStep;
      report(untilStep, { half: members.map((member) => member / 2) });
      if (untilStep === 9) fail(members.indexOf(1), "unlucky", "thirteen");
    },
    evaluate: ({ session, members, world: counters }) =>
      Promise.resolve({
        sum: members.map((member, row) => session.read("n", row)[0]! + counters[row]! + member / 1000),
      }),
  });
  const world: World<Int32Array> = {
    create: (rows) => new Int32Array(rows),
    begin: (counters, row) => {
      counters[row] = 0;
    },
    save: (counters, row) => ({ count: counters.subarray(row, row + 1) }),
    load: (counters, row, { count }) => {
      counters[row] = count![0]!;
    },
  };

  it("goes with copies, and a failing member fails alone", async () => {
    const { best } = await run(
      {
        trainer: populationTrainer(counting(world), { workers: 1 }),
        space: searchSpace({ h: uniform(0, 1) }),
        metric: "sum:max",
        members: 4,
        seed: 2,
        slow: { interval: 3, selection: truncation({ fraction: 0.25 }) },
        stop: { steps: 15 },
        retries: 0,
      },
      { directory: path("counting") },
    ).result;
    expect(best!.value).toBeCloseTo(2 * 15 + 0.003, 12);
    const reader = await openRunReader(path("counting"));
    const [failed] = reader.segments(2).filter(({ evaluation }) => evaluation.status === "failed");
    expect([failed!.member, failed!.evaluation.cause, failed!.message]).toEqual([1, "unlucky", "thirteen"]);
    expect(reader.metrics("half", 3)).toContainEqual({ step: 3, value: 1.5 });
    for (const result of reader.segments(4)) {
      expect(result.metrics["sum"]).toBeCloseTo(2 * result.evaluation.step + result.member / 1000, 12);
    }
    reader.close();
  });
});
