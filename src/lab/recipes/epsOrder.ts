import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { quadraticReduced, riccati, riccatiStart } from "../../theory/index.ts";
import { defineRecipe, logSlope } from "../recipe.ts";
import { reduced } from "../riccatiProblem.ts";

interface Row {
  readonly eps: number;
  readonly mean: number;
  readonly variance: number;
}

const epsilons = [0.2, 0.1, 0.05, 0.025, 0.0125, 0.00625];
/** Errors of mean and variance at t = 2 (reference program). */
const reference = [
  [-0.05401512606860731, 0.009725134061464719],
  [-0.029233046355700287, 0.005274659853693797],
  [-0.0152231154716298, 0.0027482594275255734],
  [-0.007770198118633109, 0.0014029677105366067],
  [-0.003925683838079452, 0.0007088398665040796],
  [-0.001973107075509406, 0.00035627780324287706],
] as const;

/** F3: the full dynamics approach the reduced equation at first order in ε. */
export const epsOrder = defineRecipe<{ time: number }, Row[]>({
  name: "eps-order",
  figureId: "F3",
  title: "The reduced equation is right to first order in ε",
  parameters: { time: { initial: 2, low: 0.5, high: 6, label: "slow time t" } },
  simulate({ time }, run) {
    const limit = quadraticReduced(reduced, time);
    return epsilons.map((eps, i) => {
      const full = riccati({ eps }, riccatiStart, time);
      run.progress((i + 1) / epsilons.length);
      return { eps, mean: full.mean[1] - limit.mean, variance: full.covariance[2] - limit.variance };
    });
  },
  figure(rows, { time }) {
    const absolute = rows.map((row) => ({
      ...row,
      mean: Math.abs(row.mean),
      variance: Math.abs(row.variance),
    }));
    const guide = epsilons.map((eps) => ({ eps, error: 0.3 * eps }));
    return {
      title: "The reduced equation is right to first order in ε",
      caption: `Error of the mean and the variance of h at t = ${time}, full equation against reduced. Slopes over the smallest four ε: ${slope(rows, "mean").toFixed(3)} and ${slope(rows, "variance").toFixed(3)}.`,
      columns: 1,
      panelWidth: 560,
      panelHeight: 360,
      panels: [
        {
          key: [
            { label: "mean of h", color: category(0), mark: "dot" },
            { label: "variance of h", color: category(1), mark: "dot" },
            { label: "slope 1", color: ink, dash: "4 3" },
          ],
          options: {
            x: { type: "log", label: "scale separation ε" },
            y: { type: "log", label: "|full − reduced|" },
            grid: true,
            marks: [
              Plot.line(guide, { x: "eps", y: "error", stroke: ink, strokeDasharray: "4 3" }),
              Plot.line(absolute, { x: "eps", y: "mean", stroke: category(0) }),
              Plot.dot(absolute, { x: "eps", y: "mean", fill: category(0), r: 4 }),
              Plot.line(absolute, { x: "eps", y: "variance", stroke: category(1) }),
              Plot.dot(absolute, { x: "eps", y: "variance", fill: category(1), r: 4, symbol: "square" }),
            ],
          },
        },
      ],
    };
  },
  checks(rows, { time }) {
    const orders = [
      { claim: "The mean converges at order 1 in ε", value: slope(rows, "mean") },
      { claim: "The variance converges at order 1 in ε", value: slope(rows, "variance") },
    ].map((check) => ({ ...check, reference: 1, tolerance: 0.15, source: "T3.3" }));
    if (time !== 2) return orders;
    return [
      ...orders,
      ...rows.flatMap((row, i) =>
        (["mean", "variance"] as const).map((what, k) => ({
          claim: `Error of the ${what} at ε = ${row.eps}`,
          value: row[what],
          reference: reference[i]![k],
          tolerance: 1e-8,
          source: "T3.3",
        })),
      ),
    ];
  },
  table: (rows) => ({
    columns: ["eps", "mean_error", "variance_error"],
    rows: rows.map((r) => [r.eps, r.mean, r.variance]),
  }),
  prose: [
    "With the clocks far apart, θ has always forgotten where it came from, and only h needs an equation. How far apart must they be? The error of that reduced equation is proportional to ε: halve ε and it halves, at time {time} as at any other.",
    "Two effects make it: lineages with lucky θ are over-represented while they last (a correction of the growth rate by the fitness autocovariance), and θ lags behind a moving h.",
  ],
});

function slope(rows: readonly Row[], what: "mean" | "variance"): number {
  const last = rows.slice(-4);
  return logSlope(
    last.map((row) => row.eps),
    last.map((row) => row[what]),
  );
}
