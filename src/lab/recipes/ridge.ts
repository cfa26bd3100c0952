import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { minimise } from "../../math/index.ts";
import { ridge, ridgeProblem } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Curve {
  readonly temperature: number;
  readonly points: readonly { readonly h: number; readonly F: number; readonly risky: number | null }[];
  readonly best: number;
  readonly top: number;
}

const temperatures = [0, 0.01, 0.05, 0.2];
const references = [
  [-0.305, -0.3574602323317375],
  [-0.135, -0.39378858340164846],
  [0.575, -0.5040999699414932],
  [3, -0.608466210968677],
] as const;

/** F10: the best weight decay of ridge regression grows with the noise of training. */
export const ridgeFigure = defineRecipe<{ beta: number }, Curve[]>({
  name: "ridge",
  figureId: "F10",
  title: "Noise asks for more weight decay, risky selection for less",
  parameters: { beta: { initial: 10, low: 1, high: 100, log: true, label: "selection strength β" } },
  simulate({ beta }, run) {
    const n = run.quick ? 45 : 111;
    return temperatures.map((temperature, k) => {
      const at = ridge(ridgeProblem, temperature);
      const points = Array.from({ length: n }, (_, i) => {
        const h = -5 + (8 * i) / (n - 1);
        const here = at(h);
        return { h, F: here.fitness, risky: temperature > 0 ? here.certaintyEquivalent(beta) : null };
      });
      const { x } = minimise((h) => -at(h).fitness, -3, 3);
      run.progress((k + 1) / temperatures.length);
      return { temperature, points, best: x, top: at(x).fitness };
    });
  },
  figure(curves, { beta }) {
    return {
      title: "Noise asks for more weight decay, risky selection for less",
      caption: `Effective fitness of log weight decay h (solid) and what Boltzmann selection with β = ${beta} sees (dashed). The best h is ${curves.map((c) => `${c.best.toFixed(2)} at T = ${c.temperature}`).join(", ")}.`,
      columns: 1,
      panelWidth: 640,
      panelHeight: 380,
      panels: [
        {
          key: [
            ...curves.map((c, i) => ({ label: `F, T = ${c.temperature}`, color: category(i) })),
            { label: "F_β", color: ink, dash: "4 3" },
          ],
          options: {
            x: { label: "log weight decay h" },
            y: { label: "fitness", domain: [-1.6, -0.3] },
            grid: true,
            clip: true,
            marks: curves.flatMap((c, i) => {
              const shown = c.points.filter((p) => p.F > -1.6);
              const risky = c.points.filter((p) => p.risky !== null && p.risky > -1.6);
              return [
                Plot.line(shown, { x: "h", y: "F", stroke: category(i), strokeWidth: 2 }),
                Plot.line(risky, { x: "h", y: "risky", stroke: category(i), strokeDasharray: "4 3" }),
                Plot.dot([{ h: c.best, F: c.top }], { x: "h", y: "F", fill: category(i), r: 5 }),
              ];
            }),
          },
        },
      ],
    };
  },
  checks: (curves) =>
    curves.flatMap((c, i) => [
      // The reference searched a grid of 0.005.
      {
        claim: `Best h at T = ${c.temperature}`,
        value: c.best,
        reference: references[i]![0],
        tolerance: 0.003,
        source: "T5.6",
      },
      {
        claim: `F there at T = ${c.temperature}`,
        value: c.top,
        reference: references[i]![1],
        tolerance: 1e-6,
        source: "T5.6",
      },
    ]),
  table: (curves) => ({
    columns: ["temperature", "h", "F", "F_beta"],
    rows: curves.flatMap((c) => c.points.map((p) => [c.temperature, p.h, p.F, p.risky ?? ""])),
  }),
  prose: [
    "Weight decay is tuned on validation data while the weights fluctuate around the optimum of the training loss. Everything is Gaussian here, so the effective fitness is a formula: the loss of the mean weights, and a trace that is the price of the fluctuations.",
    "The noisier the training, the larger the best decay: it narrows the Gibbs law. Selection on single noisy values rewards fluctuation, and so errs in the other direction.",
  ],
});
