import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import {
  blendScore,
  effectiveScore,
  instantaneousScore,
  oracleScore,
  type ScoreRule,
} from "../../theory/index.ts";
import { logTicksX } from "../logTicks.ts";
import { overRuns } from "../populations.ts";
import { atLeast, atMost, defineRecipe } from "../recipe.ts";

interface Cell {
  readonly r: number;
  readonly score: string;
  readonly loss: number;
  readonly error: number;
}

const ratios = [0.05, 0.3, 1, 3, 10];
const scores: readonly (readonly [string, () => ScoreRule])[] = [
  ["instantaneous", instantaneousScore],
  ["effective (quadratic, pooled)", effectiveScore({ estimator: "quad", generations: 5 })],
  ["BLEND", blendScore({ estimator: "quad", generations: 5 })],
  ["true F (oracle)", oracleScore((h) => -((h - 1) ** 2) / 2)],
];

/** F9: where parameters are inherited and unconverged, effective fitness hurts; BLEND follows the better side. */
export const blend = defineRecipe<{ temperature: number; seeds: number }, Cell[]>({
  name: "blend",
  figureId: "F9",
  title: "Effective fitness hurts where the clocks are not apart; BLEND does not",
  parameters: {
    temperature: { initial: 0.3, low: 0.01, high: 1, log: true, label: "temperature T" },
    seeds: { initial: 60, low: 4, high: 200, integer: true, label: "runs to average" },
  },
  simulate({ temperature, seeds }, run) {
    const runs = run.quick ? Math.min(seeds, 20) : seeds;
    const cells: Cell[] = [];
    for (const r of ratios) {
      for (const [score, rule] of scores) {
        const { mean, error } = overRuns(
          { temperature, interval: r, generations: 40, theta: -3 },
          rule,
          { count: runs, seed: run.seed },
          ({ generation, phi }) =>
            generation < 30 ? 0 : -phi.reduce((sum, v) => sum + v, 0) / (10 * phi.length),
        );
        cells.push({ r, score, loss: mean, error });
        run.progress(cells.length / (ratios.length * scores.length));
      }
    }
    return cells;
  },
  figure(cells, { temperature }) {
    const ratio =
      at(cells, 0.05, "effective (quadratic, pooled)").loss / at(cells, 0.05, "instantaneous").loss;
    return {
      title: "Effective fitness hurts where the clocks are not apart; BLEND does not",
      caption: `Achieved loss over the last 10 of 40 generations, all θ started at −3, T = ${temperature}; bars are 95 % intervals. At r = 0.05 effective fitness is ${ratio.toFixed(0)} times worse than instantaneous selection: there θ carries the progress, and θ is what must be selected.`,
      columns: 1,
      panelWidth: 660,
      panelHeight: 380,
      panels: [
        {
          key: scores.map(([label], i) => ({ label, color: category(i), mark: "dot" as const })),
          options: {
            x: { type: "log", label: "separation r", ticks: ratios },
            y: { type: "log", label: "achieved loss", domain: [0.02, 1.5] },
            grid: true,
            marks: [
              logTicksX(ratios),
              ...scores.flatMap(([score], i) => {
                const own = cells.filter((cell) => cell.score === score);
                return [
                  Plot.ruleX(own, {
                    x: "r",
                    y1: (c: Cell) => Math.max(0.02, c.loss - 1.96 * c.error),
                    y2: (c: Cell) => c.loss + 1.96 * c.error,
                    stroke: category(i),
                  }),
                  Plot.line(own, {
                    x: "r",
                    y: "loss",
                    stroke: category(i),
                    ...(score === "BLEND" ? { strokeWidth: 3 } : {}),
                  }),
                  Plot.dot(own, { x: "r", y: "loss", fill: category(i), r: 4 }),
                ];
              }),
            ],
          },
        },
      ],
    };
  },
  checks(cells, { temperature }) {
    const oracle = at(cells, 10, "true F (oracle)");
    const floor = {
      claim: "At r = 10 the true F leaves the fluctuations T/2 and what mutation adds",
      value: oracle.loss,
      reference: temperature / 2 + 0.0014,
      // Three standard errors, and a tenth for the lag of θ behind a moved h.
      tolerance: 3 * oracle.error + 0.1 * (temperature / 2 + 0.0014),
      source: "T5.5",
    };
    if (temperature !== 0.3) return [floor];
    const inst = at(cells, 0.05, "instantaneous").loss;
    const check = (claim: string, value: number, reference: number, tolerance: number) => ({
      claim,
      value,
      reference,
      tolerance,
      source: "T5.5",
    });
    return [
      atLeast(
        "At r = 0.05 effective fitness is at least 5 times worse (reference 26)",
        at(cells, 0.05, "effective (quadratic, pooled)").loss / inst,
        5,
        "T5.5",
      ),
      atMost(
        "At r = 0.05 BLEND is within a factor of two of instantaneous",
        at(cells, 0.05, "BLEND").loss / inst,
        2,
        "T5.5",
      ),
      floor,
      // Three joint standard errors; the reference's 95 % half-widths over 60 runs are 0.015 and 0.025.
      check(
        "At r = 3 BLEND loses",
        at(cells, 3, "BLEND").loss,
        0.181,
        3 * Math.hypot(at(cells, 3, "BLEND").error, 0.015 / 1.96),
      ),
      check(
        "At r = 3 instantaneous loses",
        at(cells, 3, "instantaneous").loss,
        0.304,
        3 * Math.hypot(at(cells, 3, "instantaneous").error, 0.025 / 1.96),
      ),
    ];
  },
  table: (cells) => ({
    columns: ["r", "score", "loss", "standard_error"],
    rows: cells.map((cell) => [cell.r, cell.score, cell.loss, cell.error]),
  }),
  prose: [
    "The best predictor of a member's next fitness is F + ρ(φ − F): its hyperparameters' worth plus what remains of its own luck or skill after an interval. ρ is near one when the interval is short (θ is inherited almost unchanged) and near zero when it is long.",
    "BLEND estimates ρ from the run, by correlating residuals along lineages, and needs no setting. In these problems, at temperature {temperature}, it stays near the better of both extremes. In real training neither F nor θ is stationary, and nothing guarantees it: the tool therefore starts from the present value and changes only on evidence.",
  ],
});

function at(cells: readonly Cell[], r: number, score: string): Cell {
  return cells.find((cell) => cell.r === r && cell.score === score)!;
}
