import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wasm } from "../../executors/index.ts";
import { key } from "../../random/index.ts";
import { initialiseAll } from "../../tensor/index.ts";
import {
  advanceAgents,
  agents,
  beginEpisode,
  carts,
  clearAgent,
  clippedGaussian,
  type Crowd,
  type DqnHyperparameters,
  dqnExperiment,
  dqnPrograms,
  dqnSpace,
  exploration,
  meanReturn,
  push,
  renewTargets,
} from "./index.ts";

describe("a pole on a cart", () => {
  it("moves by the equations of motion", () => {
    const world = carts(2);
    expect(push(world, 1, 1, 100)).toBe(0);
    // At rest and upright: a = 10/1.1, ω̇ = −a/(l(4/3 − m/M)), v̇ = a − m l ω̇/M, after 0.02 s.
    const spin = -(10 / 1.1) / (0.5 * (4 / 3 - 0.1 / 1.1));
    const expected = [0, 0.02 * (10 / 1.1 - (0.05 * spin) / 1.1), 0, 0.02 * spin];
    for (const [i, value] of expected.entries()) expect(world.states[4 + i]).toBeCloseTo(value, 14);
    expect([...world.states.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
    expect(world.states[5]).toBeCloseTo(0.19512195121951223, 14);
    expect(world.states[7]).toBeCloseTo(-0.2926829268292683, 14);
  });

  it("is symmetric: mirrored states under mirrored pushes stay mirrored", () => {
    const state = fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(state, fc.array(fc.constantFrom(0, 1), { maxLength: 20 }), (start, actions) => {
        const world = carts(2);
        world.states.set([...start, ...start.map((x) => -x)]);
        for (const action of actions) {
          expect(push(world, 0, action, 100)).toBe(push(world, 1, 1 - action, 100));
        }
        for (let i = 0; i < 4; i++) expect(world.states[i]! + world.states[4 + i]!).toBe(0);
      }),
    );
  });

  it("falls beyond 12 degrees or 2.4 m, and is cut at the limit", () => {
    const world = carts(3);
    world.states.set([0, 0, 0.2094, 0.1], 0);
    world.states.set([-2.399, -0.1, 0, 0], 4);
    expect([push(world, 0, 0, 100), push(world, 1, 0, 100)]).toEqual([1, 1]);
    expect(push(world, 2, 0, 1)).toBe(2);
  });

  it("begins each episode anew, from the stream of its member", () => {
    const world = carts(3);
    beginEpisode(world, 0, key(1), 5);
    beginEpisode(world, 1, key(1), 5);
    beginEpisode(world, 2, key(1), 6);
    const rows = [0, 4, 8].map((at) => [...world.states.subarray(at, at + 4)]);
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]).not.toEqual(rows[2]);
    expect(rows.flat().every((x) => Math.abs(x) <= 0.05)).toBe(true);
    beginEpisode(world, 1, key(1), 5);
    expect([...world.states.subarray(4, 8)]).not.toEqual(rows[0]);
  });
});

describe("the fitness of an agent", () => {
  it("is the mean of its last returns, fewer where there were fewer", () => {
    const own = agents(2);
    expect(meanReturn(own, 1, 5)).toBeNull();
    for (let episode = 1; episode <= 13; episode++) {
      own.returns[10 + ((episode - 1) % 10)] = episode;
      own.ended[1]!++;
      if (episode === 2) expect(meanReturn(own, 1, 5)).toBe(1.5);
    }
    expect(meanReturn(own, 1, 1)).toBe(13);
    expect(meanReturn(own, 1, 10)).toBe((4 + 13) / 2);
    expect(meanReturn(own, 0, 1)).toBeNull();
  });
});

describe("mutation", () => {
  it("moves by 0.1 of half the range, and clips at its ends", () => {
    const moves: number[] = [];
    for (let member = 0; member < 400; member++) {
      const parent = { learningRate: 1e-3, decay: 5000, batchSize: 80 };
      const input = { parent, space: dqnSpace, member, generation: 1, key: key(2) };
      const { hyperparameters: h } = clippedGaussian.mutate(input as never);
      moves.push(2 * (dqnSpace.encode(h)[0]! - dqnSpace.encode(parent)[0]!));
      expect(h["decay"]).toBeLessThanOrEqual(5000);
      expect(Number.isInteger(h["batchSize"])).toBe(true);
    }
    const sd = Math.sqrt(moves.reduce((sum, x) => sum + x * x, 0) / moves.length);
    expect(Math.abs(sd - 0.1)).toBeLessThan(0.1 * (3 / Math.sqrt(800)));
  });
});

