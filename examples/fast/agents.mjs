// node examples/fast/agents.mjs: Langevin agents in a double well, each at a temperature of its own.
//
// The agents move by dθ = −L′(θ) dt + √(2T) dW with L = (θ² − 1)²/4, so that their law becomes exp(−L/T)/Z. For each
// temperature the mean of θ² is printed beside the integral.
import { agentKernel } from "polytempo/executors";
import { key } from "polytempo";

const temperatures = [0.1, 0.25, 0.5, 1];
const each = 5000;
const stepSize = 0.1;

/** ∫ θ² exp(−L/T) dθ / ∫ exp(−L/T) dθ, by the trapezoidal rule. */
function exact(temperature) {
  let [mass, square] = [0, 0];
  for (let theta = -6; theta <= 6; theta += 0.001) {
    const weight = Math.exp(-((theta ** 2 - 1) ** 2) / 4 / temperature);
    mass += weight;
    square += theta ** 2 * weight;
  }
  return square / mass;
}

const agents = temperatures.length * each;
const kernel = await agentKernel({
  agents,
  dimensions: 1,
  potential: (theta) => theta.square().sub(1).square().sum().mul(0.25),
  stepSize,
  temperature: "T",
  scheme: "leimkuhlerMatthews",
  key: key(1),
});
kernel.set(
  "T",
  Float64Array.from({ length: agents }, (_, agent) => temperatures[Math.floor(agent / each)]),
);
kernel.place(
  "all",
  Float64Array.from({ length: agents }, (_, agent) => (agent % 2 === 0 ? 1 : -1)),
);

// Until equilibrium, then means over many moments.
const began = performance.now();
await kernel.advance(1000);
const samples = 100;
const sums = temperatures.map(() => 0);
for (let sample = 0; sample < samples; sample++) {
  await kernel.advance(20);
  const theta = kernel.positions();
  for (let agent = 0; agent < agents; agent++) sums[Math.floor(agent / each)] += theta[agent] ** 2;
}
const seconds = (performance.now() - began) / 1000;
console.log("T       mean of θ²   exact");
for (const [i, temperature] of temperatures.entries()) {
  const measured = sums[i] / samples / each;
  console.log(
    `${String(temperature).padEnd(8)}${measured.toFixed(4).padEnd(13)}${exact(temperature).toFixed(4)}`,
  );
}
const steps = agents * kernel.step;
console.log(
  `${agents} agents, ${kernel.step} steps: ${(steps / seconds / 1e6).toFixed(0)} million agent-steps per second`,
);
await kernel.close();
