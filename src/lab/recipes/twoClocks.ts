import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { quadraticReduced, riccati, type RiccatiState } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";
import { reduced } from "../riccatiProblem.ts";

interface Point {
  readonly time: number;
  readonly theta: number;
  readonly h: number;
  /** Mean of h by the reduced equation. */
  readonly limit: number;
}

interface Outcome {
  readonly path: readonly Point[];
  /** The same with half the ε: to show how the gap falls. */
  readonly half: readonly Point[];
}

const until = 6;

/** The first page: θ runs to its equilibrium, h creeps; the reduced equation forgets θ. */
export const twoClocks = defineRecipe<{ eps: number; theta: number }, Outcome>({
  name: "two-clocks",
  figureId: "P1",
  title: "Two clocks",
  parameters: {
    eps: { initial: 0.1, low: 0.01, high: 1, log: true, label: "scale separation ε" },
    theta: { initial: 2, low: -3, high: 3, label: "initial mean of θ" },
  },
  simulate({ eps, theta }, run) {
    const path = course(eps, theta);
    run.progress(0.5);
    return { path, half: course(eps / 2, theta) };
  },
  figure({ path, half }, { eps, theta }) {
    const gaps = (points: readonly Point[]) =>
      points.map((p) => ({ time: p.time, gap: Math.abs(p.h - p.limit) }));
    const limit = path.map((p) => ({ x: p.limit, y: p.limit }));
    return {
      title: "Two clocks",
      caption: `Means of a population of learners, ε = ${eps}. θ falls from ${theta} to its equilibrium within a time of order ε; then both creep along θ = h to the fittest h = 0.83. The largest gap to the reduced equation is ${largest(path).toFixed(3)}; with half the ε it is ${largest(half).toFixed(3)}.`,
      panels: [
        {
          title: "the fast θ and the slow h",
          key: [
            { label: "full equation", color: category(0) },
            { label: "reduced equation, θ = h", color: category(1), dash: "4 3" },
          ],
          options: {
            x: { label: "mean of θ", domain: [-3, 3] },
            y: { label: "mean of h", domain: [-1.2, 1.2] },
            grid: true,
            marks: [
              Plot.line(limit, {
                x: "x",
                y: "y",
                stroke: category(1),
                strokeDasharray: "4 3",
                strokeWidth: 2,
              }),
              Plot.line(path, { x: "theta", y: "h", stroke: category(0), strokeWidth: 2 }),
              Plot.dot([path[0]!], { x: "theta", y: "h", r: 6, stroke: ink, fill: "white" }),
              Plot.dot(
                path.filter((p) => Number.isInteger(p.time)),
                { x: "theta", y: "h", r: 3, fill: category(0) },
              ),
            ],
          },
        },
        {
          title: "gap to the reduced equation",
          key: [
            { label: `ε = ${eps}`, color: category(0) },
            { label: `ε = ${eps / 2}`, color: category(2) },
          ],
          options: {
            x: { label: "slow time t" },
            y: { label: "|mean of h − reduced|", zero: true },
            grid: true,
            marks: [
              Plot.line(gaps(path), { x: "time", y: "gap", stroke: category(0), strokeWidth: 2 }),
              Plot.line(gaps(half), { x: "time", y: "gap", stroke: category(2), strokeWidth: 2 }),
            ],
          },
        },
      ],
    };
  },
  checks({ path, half }, { eps, theta }) {
    const end = {
      claim: "At t = 2 both start on θ = h: the mean of h",
      value: path.find((p) => p.time === 2)!.h,
      reference: -0.30956469,
      tolerance: 1e-6,
      source: "T2.3",
    };
    const ratio = {
      claim: "Halving ε halves the gap (ratio, for ε ≤ 0.2)",
      value: largest(path) / largest(half),
      reference: 2,
      tolerance: 0.5,
      source: "T3.3",
      ...(eps > 0.2 ? { unclaimed: "for ε > 0.2" } : {}),
    };
    return theta === -1 && eps === 0.1 ? [ratio, end] : [ratio];
  },
  table: ({ path }) => ({
    columns: ["time", "mean_theta", "mean_h", "reduced_mean_h"],
    rows: path.map((p) => [p.time, p.theta, p.h, p.limit]),
  }),
  prose: [
    "A population of learners has two clocks. Inside each member, parameters θ follow the gradient of the training loss, fast. Across members, hyperparameters h change by selection and mutation, slowly. ε is the ratio of the two, here {eps}.",
    "Drop the population anywhere, at θ = {theta} say: θ runs to where its h wants it, in a time of order ε, before h has moved. From then on θ has no memory, and h obeys an equation of its own, in which each h counts by its effective fitness: fitness averaged over all the θ that it leads to.",
    "Make ε larger, and the paths part: selection then acts on where θ happens to be. That is the difference between choosing hyperparameters and choosing luck.",
  ],
});

function course(eps: number, theta: number): Point[] {
  let state: RiccatiState = { mean: [theta, -1], covariance: [0.3, 0.1, 0.1] };
  const points: Point[] = [{ time: 0, theta, h: -1, limit: -1 }];
  // Finer at first, while θ runs.
  const times = [
    ...Array.from({ length: 20 }, (_, i) => (i + 1) * 0.0125),
    ...Array.from({ length: 9 }, (_, i) => 0.3 + i * 0.05),
    ...Array.from({ length: 22 }, (_, i) => 0.75 + i * 0.25),
  ];
  let before = 0;
  for (const time of times) {
    state = riccati({ eps }, state, time - before);
    before = time;
    points.push({
      time,
      theta: state.mean[0],
      h: state.mean[1],
      limit: quadraticReduced(reduced, time).mean,
    });
  }
  return points.filter((p) => p.time <= until);
}

function largest(points: readonly Point[]): number {
  return Math.max(...points.map((p) => Math.abs(p.h - p.limit)));
}