describe("deep Q-learners", () => {
  const crowdOf = async (
    hyperparameters: readonly DqnHyperparameters[],
    capacity: number,
    workers = 1,
  ): Promise<Crowd & { readonly programs: ReturnType<typeof dqnPrograms> }> => {
    const programs = dqnPrograms(capacity);
    const members = hyperparameters.map((_, i) => i);
    const session = await wasm.compile(programs.programs, { members: members.length, key: key(9), workers });
    initialiseAll(session, programs.training, key(9));
    await renewTargets(session, members);
    const own = agents(members.length);
    for (const row of members) beginEpisode(own.carts, row, key(9), row);
    return { session, agents: own, members, hyperparameters, key: key(9), capacity, programs };
  };
  const h = (batchSize: number): DqnHyperparameters => ({ learningRate: 0.003, decay: 200, batchSize });

  it("change nothing before they have a batch, and renew their targets on time", async () => {
    const crowd = await crowdOf([h(32), h(64)], 300);
    const { session } = crowd;
    const first = [0, 1].map((row) => [...session.read("q.1.weight", row)]);
    await advanceAgents(crowd, 0, 40);
    expect([...session.read("q.1.weight", 1)]).toEqual(first[1]);
    expect(session.read("optimizer/correction1", 1)[0]).toBe(0);
    expect(session.read("optimizer/correction1", 0)[0]).toBeCloseTo(1 - 0.9 ** 9, 6);
    expect([...session.read("q.1.weight", 0)]).not.toEqual(first[0]);
    expect([...session.read("target/q.1.weight", 0)]).toEqual(first[0]);
    await advanceAgents(crowd, 40, 100);
    const before = [...session.read("q.1.weight", 0)];
    await advanceAgents(crowd, 100, 101);
    expect([...session.read("target/q.1.weight", 0)]).toEqual(before);
    await session.close();
  });

  it("remember transitions in a ring, and forget all but the network when they are cleared", async () => {
    const crowd = await crowdOf([h(32)], 50);
    const { session, agents: own } = crowd;
    await advanceAgents(crowd, 0, 60);
    expect(own.stored[0]).toBe(60);
    const rows = session.read("replay/transition", 0);
    for (let place = 0; place < 50; place++) {
      // A transition leads from its state to its next state in one step: x′ = x + 0.02 v.
      const [x, v, next] = [rows[10 * place]!, rows[10 * place + 1]!, rows[10 * place + 4]!];
      expect(Math.abs(next - x - 0.02 * v)).toBeLessThan(1e-6);
      expect(rows[10 * place + 8]).toBe(1);
    }
    const network = [...session.read("q.0.weight", 0)];
    clearAgent(crowd, 0, crowd.programs);
    expect([own.stored[0], own.ended[0], own.carts.ages[0]]).toEqual([0, 0, 0]);
    expect([...session.read("q.0.weight", 0)]).toEqual(network);
    expect(Math.max(...session.read("optimizer/mean.q.0.weight", 0).map(Math.abs))).toBe(0);
    await session.close();
  });

  it("explore less and less", () => {
    expect(exploration(0, 700)).toBe(1);
    expect(exploration(700, 700)).toBeCloseTo(0.01 + 0.99 / Math.E, 14);
  });

  it("learn to balance, with the same numbers for one and for two workers", async () => {
    const run = (workers: number): ReturnType<typeof dqnExperiment> =>
      dqnExperiment(wasm, key(4), { agents: 6, updates: 2, steps: 90, window: 2, workers });
    const one = await run(1);
    expect(await run(2)).toEqual(one);
    expect(one).toHaveLength(2);
    expect(one[0]!.fitness).toHaveLength(6);
    expect(one[1]!.hyperparameters).not.toEqual(one[0]!.hyperparameters);
    const crowd = await crowdOf([h(64), h(32)], 900);
    await advanceAgents(crowd, 0, 900);
    expect(Math.max(...[0, 1].map((row) => meanReturn(crowd.agents, row, 5)!))).toBeGreaterThan(60);
    await crowd.session.close();
  });
});
