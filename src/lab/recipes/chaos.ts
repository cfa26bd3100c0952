import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { normalCdf } from "../../math/index.ts";
import { key } from "../../random/index.ts";
import { agents, gaussianLaw, type Resampling, riccati, riccatiStart } from "../../theory/index.ts";
import { defineRecipe, logSlope } from "../recipe.ts";
import { model, start } from "../riccatiProblem.ts";

const sizes = [100, 400, 1600, 6400];
const kinds: readonly Resampling[] = ["multinomial", "systematic", "keep"];
/** Mean W₁ of the reference program, N = 100 … 6400, and its standard errors. */
const reference: Record<Resampling, readonly number[]> = {
  multinomial: [0.177, 0.0901, 0.053, 0.0236],
  systematic: [0.0784, 0.0401, 0.0196, 0.0094],
  keep: [0.103, 0.047, 0.0254, 0.0104],
};

interface Row {
  readonly kind: Resampling;
  readonly members: number;
  readonly distance: number;
  /** Runs that the mean is over. */
  readonly runs: number;
}

/** F1: the empirical law of N agents approaches the mean field like N^(−1/2); the constant belongs to the resampling. */
export const chaos = defineRecipe<{ eps: number; seeds: number }, Row[]>({
  name: "chaos",
  figureId: "F1",
  title: "N agents approach the mean field like 1/√N",
  parameters: {
    eps: { initial: 0.1, low: 0.02, high: 0.5, log: true, label: "scale separation ε" },
    seeds: { initial: 24, low: 2, high: 200, integer: true, label: "runs to average" },
  },
  simulate({ eps, seeds }, run) {
    const runs = run.quick ? Math.min(8, seeds) : seeds;
    const exact = riccati({ eps }, riccatiStart, 1);
    const law = gaussianLaw(exact.mean[1], Math.sqrt(exact.covariance[2]), normalCdf);
    const rows: Row[] = [];
    for (const kind of kinds) {
      for (const members of sizes) {
        let distance = 0;
        for (let seed = 0; seed < runs; seed++) {
          const system = agents({ ...model, eps, members, resampling: kind });
          distance += system.simulate(key(run.seed + seed), { time: 1, start }).wasserstein1(law) / runs;
        }
        rows.push({ kind, members, distance, runs });
        run.progress(rows.length / (kinds.length * sizes.length));
      }
    }
    return rows;
  },
  figure(rows) {
    const guide = sizes.map((members) => ({ members, distance: 0.8 / Math.sqrt(members) }));
    return {
      title: "N agents approach the mean field like 1/√N",
      caption: `Wasserstein-1 distance between the h of N agents and the exact law at t = 1. Fitted slopes: ${kinds
        .map((kind) => `${kind} ${slopeOf(rows, kind).toFixed(2)}`)
        .join(", ")}; theory −0.50.`,
      columns: 1,
      panelWidth: 560,
      panelHeight: 360,
      panels: [
        {
          key: [
            ...kinds.map((kind, i) => ({ label: kind, color: category(i), mark: "dot" as const })),
            { label: "0.8/√N", color: ink, dash: "4 3" },
          ],
          options: {
            x: { type: "log", label: "members N", ticks: sizes, tickFormat: (n: number) => String(n) },
            y: { type: "log", label: "W₁" },
            grid: true,
            marks: [
              Plot.line(guide, { x: "members", y: "distance", stroke: ink, strokeDasharray: "4 3" }),
              ...kinds.flatMap((kind, i) => {
                const own = rows.filter((row) => row.kind === kind);
                return [
                  Plot.line(own, { x: "members", y: "distance", stroke: category(i) }),
                  Plot.dot(own, { x: "members", y: "distance", fill: category(i), r: 4 }),
                ];
              }),
            ],
          },
        },
      ],
    };
  },
  checks(rows, { eps }) {
    // One W₁ varies by about 0.45 of its mean (measured); a slope over four sizes a factor 4 apart then by 0.45/3.1/√runs.
    const spread = 0.45 / Math.sqrt(rows[0]!.runs);
    const slopes = kinds.map((kind) => ({
      claim: `${kind} resampling: the distance falls with slope −1/2`,
      value: slopeOf(rows, kind),
      reference: -0.5,
      tolerance: Math.max(0.1, (3 * spread) / 3.1),
      source: "T2.4",
    }));
    if (eps !== 0.1) return slopes;
    const level = (kind: Resampling) => ({
      claim: `${kind} resampling: W₁ at N = 1600 is the reference's`,
      value: rows.find((row) => row.kind === kind && row.members === 1600)!.distance,
      reference: reference[kind][2]!,
      // Three standard errors of both averages; the reference is over 20 runs.
      tolerance: 3 * reference[kind][2]! * Math.hypot(spread, 0.45 / Math.sqrt(20)),
      source: "T2.4",
    });
    return [...slopes, ...kinds.map(level)];
  },
  table: (rows) => ({
    columns: ["resampling", "members", "wasserstein1"],
    rows: rows.map((row) => [row.kind, row.members, row.distance]),
  }),
  prose: [
    "A population of N agents, its clocks apart by ε = {eps}, is a sample of a law that the mean-field equation moves without noise. How far is the sample from the law, on average of {seeds} runs? In one dimension of h the Wasserstein-1 distance falls like 1/√N, for every way of resampling.",
    "The constant is not universal. Drawing all parents anew at every small step (multinomial) adds drift of order 1/N each time, and makes the distance more than twice that of systematic resampling, whose offspring numbers differ from their means by less than one.",
  ],
});

function slopeOf(rows: readonly Row[], kind: Resampling): number {
  const own = rows.filter((row) => row.kind === kind);
  return logSlope(
    own.map((row) => row.members),
    own.map((row) => row.distance),
  );
}
