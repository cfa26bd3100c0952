import { refuse } from "../errors/index.ts";
import { langevin } from "../optim/index.ts";
import { fillNormal, type Key, subkey } from "../random/index.ts";
import { defineModel, type Executor, type Tensor, trainingProgram } from "../tensor/index.ts";
import { checkRanges } from "./ranges.ts";
import { type Places, reflect, slowPart, slowProblems, type SlowOptions } from "./slowPart.ts";

export interface KernelAgentsOptions extends SlowOptions {
  readonly eps: number;
  readonly members: number;
  /** d: coordinates of θ, 1 to 64. */
  readonly dimensions: number;
  /** L(θ, h) of one agent: θ `[d]`, h []; a number. */
  readonly potential: (theta: Tensor, h: Tensor) => Tensor;
  /** T(h) ≥ 0 */
  readonly temperature: (h: number) => number;
  /** φ at the coordinates of one agent, `theta[at] … theta[at + d − 1]`. */
  readonly fitness: (theta: Float64Array, at: number, h: number) => number;
  /** Default `leimkuhlerMatthews`. */
  readonly scheme?: "euler" | "leimkuhlerMatthews";
  /** Fast steps per slow step. Default 10. */
  readonly substeps?: number;
  readonly workers?: number;
}

/**
 * The agent system on an executor: the gradient of any potential is derived, and all agents take their Langevin steps in one
 * program, 10⁵ of them and more; selection is that of `agents`.
 * @param executor `wasm`, or the slow reference
 * @throws UsageError for impossible parameters, all at once
 * @example
 * const system = kernelAgents(wasm, {
 *   eps: 0.1, members: 100_000, dimensions: 2, diffusion: 0.05, domain: [-3, 3],
 *   potential: (theta, h) => theta.square().sub(1).square().sum().mul(0.25).sub(theta.at(0).mul(h)),
 *   temperature: () => 0.2,
 *   fitness: (theta, at) => -((theta[at]! - 1) ** 2),
 * });
 * const end = await system.simulate(key(1), { time: 2, start: ({ h }) => ({ h: 0.3 * h, theta: [1, 1] }) });
 */
export function kernelAgents(
  executor: Executor,
  options: KernelAgentsOptions,
): {
  simulate(
    key: Key,
    run: {
      readonly time: number;
      readonly step?: number;
      /** Of one agent, from standard normals: one for h, d for θ. */
      readonly start: (noise: { h: number; theta: Float64Array }) => { h: number; theta: ArrayLike<number> };
      readonly onStep?: (places: Places, time: number) => void;
    },
  ): Promise<Places>;
} {
  const { eps, members, dimensions: d, potential, temperature, fitness, domain, substeps = 10 } = options;
  const problems = slowProblems(options, "kernelAgents");
  if (!(eps > 0)) problems.push(`kernelAgents.eps: needs a number > 0, got ${eps}`);
  for (const [name, value, most] of [
    ["members", members, Infinity],
    ["dimensions", d, 64],
    ["substeps", substeps, Infinity],
  ] as const) {
    if (!Number.isInteger(value) || value < 1 || value > most)
      problems.push(
        `kernelAgents.${name}: needs an integer ${most === Infinity ? ">= 1" : `from 1 to ${most}`}, got ${value}`,
      );
  }
  refuse(problems);
  const { program } = trainingProgram(
    defineModel({
      parameters: { theta: { shape: [d], init: () => new Float64Array(d) } },
      hyperparameters: ["h"],
      loss: ({ theta }, _, { h }) => potential(theta!, h!),
    }),
    {
      optimizer: langevin({
        stepSize: "stepSize",
        temperature: "temperature",
        scheme: options.scheme ?? "leimkuhlerMatthews",
      }),
    },
  );
  return {
    async simulate(key, { time, step = 0.05, start, onStep }) {
      checkRanges("kernelAgents.simulate", { time: [time, "positive"], step: [step, "positive"] });
      const steps = Math.max(1, Math.ceil(time / step - 1e-12));
      const dt = time / steps;
      const session = await executor.compile(
        { agents: program },
        {
          members,
          key: subkey(key, "langevin"),
          ...(options.workers === undefined ? {} : { workers: options.workers }),
        },
      );
      try {
        let places = founders(options, key, start);
        session.write("stepSize", "all", [dt / eps / substeps]);
        for (let n = 0; n < steps; n++) {
          session.write("theta", "all", places.theta);
          session.write("h", "all", places.h);
          session.write("temperature", "all", places.h.map(temperature));
          await session.step("agents", substeps, n * substeps);
          const theta = Float64Array.from(session.read("theta", "all"));
          const phi = (agent: number, h: number): number => fitness(theta, agent * d, h);
          places = slowPart(options, { ...places, theta }, phi, key, {
            step: n,
            from: n * dt,
            until: (n + 1) * dt,
          });
          onStep?.(places, (n + 1) * dt);
        }
        return places;
      } finally {
        await session.close();
      }
    },
  };

  function founders(
    { dimensions }: KernelAgentsOptions,
    key: Key,
    start: (noise: { h: number; theta: Float64Array }) => { h: number; theta: ArrayLike<number> },
  ): Places {
    const noise = new Float64Array(members * dimensions);
    const h = new Float64Array(members);
    fillNormal(noise, key, "start theta");
    fillNormal(h, key, "start h");
    const theta = new Float64Array(members * dimensions);
    for (let i = 0; i < members; i++) {
      const begin = start({ h: h[i]!, theta: noise.subarray(i * dimensions, (i + 1) * dimensions) });
      theta.set(Float64Array.from(begin.theta), i * dimensions);
      h[i] = reflect(begin.h, domain[0], domain[1]);
    }
    return { theta, h, dimensions };
  }
}
