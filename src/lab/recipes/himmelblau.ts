import * as Plot from "@observablehq/plot";
import { category, grey, ink } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import {
  himmelblauEffective,
  himmelblauOptimum,
  himmelblauPopulation,
  type HimmelblauGeneration,
  type HimmelblauRun,
} from "../../theory/index.ts";
import { atMost, defineRecipe } from "../recipe.ts";

interface Course {
  readonly kind: HimmelblauRun["kind"];
  /** Mean over runs of ⟨F⟩ of the population, per generation. */
  readonly effective: readonly number[];
  /** Root mean square distance of h from the fittest one, per generation. */
  readonly distance: readonly number[];
  readonly last: HimmelblauGeneration;
}

interface Outcome {
  readonly best: { readonly h: readonly [number, number]; readonly value: number };
  readonly courses: readonly Course[];
}

const kinds: readonly HimmelblauRun["kind"][] = ["full", "reduced", "averaged"];
const labels = {
  full: "full, last fitness",
  reduced: "reduced (Gibbs draws)",
  averaged: "full, time-averaged fitness",
};
const generations = 60;

/** F21: Himmelblau's function: the full system, the reduced algorithm, and time-averaged fitness. */
export const himmelblauFigure = defineRecipe<{ interval: number; members: number }, Outcome>({
  name: "himmelblau",
  figureId: "F21",
  title: "Four minima, one fittest hyperparameter",
  parameters: {
    interval: { initial: 4, low: 0.1, high: 20, log: true, label: "fast time between selections" },
    members: { initial: 200, low: 20, high: 1000, integer: true, label: "members N" },
  },
  simulate({ interval, members }, run) {
    const F = himmelblauEffective(run.quick ? 101 : 161);
    const best = himmelblauOptimum((x, y) => F(x, y).mean);
    // F on a grid of 0.1, read by bilinear interpolation: a thousand populations need it ten million times.
    const table = interpolated((x, y) => F(x, y).mean, run.quick ? 41 : 81);
    const seeds = run.quick ? 2 : 8;
    const courses = kinds.map((kind, k) => {
      const effective = Array.from({ length: generations }, () => 0);
      const distance = Array.from({ length: generations }, () => 0);
      let last: HimmelblauGeneration | null = null;
      for (let seed = 0; seed < seeds; seed++) {
        const records = himmelblauPopulation(key(run.seed + seed), {
          kind,
          members,
          generations,
          interval,
          mutation: 0.3,
        });
        for (const record of records) {
          const [hx, hy] = record.h as [Float64Array, Float64Array];
          hx.forEach((x, i) => {
            effective[record.generation]! += table(x, hy[i]!) / members / seeds;
            distance[record.generation]! +=
              ((x - best.h[0]) ** 2 + (hy[i]! - best.h[1]) ** 2) / members / seeds;
          });
        }
        last = records.at(-1)!;
        run.progress((k + (seed + 1) / seeds) / kinds.length);
      }
      return { kind, effective, distance: distance.map(Math.sqrt), last: last! };
    });
    return { best, courses };
  },
  figure({ best, courses }, { interval }) {
    const rows = courses.flatMap((c) =>
      c.effective.map((F, generation) => ({
        kind: c.kind,
        generation,
        F,
        distance: c.distance[generation]!,
      })),
    );
    const clouds = courses.flatMap(({ kind, last }) =>
      Array.from(last.h[0]!, (x, i) => ({ kind, x, y: last.h[1]![i]! })),
    );
    const key = kinds.map((kind, i) => ({ label: labels[kind], color: category(i) }));
    return {
      title: "Four minima, one fittest hyperparameter",
      caption: `Populations on Himmelblau's function, interval ${interval} in fast time. Fittest h = (${best.h.map((v) => v.toFixed(2)).join(", ")}), F = ${best.value.toFixed(3)} (dashed). Mean effective fitness over the last 20 generations: ${courses.map((c) => `${labels[c.kind]} ${tail(c.effective).toFixed(3)}`).join("; ")}.`,
      columns: 3,
      panelWidth: 320,
      panelHeight: 280,
      panels: [
        {
          title: "effective fitness of the population",
          key,
          options: {
            x: { label: "generation" },
            y: { label: "⟨F⟩" },
            grid: true,
            marks: [
              Plot.ruleY([best.value], { stroke: ink, strokeDasharray: "4 3" }),
              ...kinds.map((kind, i) =>
                Plot.line(
                  rows.filter((r) => r.kind === kind),
                  { x: "generation", y: "F", stroke: category(i), strokeWidth: 2 },
                ),
              ),
            ],
          },
        },
        {
          title: "distance from the fittest h",
          options: {
            x: { label: "generation" },
            y: { label: "root mean square distance" },
            grid: true,
            marks: kinds.map((kind, i) =>
              Plot.line(
                rows.filter((r) => r.kind === kind),
                { x: "generation", y: "distance", stroke: category(i), strokeWidth: 2 },
              ),
            ),
          },
        },
        {
          title: "h after 60 generations",
          options: {
            x: { domain: [-5, 5], label: "h₁" },
            y: { domain: [-5, 5], label: "h₂" },
            grid: true,
            marks: [
              Plot.dot(
                [
                  [3, 2],
                  [-2.805, 3.131],
                  [-3.779, -3.283],
                  [3.584, -1.848],
                ],
                { r: 6, stroke: grey, symbol: "times" },
              ),
              ...kinds.map((kind, i) =>
                Plot.dot(
                  clouds.filter((c) => c.kind === kind),
                  { x: "x", y: "y", r: 1.8, fill: category(i), fillOpacity: 0.6 },
                ),
              ),
              Plot.dot([best.h], { r: 7, stroke: ink, strokeWidth: 2 }),
            ],
          },
        },
      ],
    };
  },
  checks({ best, courses }) {
    const of = (kind: HimmelblauRun["kind"]): number =>
      best.value - tail(courses.find((c) => c.kind === kind)!.effective);
    return [
      {
        claim: "The fittest h lies nearest to the minimum (3, 2): distance",
        value: Math.hypot(best.h[0] - 3, best.h[1] - 2),
        reference: 0,
        tolerance: 1.5,
        source: "T10",
      },
      atMost(
        "Regret of the time average over that of the last value",
        of("averaged") / of("full"),
        0.9,
        "T10",
      ),
      {
        claim: "The full system at this interval is near the reduced one: ratio of regrets",
        value: of("full") / of("reduced"),
        reference: 1,
        tolerance: 0.5,
        source: "T10",
      },
    ];
  },
  table: ({ courses }) => ({
    columns: ["kind", "generation", "mean_effective_fitness", "rms_distance"],
    rows: courses.flatMap((c) => c.effective.map((F, g) => [c.kind, g, F, c.distance[g]!])),
  }),
  prose: [
    "The loss has four minima of equal depth; the hyperparameter h pulls θ towards itself, noise lets it wander, and fitness prefers one of the four. The effective fitness of h is an integral over the plane, known here to eight digits.",
    "The full system of {members} members with an interval of several relaxation times, here {interval}, behaves as the reduced algorithm that draws θ from the Gibbs law. Both select on single noisy values; the average over the interval concentrates nearer to the fittest h, at no extra cost.",
  ],
});

function tail(values: readonly number[]): number {
  return values.slice(-20).reduce((a, b) => a + b, 0) / 20;
}

function interpolated(F: (x: number, y: number) => number, n: number): (x: number, y: number) => number {
  const spacing = 10 / (n - 1);
  const values = Float64Array.from({ length: n * n }, (_, k) =>
    F(-5 + (k % n) * spacing, -5 + Math.floor(k / n) * spacing),
  );
  return (x, y) => {
    const [u, v] = [(x + 5) / spacing, (y + 5) / spacing];
    const [i, j] = [Math.min(n - 2, Math.floor(u)), Math.min(n - 2, Math.floor(v))];
    const [a, b] = [u - i, v - j];
    const at = (p: number, q: number): number => values[q * n + p]!;
    return (
      (1 - b) * ((1 - a) * at(i, j) + a * at(i + 1, j)) + b * ((1 - a) * at(i, j + 1) + a * at(i + 1, j + 1))
    );
  };
}
