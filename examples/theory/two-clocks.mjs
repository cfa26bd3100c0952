// node examples/theory/two-clocks.mjs [figure.svg]: agents on two clocks, and the reduced equation that they follow when
// the fast clock is fast. Each agent minimises its loss by Langevin steps, on the fast clock t/ε; on the slow clock the
// population is selected by a fitness that the loss knows nothing of, and h mutates. As ε → 0 only the effective fitness
// of h is left: the mean of the fitness over the law of θ at this h.
import { writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { category, figureSvg } from "polytempo/figures";
import { key } from "polytempo/random";
import { agents, effectiveFitness, momentsOf, quadraticWell, replicatorMutator } from "polytempo/theory";

const temperature = 0.2;
const time = 4;
const slow = { diffusion: 0.05, domain: [-4, 4] };

// L = (θ − h)²/2 trains, φ = −(θ − 1)²/2 selects.
const model = quadraticWell({ centre: (h) => h, temperature, target: 1 });
const limit = replicatorMutator({ fitness: effectiveFitness(model), ...slow }).solve({
  from: { mean: -1, variance: 0.1 },
  time,
});
const { mean, variance } = momentsOf(limit);
console.log(`the limit          h = ${mean.toFixed(3)} ± ${Math.sqrt(variance).toFixed(3)}`);

// θ begins in equilibrium at its h.
const start = (noise) => {
  const h = -1 + Math.sqrt(0.1) * noise.h;
  return { h, theta: h + Math.sqrt(temperature) * noise.theta };
};
const rows = [0.4, 0.2, 0.1, 0.05].map((eps) => {
  const end = agents({ ...model, ...slow, eps, members: 4000 }).simulate(key(1), { time, start });
  const distance = end.wasserstein1(limit);
  console.log(
    `ε = ${eps.toFixed(2)}, N = 4000  h = ${end.meanH().toFixed(3)} ± ${Math.sqrt(end.varianceH()).toFixed(3)}   W₁ to the limit ${distance.toFixed(3)}`,
  );
  return { eps, distance };
});

const [file] = process.argv.slice(2);
if (file !== undefined) {
  const figure = {
    title: "Agents on two clocks, and their limit",
    caption:
      "Wasserstein distance of 4000 agents' h from the reduced equation: of first order in ε, down to their noise.",
    panels: [
      {
        title: "",
        options: {
          x: { type: "log", label: "ε" },
          y: { type: "log", label: "W₁" },
          marks: [
            Plot.line(rows, { x: "eps", y: "distance", stroke: category(0) }),
            Plot.dot(rows, { x: "eps", y: "distance", fill: category(0) }),
          ],
        },
      },
    ],
  };
  writeFileSync(file, figureSvg(figure));
  console.log(`wrote ${file}`);
}
