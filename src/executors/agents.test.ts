import { describe, expect, it } from "vitest";
import { UsageError } from "../errors/index.ts";
import { key } from "../random/index.ts";
import { reference, type Tensor, type Tensors } from "../tensor/index.ts";
import { type AgentOptions, agentKernel } from "./index.ts";
import { fitsLanes } from "./lanes/elements.ts";

/** (x² − 1)² summed over the coordinates, and a coupling. */
const quartic = (theta: Tensor, { h }: Tensors): Tensor =>
  theta.square().sub(1).square().sum().add(theta.at(0).mul(h!));

const common = {
  hyperparameters: ["h"],
  potential: quartic,
  stepSize: 0.01,
  temperature: "temperature",
  key: key(4),
} satisfies Partial<AgentOptions>;

describe.each([1, 2, 3, 10])("Langevin agents in %i dimensions", (dimensions) => {
  it.each(["euler", "leimkuhlerMatthews"] as const)("follow the reference's paths (%s)", async (scheme) => {
    const agents = 13;
    const run = async (options: Partial<AgentOptions>): Promise<number[]> => {
      const kernel = await agentKernel({ ...common, agents, dimensions, scheme, ...options });
      kernel.place(
        "all",
        Float32Array.from({ length: agents * dimensions }, (_, i) => Math.sin(i)),
      );
      kernel.set(
        "h",
        Float32Array.from({ length: agents }, (_, i) => 0.3 * i),
      );
      kernel.set("temperature", [0.2]);
      await kernel.advance(30);
      await kernel.advance(20);
      expect(kernel.step).toBe(50);
      const positions = Array.from(kernel.positions());
      await kernel.close();
      return positions;
    };
    const fast = await run({ workers: 1 });
    const exact = await run({ executor: reference });
    fast.forEach((x, i) => expect(Math.abs(x - exact[i]!)).toBeLessThan(2e-5));
    expect(await run({ workers: 2 })).toEqual(fast);
  });
});

describe("Langevin agents", () => {
  it("reach the Gibbs law of a quadratic: variance T/k, exactly in the step with Leimkuhler-Matthews", async () => {
    const agents = 40_000;
    const [temperature, stiffness] = [0.5, 2];
    const kernel = await agentKernel({
      agents,
      dimensions: 1,
      potential: (theta) =>
        theta
          .square()
          .sum()
          .mul(stiffness / 2),
      stepSize: 0.4,
      temperature,
      key: key(8),
    });
    await kernel.advance(60);
    const x = kernel.positions();
    let mean = 0;
    let square = 0;
    for (let i = 0; i < agents; i++) {
      mean += x[i]! / agents;
      square += x[i]! ** 2 / agents;
    }
    const variance = temperature / stiffness;
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(variance / agents));
    expect(Math.abs(square - variance)).toBeLessThan(5 * variance * Math.sqrt(2 / agents));
    await kernel.close();
  });

  it("report the potential, its mean over a call, and copy with their place", async () => {
    const kernel = await agentKernel({
      agents: 9,
      dimensions: 2,
      potential: (theta) => theta.square().sum(),
      stepSize: 0.1,
      temperature: 0,
      key: key(1),
    });
    kernel.place(4, [3, 4]);
    await kernel.advance(2);
    // θ ← 0.8 θ each step: 25, then 16.
    expect(kernel.losses().last[4]).toBeCloseTo(16, 4);
    expect(kernel.losses().mean[4]).toBeCloseTo(20.5, 4);
    kernel.session.copyMember(4, 7);
    const positions = kernel.positions();
    expect([positions[14], positions[15]]).toEqual([positions[8], positions[9]]);
    await kernel.close();
  });

  it("refuse impossible dimensions", async () => {
    await expect(agentKernel({ ...common, agents: 1, dimensions: 0 })).rejects.toThrow(
      "agentKernel.dimensions: needs an integer from 1 to 64, got 0.",
    );
  });

  it.each<[Partial<AgentOptions>, string]>([
    [
      { schem: "euler" } as never,
      "agentKernel.schem: is not an option of agentKernel (it has agents, dimensions, potential, hyperparameters, " +
        'stepSize, temperature, scheme, key, executor, workers, relaxed, memberIds). Did you mean "scheme"?',
    ],
    [
      { scheme: "milstein" as never },
      'langevin.scheme: needs "euler" or "leimkuhlerMatthews", got "milstein" (a string).',
    ],
    [{ temperature: -1 }, "langevin.temperature: needs a number >= 0, got -1."],
    [{ stepSize: Infinity }, "langevin.stepSize: needs a number > 0, got Infinity."],
    [{ agents: 0 }, "agentKernel.agents: needs an integer >= 1, got 0."],
    [
      { potential: undefined as never },
      "agentKernel.potential: needs a function (theta, hyperparameters) => tensor, got undefined.",
    ],
    [
      { hyperparameters: ["hh", "h"] },
      'agentKernel.hyperparameters: nothing reads hh (what is read: h). Did you mean "h"? ' +
        "Leave it out, or read it in the potential.",
    ],
  ])("refuse options %#", async (options, message) => {
    const refused = agentKernel({
      agents: 2,
      dimensions: 2,
      hyperparameters: ["h"],
      potential: (theta, { h }) => theta.square().sum().mul(h!),
      stepSize: 0.1,
      temperature: 1,
      key: key(1),
      ...options,
    });
    await expect(refused).rejects.toThrow(new UsageError(message));
  });

  it("run with one agent per lane", async () => {
    const { trainingProgram, defineModel } = await import("../tensor/index.ts");
    const { langevin } = await import("../optim/index.ts");
    const { program } = trainingProgram(
      defineModel({
        parameters: { theta: { shape: [10], init: () => new Float32Array(10) } },
        loss: ({ theta }) => quartic(theta, { h: theta.at(1) }),
      }),
      { optimizer: langevin({ stepSize: 0.1, temperature: 1 }) },
    );
    expect(fitsLanes(program)).toBe(true);
  });
});
