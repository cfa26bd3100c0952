import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import { adaptationRate, momentsOf, replicatorMutator } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Course {
  readonly curvature: number;
  readonly points: readonly { readonly time: number; readonly distance: number }[];
  /** Measured exponential rate over the last third. */
  readonly rate: number;
}

const strengths = [0.05, 0.25, 1, 4];

/** F22: the mean approaches the fittest h exponentially at √(2Dκ); weak selection is slow in proportion. */
export const convergence = defineRecipe<{ diffusion: number; start: number }, Course[]>({
  name: "convergence",
  figureId: "F22",
  title: "The mean approaches the fittest hyperparameter exponentially",
  parameters: {
    diffusion: { initial: 0.05, low: 0.01, high: 0.2, log: true, label: "mutation D" },
    start: { initial: -1, low: -3, high: 0, label: "initial mean" },
  },
  simulate({ diffusion, start }, run) {
    return strengths.map((curvature, k) => {
      const solver = replicatorMutator({
        fitness: (h) => (-curvature * h * h) / 2,
        domain: [-8, 8],
        diffusion,
        size: run.quick ? 200 : 320,
      });
      const rate = adaptationRate({ curvature, diffusion });
      const end = Math.min(60, 8 / rate);
      const points = [{ time: 0, distance: Math.abs(start) }];
      const parts = 24;
      let law = solver.solve({ from: { mean: start, variance: 0.1 }, time: 1e-9 });
      for (let i = 1; i <= parts; i++) {
        law = solver.solve({ from: law, time: end / parts, step: Math.min(0.05, 0.02 / rate) });
        points.push({ time: (i * end) / parts, distance: Math.abs(momentsOf(law).mean) });
        run.progress((k + i / parts) / strengths.length);
      }
      const [from, to] = [points[Math.floor((2 * parts) / 3)]!, points[parts]!];
      return { curvature, points, rate: Math.log(from.distance / to.distance) / (to.time - from.time) };
    });
  },
  figure(courses, { diffusion }) {
    return {
      title: "The mean approaches the fittest hyperparameter exponentially",
      caption: `Distance of the population mean from the fittest h for four curvatures κ of effective fitness, D = ${diffusion}. Measured rates ${courses.map((c) => c.rate.toPrecision(3)).join(", ")}; theory √(2Dκ) = ${courses.map((c) => adaptationRate({ curvature: c.curvature, diffusion }).toPrecision(3)).join(", ")}.`,
      columns: 1,
      panelWidth: 640,
      panelHeight: 360,
      panels: [
        {
          key: courses.map((c, i) => ({ label: `κ = ${c.curvature}`, color: category(i) })),
          options: {
            x: { label: "slow time t", domain: [0, 40] },
            y: { type: "log", label: "|mean − h*|", domain: [1e-4, 2] },
            grid: true,
            marks: courses.map((c, i) =>
              Plot.line(
                c.points.filter((point) => point.distance >= 1e-4 && point.time <= 40),
                { x: "time", y: "distance", stroke: category(i), strokeWidth: 2 },
              ),
            ),
          },
        },
      ],
    };
  },
  checks: (courses, { diffusion }) =>
    courses
      // Weak selection widens the population towards its balance V∞ = √(2D/κ); where that does not fit into the domain the rate is the domain's, not the theory's.
      .filter((c) => Math.sqrt(Math.sqrt((2 * diffusion) / c.curvature)) < 1.6)
      .map((c) => ({
        claim: `Exponential rate at κ = ${c.curvature}`,
        value: c.rate,
        reference: adaptationRate({ curvature: c.curvature, diffusion }),
        tolerance: 0.02 * adaptationRate({ curvature: c.curvature, diffusion }),
        source: "T4.1",
      })),
  table: (courses) => ({
    columns: ["curvature", "time", "distance"],
    rows: courses.flatMap((c) => c.points.map((point) => [c.curvature, point.time, point.distance])),
  }),
  prose: [
    "With a single fittest hyperparameter and selection strong enough, the mean of the population approaches it exponentially. For a parabola of curvature κ and mutation D = {diffusion} the rate is √(2Dκ): both clocks' settings enter, selection through κ, mutation through D. The start, at {start}, does not.",
    "Weak selection does not fail at once; it is slow, and within a budget of generations slow is failure.",
  ],
});
