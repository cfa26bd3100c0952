import { type AgentKernel, agentKernel } from "../../src/executors/index.ts";
import { key } from "../../src/random/index.ts";

/** W3: overdamped Langevin steps on a non-convex potential in two dimensions, own coupling and temperature each. */
export interface Agents {
  readonly name: string;
  readonly agents: number;
  readonly steps: number;
}

export const w3: Agents = { name: "W3", agents: 1_000_000, steps: 10 };

/** (x² − 1)² + (y² − 1)² + h·x·y */
export async function agentsOnQuartic(
  { agents }: Agents,
  options: { readonly workers: number; readonly relaxed: boolean },
): Promise<AgentKernel> {
  const kernel = await agentKernel({
    agents,
    dimensions: 2,
    potential: (theta, { h }) =>
      theta
        .square()
        .sub(1)
        .square()
        .sum()
        .add(theta.at(0).mul(theta.at(1)).mul(h!)),
    hyperparameters: ["h"],
    stepSize: 0.01,
    temperature: "temperature",
    scheme: "euler",
    key: key(1),
    ...options,
  });
  kernel.set(
    "h",
    Array.from({ length: agents }, (_, i) => 0.5 * Math.sin(i)),
  );
  kernel.set(
    "temperature",
    Array.from({ length: agents }, (_, i) => 0.1 + 0.05 * Math.cos(i)),
  );
  return kernel;
}
