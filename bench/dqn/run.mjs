#!/usr/bin/env node
/**
 * node bench/dqn/run.mjs --agents 500 --updates 10 --steps 500 --m 5 --seed 1 [--workers 2]
 * Populations of deep Q-learners on CartPole: wall time, agent-steps per second, mean return per update.
 */
import { register } from "tsx/esm/api";

register();
const { main } = await import("./population.ts");
await main(process.argv.slice(2));
