import { describe, expect, it } from "vitest";
import { wasm } from "../executors/index.ts";
import { truncation } from "../population/index.ts";
import { key } from "../random/index.ts";
import { kernelAgents } from "./kernelAgents.ts";
import { riccati, riccatiStart } from "./riccati.ts";

describe("agents on an executor", () => {
  it("follow the exact law of the quadratic problem within their sampling error", async () => {
    const members = 20_000;
    const system = kernelAgents(wasm, {
      eps: 0.1,
      members,
      dimensions: 1,
      diffusion: 0.05,
      domain: [-8, 8],
      potential: (theta, h) => theta.at(0).sub(h).square().mul(0.5),
      temperature: () => 0.2,
      fitness: (theta, at, h) => -((theta[at]! - 1) ** 2) / 2 - (h - 0.5) ** 2 / 4,
      substeps: 10,
    });
    const { theta, h } = await system.simulate(key(3), {
      time: 1,
      step: 0.025,
      start: (noise) => {
        const own = -1 + Math.sqrt(0.1) * noise.h;
        return { h: own, theta: [own + Math.sqrt(0.2) * noise.theta[0]!] };
      },
    });
    const exact = riccati({ eps: 0.1 }, riccatiStart, 1);
    const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v / members, 0);
    // 1.5 sd/√N for systematic resampling at every step (T2.4), three of them, and the splitting's error at this step.
    const allowed = (variance: number): number =>
      (3 * 1.5 * Math.sqrt(variance)) / Math.sqrt(members) + 0.005;
    expect(Math.abs(mean(h) - exact.mean[1])).toBeLessThan(allowed(exact.covariance[2]));
    expect(Math.abs(mean(theta) - exact.mean[0])).toBeLessThan(allowed(exact.covariance[0]));
  });

  it("reproduce in several dimensions under an operator of real runs: clones keep all coordinates together", async () => {
    const system = kernelAgents(wasm, {
      eps: 1,
      members: 40,
      dimensions: 2,
      diffusion: 0,
      domain: [-1, 1],
      potential: (theta) => theta.square().sum(),
      temperature: () => 0,
      fitness: (theta, at) => theta[at]!,
      births: { selection: truncation({ fraction: 0.2 }), rate: 1, clock: "synchronous" },
      substeps: 1,
    });
    const { theta } = await system.simulate(key(1), {
      time: 1,
      step: 1,
      start: ({ h, theta: z }) => ({ h, theta: [z[0]!, 3 * z[0]!] }),
    });
    // Without noise both coordinates shrink alike: the ratio survives the steps, and copies must not mix it.
    for (let i = 0; i < 40; i++) expect(theta[2 * i + 1]! / theta[2 * i]!).toBeCloseTo(3, 4);
    expect(new Set(theta).size).toBeLessThanOrEqual(2 * (40 - 8));
  });

  it("refuse impossible options, all at once", () => {
    expect(() =>
      kernelAgents(wasm, {
        eps: 0,
        members: 0,
        dimensions: 65,
        diffusion: -1,
        domain: [0, 1],
        potential: (theta) => theta.sum(),
        temperature: () => 1,
        fitness: () => 0,
      }),
    ).toThrow(/diffusion.*\n.*eps.*\n.*members.*\n.*dimensions: needs an integer from 1 to 64/);
  });
});
