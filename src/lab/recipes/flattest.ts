import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { criticalDiffusion, stationaryLaw } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Row {
  readonly diffusion: number;
  readonly mean: number;
  readonly eigenvalue: number;
}

const criticalOf = (gap: number): number => criticalDiffusion({ heights: [1, 1 - gap], curvatures: [50, 1] });

/** F5: with enough mutation a broad peak of fitness wins over a higher, narrow one. */
export const flattest = defineRecipe<{ gap: number }, Row[]>({
  name: "flattest",
  figureId: "F5",
  title: "Survival of the flattest",
  parameters: {
    gap: { initial: 0.1, low: 0.02, high: 0.3, label: "height of the narrow peak over the broad one" },
  },
  simulate({ gap }, run) {
    const F = landscape(gap);
    const critical = criticalOf(gap);
    const n = run.quick ? 21 : 61;
    return Array.from({ length: n }, (_, i) => {
      const diffusion = critical * 10 ** (-1 + (2 * i) / (n - 1));
      const law = stationaryLaw(F, [-4, 4], diffusion, run.quick ? 1000 : 3000);
      run.progress((i + 1) / n);
      return { diffusion, mean: law.mean, eigenvalue: law.eigenvalue };
    });
  },
  figure(rows, { gap }) {
    const F = landscape(gap);
    const critical = criticalOf(gap);
    // Below −0.6 the line is interrupted.
    const shape = Array.from({ length: 801 }, (_, i) => {
      const h = -4 + i * 0.01;
      return { h, F: F(h) > -0.6 ? F(h) : Number.NaN };
    });
    return {
      title: "Survival of the flattest",
      caption: `The long-time law of h is the principal eigenfunction of D∂² + F. Below D = ${critical.toExponential(2)} it sits on the high, narrow peak at h = 2, above on the lower, broad one at h = −2.`,
      panels: [
        {
          title: "effective fitness",
          options: {
            x: { label: "h" },
            y: { label: "F(h)", domain: [-0.6, 1.05] },
            grid: true,
            marks: [Plot.line(shape, { x: "h", y: "F", stroke: category(0), strokeWidth: 2 })],
          },
        },
        {
          title: "mean of the stationary law",
          options: {
            x: { type: "log", label: "mutation D", domain: [critical / 10, critical * 10] },
            y: { label: "mean of h", domain: [-2.5, 2.5] },
            grid: true,
            marks: [
              Plot.ruleX([critical], { stroke: ink, strokeDasharray: "4 3" }),
              Plot.line(rows, { x: "diffusion", y: "mean", stroke: category(1), strokeWidth: 2 }),
              Plot.dot(rows, { x: "diffusion", y: "mean", fill: category(1), r: 2.5 }),
            ],
          },
        },
      ],
    };
  },
  checks(rows, { gap }) {
    const critical = criticalOf(gap);
    const jump = rows.find((row) => row.mean < 0)!.diffusion;
    const check = {
      claim: "The mean jumps at D_c (ratio of the jump to D_c)",
      value: jump / critical,
      reference: 1,
      tolerance: 0.3,
      source: "T4.4",
    };
    if (gap !== 0.1) return [check];
    const F = landscape(gap);
    return [
      check,
      { claim: "D_c", value: critical, reference: 5.4262504e-4, tolerance: 1e-10, source: "T4.4" },
      {
        claim: "Growth rate at D_c/2",
        value: stationaryLaw(F, [-4, 4], critical / 2, 3000).eigenvalue,
        reference: 0.9176451193926275,
        tolerance: 2e-5,
        source: "T4.4",
      },
      {
        claim: "Growth rate at 2D_c",
        value: stationaryLaw(F, [-4, 4], critical * 2, 3000).eigenvalue,
        reference: 0.8767057456896372,
        tolerance: 2e-5,
        source: "T4.4",
      },
    ];
  },
  table: (rows) => ({
    columns: ["diffusion", "mean", "growth_rate"],
    rows: rows.map((r) => [r.diffusion, r.mean, r.eigenvalue]),
  }),
  prose: [
    "Mutation never stops, so a population holds a cloud around its best hyperparameter, and pays for what lies beside the top: a load of √(Dk/2) for a peak of curvature k. A narrow peak must be higher by more than its extra load; here it is higher by {gap}.",
    "When mutation grows past a critical value, the population leaves the highest peak for the broadest. Read the other way: a population that mutates prefers hyperparameters that are robust.",
  ],
});

function landscape(gap: number): (h: number) => number {
  return (h) => Math.max(1 - 25 * (h - 2) ** 2, 1 - gap - (h + 2) ** 2 / 2);
}
