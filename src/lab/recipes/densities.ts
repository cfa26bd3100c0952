import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import { agents, marginalH, meanField, riccati, riccatiStart } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";
import { diffusion, model, start, temperature } from "../riccatiProblem.ts";

interface Snapshot {
  readonly time: number;
  readonly h: Float64Array;
  /** Mean-field density at the centres of its grid. */
  readonly grid: readonly { readonly h: number; readonly density: number }[];
  readonly meanField: { readonly mean: number; readonly variance: number; readonly mass: number };
}

const times = [0.5, 1, 2, 4];

/** F2: the mean-field density of h over the histogram of the agents, at four times. */
export const densities = defineRecipe<{ eps: number; members: number }, Snapshot[]>({
  name: "densities",
  figureId: "F2",
  title: "The mean-field density and the agents",
  parameters: {
    eps: { initial: 0.1, low: 0.02, high: 0.5, log: true, label: "scale separation ε" },
    members: { initial: 4000, low: 100, high: 20000, integer: true, log: true, label: "members N" },
  },
  simulate({ eps, members }, run) {
    const solver = meanField({
      model,
      eps,
      diffusion,
      theta: [-4.5, 4.5, run.quick ? 70 : 140],
      h: [-3.5, 3.5, run.quick ? 65 : 130],
    });
    const snapshots: Snapshot[] = [];
    const fields = new Map<number, Omit<Snapshot, "time" | "h">>();
    const nearest = (time: number): number | undefined => times.find((t) => Math.abs(t - time) < 1e-9);
    solver.solve({
      from: (theta, h) => Math.exp(-((theta - h) ** 2) / (2 * temperature) - (h + 1) ** 2 / (2 * 0.1)),
      time: 4,
      step: run.quick ? 0.05 : 0.025,
      onStep: (field, time) => {
        run.progress(time / 8);
        const at = nearest(time);
        if (at === undefined) return;
        const marginal = marginalH(field);
        const mass = marginal.reduce((a, b) => a + b, 0);
        const mean = marginal.reduce((sum, p, j) => sum + p * field.h.centres[j]!, 0);
        const variance = marginal.reduce((sum, p, j) => sum + p * (field.h.centres[j]! - mean) ** 2, 0);
        const grid = Array.from(marginal, (p, j) => ({
          h: field.h.centres[j]!,
          density: p / field.h.spacing,
        }));
        fields.set(at, { grid, meanField: { mean, variance, mass } });
      },
    });
    agents({ ...model, eps, members }).simulate(key(run.seed), {
      time: 4,
      start,
      onStep: (population, time) => {
        run.progress(0.5 + time / 8);
        const at = nearest(time);
        if (at !== undefined) snapshots.push({ time: at, h: population.h.slice(), ...fields.get(at)! });
      },
    });
    return snapshots;
  },
  figure(snapshots, { members }) {
    return {
      title: "The mean-field density and the agents",
      caption: `Histogram of the h of ${members} agents (bars) and the density of the mean-field equation (line), by finite volumes in (θ, h).`,
      panelHeight: 220,
      panels: snapshots.map(({ time, h, grid }) => ({
        title: `t = ${time}`,
        options: {
          x: { domain: [-2.5, 2.5], label: "h" },
          y: { domain: [0, 1.4], label: "density" },
          marks: [
            Plot.rectY(histogram(h, members), {
              x1: "from",
              x2: "to",
              y: "density",
              fill: category(5),
              fillOpacity: 0.6,
            }),
            Plot.line(
              grid.filter((row) => Math.abs(row.h) <= 2.5),
              { x: "h", y: "density", stroke: category(1), strokeWidth: 2 },
            ),
          ],
        },
      })),
    };
  },
  checks(snapshots, { eps, members }) {
    return snapshots.flatMap(({ time, h, meanField: field }) => {
      const exact = riccati({ eps }, riccatiStart, time);
      const sampleMean = h.reduce((a, b) => a + b, 0) / h.length;
      return [
        {
          claim: `Mass is one at t = ${time}`,
          value: field.mass,
          reference: 1,
          tolerance: 1e-12,
          source: "T2.2",
        },
        {
          claim: `The finite-volume mean of h at t = ${time} is the exact one`,
          value: field.mean,
          reference: exact.mean[1],
          tolerance: 2e-3,
          source: "T2.3",
        },
        {
          claim: `The agents' mean of h at t = ${time} is the exact one within Monte Carlo error`,
          value: sampleMean,
          reference: exact.mean[1],
          // Resampling at every step makes the mean of N agents vary by about 1.5 sd/√N (T2.4); three of them.
          tolerance: (3 * 1.5 * Math.sqrt(exact.covariance[2])) / Math.sqrt(members),
          source: "T2.4",
        },
      ];
    });
  },
  table: (snapshots) => ({
    columns: ["time", "h", "density"],
    rows: snapshots.flatMap(({ time, grid }) => grid.map(({ h, density }) => [time, h, density])),
  }),
  prose: [
    "With many agents, here {members}, the histogram of their hyperparameters hardly fluctuates: it follows a partial differential equation for the joint density of θ and h, at ε = {eps}. The line is that equation, solved by finite volumes whose steady state is exactly the Gibbs law and whose mass is exact to rounding; the bars are agents.",
  ],
});

function histogram(h: Float64Array, members: number): { from: number; to: number; density: number }[] {
  const width = 0.1;
  const counts = new Map<number, number>();
  for (const value of h) {
    const bin = Math.floor(value / width);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a], [b]) => a - b)
    .map(([bin, count]) => ({ from: bin * width, to: (bin + 1) * width, density: count / members / width }));
}
