import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import {
  averageScore,
  effectiveScore,
  instantaneousScore,
  noiseSeeking as model,
  oracleScore,
  type ScoreRule,
  selectionExperiment,
} from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";
import { meanAndError } from "../statistics.ts";

interface Series {
  readonly score: string;
  /** Mean over runs of the population's mean log temperature, per generation. */
  readonly meanH: readonly number[];
  /** Mean and standard error over runs of the last half. */
  readonly end: { readonly mean: number; readonly error: number };
}

const generations = 80;
const scores: readonly (readonly [string, () => ScoreRule])[] = [
  ["instantaneous", instantaneousScore],
  ["interval average", averageScore],
  [
    "effective (quadratic, averaged, pooled)",
    effectiveScore({ estimator: "quad", averaged: true, generations: 5 }),
  ],
  ["true F (oracle)", oracleScore((h) => -(1 + Math.exp(h)) / 2)],
];

/** F8: Boltzmann selection on the present fitness buys noise; on effective fitness it does not. */
export const noiseSeeking = defineRecipe<{ beta: number; seeds: number }, Series[]>({
  name: "noise-seeking",
  figureId: "F8",
  title: "Selection on present fitness buys noise",
  parameters: {
    beta: { initial: 20, low: 2, high: 50, log: true, label: "selection strength β" },
    seeds: { initial: 30, low: 4, high: 100, integer: true, label: "runs to average" },
  },
  simulate({ beta, seeds }, run) {
    const runs = run.quick ? Math.min(seeds, 8) : seeds;
    return scores.map(([score, rule], index) => {
      const meanH = Array.from({ length: generations }, () => 0);
      const ends: number[] = [];
      for (let seed = 0; seed < runs; seed++) {
        let end = 0;
        selectionExperiment(
          {
            model: model({ offset: 1 }),
            quadratic: { stiffness: 1, centre: () => 0 },
            members: 48,
            generations,
            interval: 10,
            fastStep: 0.5,
            mutation: 0.3,
            domain: [-5, 2],
            selection: { kind: "boltzmann", beta },
            start: ({ u, z }) => ({ h: -5 + 7 * u, theta: Math.exp((-5 + 7 * u) / 2) * z }),
          },
          rule(),
          key(run.seed + seed),
          ({ generation, h }) => {
            const mean = h.reduce((a, b) => a + b, 0) / h.length;
            meanH[generation]! += mean / runs;
            if (generation >= generations / 2) end += mean / (generations / 2);
          },
        );
        ends.push(end);
      }
      run.progress((index + 1) / scores.length);
      return { score, meanH, end: meanAndError(ends) };
    });
  },
  figure(series, { beta }) {
    const rows = series.flatMap(({ score, meanH }) =>
      meanH.map((h, generation) => ({ score, generation, T: Math.exp(h) })),
    );
    const predicted = 1 - 1 / beta;
    return {
      title: "Selection on present fitness buys noise",
      caption: `Geometric mean temperature of 48 members under Boltzmann selection, β = ${beta}. The training optimum differs from the validation optimum by 1, so a hot member is sometimes lucky: instantaneous selection settles at T = ${Math.exp(series[0]!.end.mean).toFixed(2)} (theory: near ${predicted.toFixed(2)}), effective fitness at ${Math.exp(series[2]!.end.mean).toFixed(4)}.`,
      columns: 1,
      panelWidth: 660,
      panelHeight: 360,
      panels: [
        {
          key: [
            ...series.map(({ score }, i) => ({ label: score, color: category(i) })),
            { label: "1 − 1/β", color: ink, dash: "4 3" },
          ],
          options: {
            x: { label: "generation" },
            y: { type: "log", label: "temperature", domain: [0.006, 3] },
            grid: true,
            marks: [
              Plot.ruleY([predicted], { stroke: ink, strokeDasharray: "4 3" }),
              ...series.map(({ score }, i) =>
                Plot.line(
                  rows.filter((row) => row.score === score),
                  { x: "generation", y: "T", stroke: category(i), strokeWidth: 2 },
                ),
              ),
            ],
          },
        },
      ],
    };
  },
  checks(series, { beta }) {
    if (beta !== 20)
      return [
        {
          claim: "The oracle is colder than instantaneous selection by",
          value: series[0]!.end.mean - series[3]!.end.mean,
          reference: 4,
          tolerance: 3.5,
          source: "T4.6",
        },
      ];
    const end = (i: number, reference: number) => ({
      claim: `Mean log temperature, ${series[i]!.score}`,
      value: series[i]!.end.mean,
      reference,
      // Three standard errors of this mean, the reference's 95 % half-width, and 0.05 for our fast step of half a unit.
      tolerance: 3 * series[i]!.end.error + 0.1,
      source: "T5.4",
    });
    return [end(0, 0.054), end(2, -4.166), end(3, -4.314)];
  },
  table: (series) => ({
    columns: ["score", "generation", "mean_log_temperature"],
    rows: series.flatMap(({ score, meanH }) => meanH.map((h, generation) => [score, generation, h])),
  }),
  prose: [
    "A selection rule that rewards the present value with strength β = {beta} sees the certainty equivalent of fitness, not its mean: F + (β/2)·variance. Whenever the training optimum is not the validation optimum, members with more noise are sometimes closer to the latter, and are copied.",
    "A time average alone keeps part of the bias. A regression of fitness on the hyperparameter removes it: the population goes to the coldest temperature that mutation allows.",
  ],
});
