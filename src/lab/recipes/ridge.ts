import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { minimise } from "../../math/index.ts";
import { key } from "../../random/index.ts";
import {
  averageScore,
  effectiveScore,
  instantaneousScore,
  oracleScore,
  ridge,
  ridgePopulation,
  ridgeProblem,
  type ScoreRule,
} from "../../theory/index.ts";
import { atLeast, defineRecipe } from "../recipe.ts";
import { logTicksX } from "../logTicks.ts";
import { meanAndError } from "../statistics.ts";

interface Curve {
  readonly temperature: number;
  readonly points: readonly { readonly h: number; readonly F: number; readonly risky: number | null }[];
  readonly best: number;
  readonly top: number;
}

interface Population {
  readonly score: string;
  readonly regret: number;
  /** Standard error over runs. */
  readonly error: number;
}

interface Outcome {
  readonly curves: readonly Curve[];
  readonly populations: readonly Population[];
}

const populationTemperature = 0.05;
const trueFitness = ridge(ridgeProblem, populationTemperature);
const scores: readonly (readonly [name: string, rule: () => ScoreRule])[] = [
  ["instantaneous", instantaneousScore],
  ["interval average", averageScore],
  ["quadratic, averaged and pooled", effectiveScore({ estimator: "quad", averaged: true, generations: 5 })],
  ["true F (oracle)", oracleScore((h) => trueFitness(h).fitness)],
];

const temperatures = [0, 0.01, 0.05, 0.2];
const references = [
  [-0.305, -0.3574602323317375],
  [-0.135, -0.39378858340164846],
  [0.575, -0.5040999699414932],
  [3, -0.608466210968677],
] as const;

/** F10: the best weight decay of ridge regression grows with the noise of training. */
export const ridgeFigure = defineRecipe<{ beta: number; seeds: number }, Outcome>({
  name: "ridge",
  figureId: "F10",
  title: "Noise asks for more weight decay, risky selection for less",
  parameters: {
    beta: { initial: 10, low: 1, high: 100, log: true, label: "selection strength β" },
    seeds: { initial: 20, low: 4, high: 100, integer: true, label: "populations to average" },
  },
  simulate({ beta, seeds }, run) {
    const n = run.quick ? 45 : 111;
    const curves = temperatures.map((temperature, k) => {
      const at = ridge(ridgeProblem, temperature);
      const points = Array.from({ length: n }, (_, i) => {
        const h = -5 + (8 * i) / (n - 1);
        const here = at(h);
        return { h, F: here.fitness, risky: temperature > 0 ? here.certaintyEquivalent(beta) : null };
      });
      const { x } = minimise((h) => -at(h).fitness, -3, 3);
      run.progress((0.2 * (k + 1)) / temperatures.length);
      return { temperature, points, best: x, top: at(x).fitness };
    });
    const runs = run.quick ? Math.min(8, seeds) : seeds;
    const populations = scores.map(([score, rule], k) => {
      const regrets = Array.from({ length: runs }, (_, seed) => {
        const regret = ridgePopulation(
          {
            data: ridgeProblem,
            temperature: populationTemperature,
            members: 24,
            generations: 40,
            interval: 5,
            mutation: 0.3,
            domain: [-8, 3],
          },
          rule(),
          key(run.seed + seed),
        );
        run.progress(0.2 + (0.8 * (k + (seed + 1) / runs)) / scores.length);
        return regret.slice(20).reduce((sum, value) => sum + value / 20, 0);
      });
      const { mean, error } = meanAndError(regrets);
      return { score, regret: mean, error };
    });
    return { curves, populations };
  },
  figure({ curves, populations }, { beta }) {
    const of = (i: number): number => populations[i]!.regret;
    return {
      title: "Noise asks for more weight decay, risky selection for less",
      caption: `Effective fitness of log weight decay h (solid) and what Boltzmann selection with β = ${beta} sees (dashed). The best h is ${curves.map((c) => `${c.best.toFixed(2)} at T = ${c.temperature}`).join(", ")}. Populations of 24 at T = ${populationTemperature} lose ${of(0).toFixed(4)} by single values and ${of(2).toFixed(4)} by estimates of F.`,
      panelWidth: 520,
      panelHeight: 360,
      panels: [
        {
          title: "A  effective fitness, and what risky selection sees",
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
        {
          title: "B  regret of populations (bars: 95 % interval)",
          options: {
            marginLeft: 190,
            x: { type: "log", label: "regret max F − ⟨F⟩", domain: [0.0004, 0.03] },
            y: { label: null, domain: populations.map(({ score }) => score) },
            grid: true,
            marks: [
              logTicksX([0.0005, 0.001, 0.002, 0.005, 0.01, 0.02]),
              Plot.ruleY(populations, {
                y: "score",
                x1: (p: Population) => Math.max(0.0004, p.regret - 1.96 * p.error),
                x2: (p: Population) => p.regret + 1.96 * p.error,
                stroke: category(0),
              }),
              Plot.dot(populations, { y: "score", x: "regret", fill: category(0), r: 5 }),
            ],
          },
        },
      ],
    };
  },
  checks: ({ curves, populations }) => [
    ...curves.flatMap((c, i) => [
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
    atLeast(
      "Single values lose more than estimates of F (reference 3.1 times)",
      populations[0]!.regret / populations[2]!.regret,
      1.5,
      "T5.6",
    ),
    {
      claim: "With the true F the regret is that of mutation alone",
      value: populations[3]!.regret,
      reference: 8.394620429350071e-4,
      // The reference's 95 % half-width over 30 runs, and three standard errors of ours.
      tolerance: 4.4e-5 + 3 * populations[3]!.error,
      source: "T5.6",
    },
  ],
  table: ({ curves }) => ({
    columns: ["temperature", "h", "F", "F_beta"],
    rows: curves.flatMap((c) => c.points.map((p) => [c.temperature, p.h, p.F, p.risky ?? ""])),
  }),
  prose: [
    "Weight decay is tuned on validation data while the weights fluctuate around the optimum of the training loss. Everything is Gaussian here, so the effective fitness is a formula: the loss of the mean weights, and a trace that is the price of the fluctuations.",
    "The noisier the training, the larger the best decay: it narrows the Gibbs law. Selection on single noisy values, of strength β = {beta}, rewards fluctuation, and so errs in the other direction.",
    "Populations that tune the decay while they train (B) lose most when they believe single values, and little when a regression over their members and generations takes the fluctuations out.",
  ],
});
