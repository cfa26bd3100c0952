import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { wasm } from "../../src/executors/index.ts";
import { key } from "../../src/random/index.ts";
import { dqnExperiment } from "../../src/theory/dqn/index.ts";

/** Runs the experiment with the numbers of the command line and prints what it took and where it came. */
export async function main(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      agents: { type: "string", default: "500" },
      updates: { type: "string", default: "10" },
      steps: { type: "string", default: "500" },
      m: { type: "string", default: "5" },
      seed: { type: "string", default: "1" },
      workers: { type: "string", default: String(availableParallelism()) },
    },
  });
  const [agents, updates, steps, window, seed, workers] = (
    ["agents", "updates", "steps", "m", "seed", "workers"] as const
  ).map((name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 0)
      throw new Error(`--${name}: needs an integer, got ${values[name]}`);
    return value;
  }) as [number, number, number, number, number, number];
  console.log(
    `${agents} agents × ${updates} updates × ${steps} steps, mean of the last ${window} returns, seed ${seed}; ` +
      `${workers} workers, ${cpus()[0]?.model ?? "unknown processor"}, Node ${process.version}`,
  );
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  await dqnExperiment(wasm, key(seed), {
    agents,
    updates,
    steps,
    window,
    workers,
    onUpdate({ update, mean, best }) {
      console.log(
        `update ${String(update).padStart(3)}   mean return ${mean.toFixed(1).padStart(6)}   best five ${best.toFixed(1).padStart(6)}   ${seconds().toFixed(1)} s`,
      );
    },
  });
  const wall = seconds();
  const agentSteps = agents * updates * steps;
  console.log(`wall ${wall.toFixed(1)} s, ${Math.round(agentSteps / wall)} agent-steps per second`);
}
