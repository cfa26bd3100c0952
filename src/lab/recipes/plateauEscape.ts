import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import { plateauEscape } from "../../theory/index.ts";
import { logTicksX } from "../logTicks.ts";
import { atMost, defineRecipe } from "../recipe.ts";

interface Row {
  readonly members: number;
  readonly copying: boolean;
  /** Mean over runs of the step at which the first, and the median, member leaves the plateau. */
  readonly best: number;
  readonly median: number;
}

interface Outcome {
  readonly rows: readonly Row[];
  /** Sorted escape steps of the largest population, one run. */
  readonly times: readonly { readonly copying: boolean; readonly share: number; readonly step: number }[];
}

const sizes = [1, 4, 8, 16];
const limit = 8000;

/** F23: on a plateau the first member to escape is found sooner in a larger population; copying brings the others after it. */
export const plateauEscapeFigure = defineRecipe<{ seeds: number; interval: number }, Outcome>({
  name: "plateau-escape",
  figureId: "F23",
  title: "Populations leave plateaus together",
  parameters: {
    seeds: { initial: 6, low: 2, high: 40, integer: true, label: "runs to average" },
    interval: {
      initial: 200,
      low: 100,
      high: 2000,
      integer: true,
      log: true,
      label: "steps between selections",
    },
  },
  simulate({ seeds, interval }, run) {
    const runs = run.quick ? 2 : seeds;
    const rows: Row[] = [];
    const times: { copying: boolean; share: number; step: number }[] = [];
    for (const members of sizes) {
      for (const copying of [false, true]) {
        let best = 0;
        let median = 0;
        for (let seed = 0; seed < runs; seed++) {
          const escape = plateauEscape(key(run.seed + seed), { members, copying, interval, steps: limit });
          const sorted = escape.times.map((t) => t ?? limit).toSorted((a, b) => a - b);
          best += sorted[0]! / runs;
          median += sorted[Math.floor(members / 2)]! / runs;
          if (members === sizes.at(-1) && seed === 0) {
            sorted.forEach((step, i) => times.push({ copying, share: (i + 1) / members, step }));
          }
        }
        rows.push({ members, copying, best, median });
        run.progress(
          rows.reduce((sum, row) => sum + row.members, 0) / (2 * sizes.reduce((a, b) => a + b, 0)),
        );
      }
    }
    return { rows, times };
  },
  figure({ rows, times }, { interval }) {
    const last = (copying: boolean): Row => rows.findLast((row) => row.copying === copying)!;
    const key = [
      { label: "independent", color: category(0), mark: "dot" as const },
      { label: `copying every ${interval} steps`, color: category(1), mark: "dot" as const },
    ];
    return {
      title: "Populations leave plateaus together",
      caption: `Two-layer networks with two neurons learn a target of degree 2 by online SGD in 40 dimensions; a member escapes when its risk is below half the plateau. With ${sizes.at(-1)} members the first escapes at step ${last(false).best.toFixed(0)} alone and ${last(true).best.toFixed(0)} with copying; the median member at ${last(false).median.toFixed(0)} alone, at ${last(true).median.toFixed(0)} with copying.`,
      panels: [
        {
          title: "escape time against members (solid: median, dashed: first)",
          key,
          options: {
            x: { type: "log", label: "members", ticks: sizes },
            y: { label: "step", domain: [0, limit] },
            grid: true,
            marks: [
              logTicksX(sizes),
              ...[false, true].flatMap((copying, i) => {
                const own = rows.filter((row) => row.copying === copying);
                return [
                  Plot.line(own, { x: "members", y: "median", stroke: category(i), strokeWidth: 2 }),
                  Plot.dot(own, { x: "members", y: "median", fill: category(i), r: 4 }),
                  Plot.line(own, { x: "members", y: "best", stroke: category(i), strokeDasharray: "4 3" }),
                ];
              }),
            ],
          },
        },
        {
          title: `share escaped, ${sizes.at(-1)} members, one run`,
          key,
          options: {
            x: { label: "step", domain: [0, limit] },
            y: { label: "share", domain: [0, 1] },
            grid: true,
            marks: [false, true].map((copying, i) =>
              Plot.line(
                times.filter((t) => t.copying === copying),
                { x: "step", y: "share", stroke: category(i), curve: "step-after", strokeWidth: 2 },
              ),
            ),
          },
        },
      ],
    };
  },
  checks({ rows }) {
    const of = (members: number, copying: boolean): Row =>
      rows.find((row) => row.members === members && row.copying === copying)!;
    return [
      atMost(
        "A larger population's first escape is sooner: 16 members over 1",
        of(16, false).best / of(1, false).best,
        0.7,
        "T7, own experiment",
      ),
      atMost(
        "Copying shortens the median escape of 16 members: ratio",
        of(16, true).median / of(16, false).median,
        0.8,
        "T7, own experiment",
      ),
      {
        claim: "Copying does not change a population of one",
        value: of(1, true).best - of(1, false).best,
        reference: 0,
        tolerance: 0,
        source: "exact",
      },
    ];
  },
  table: ({ rows }) => ({
    columns: ["members", "copying", "first_escape", "median_escape"],
    rows: rows.map((row) => [row.members, row.copying ? "yes" : "no", row.best, row.median]),
  }),
  prose: [
    "A network on a plateau waits until one of its directions has, by luck, turned far enough towards the target. Members differ in that luck: the first of a population escapes earlier the larger the population is.",
    "Without copying, that helps one member. With copying, every {interval} steps, the others jump to the one that has escaped: the whole population leaves the plateau soon after its luckiest member, at no extra steps. The first escape itself comes no sooner by copying, and in small populations later: copies are alike, and share their luck.",
  ],
});
