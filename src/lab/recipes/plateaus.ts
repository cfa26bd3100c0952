import * as Plot from "@observablehq/plot";
import { category, grey } from "../../figures/index.ts";
import { plateaus as findPlateaus, type Stretch } from "../../population/index.ts";
import { logTimes, singleIndexFlow } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Course {
  readonly eps: number;
  readonly times: readonly number[];
  readonly risk: readonly number[];
  readonly parts: readonly (readonly number[])[];
  readonly stretches: readonly Stretch[];
}

const coefficients = [0, 1, 1, 1];

/** F15: the risk of a two-layer network falls in leaps between plateaus, one Hermite degree at a time. */
export const plateausFigure = defineRecipe<{ logEps: number }, Course>({
  name: "plateaus",
  figureId: "F15",
  title: "Plateaus and leaps: one degree of the target after another",
  parameters: { logEps: { initial: -8, low: -10, high: -3, label: "log₁₀ of the scale ratio ε" } },
  simulate({ logEps }, run) {
    const eps = 10 ** logEps;
    const times = logTimes(Math.max(1e-10, eps / 10), 1, run.quick ? 100 : 200);
    const path = singleIndexFlow(
      { eps, unit: coefficients, target: coefficients },
      { a: [1, 0.7, -0.7, -1], s: [0, 0, 0, 0] },
      times,
    );
    run.progress(1);
    const risk = path.risk.map((value) => Math.max(value, 1e-9));
    return { eps, times, risk, parts: path.residuals, stretches: findPlateaus(times, risk) };
  },
  figure({ eps, times, risk, parts, stretches }) {
    const rows = times.map((t, i) => ({ t, risk: risk[i]! }));
    const degrees = [1, 2, 3].flatMap((k) => times.map((t, i) => ({ t, k, part: parts[i]![k]! ** 2 / 2 })));
    const flat = stretches.filter(({ kind }) => kind === "plateau");
    return {
      title: "Plateaus and leaps: one degree of the target after another",
      caption: `Population risk of a two-layer network with four neurons, ε = ${eps.toExponential(0)}. The detector of the dashboard finds ${flat.length} plateaus (grey), at risk ${flat.map(({ level }) => level.toPrecision(3)).join(" and ")}.`,
      columns: 1,
      panelWidth: 660,
      panelHeight: 260,
      panels: [
        {
          title: "risk",
          key: [{ label: "plateau", color: grey, mark: "area" }],
          options: {
            x: { type: "log", label: "time" },
            y: { label: "risk" },
            grid: true,
            marks: [
              Plot.rect(flat, { x1: "from", x2: "until", fill: grey, fillOpacity: 0.25 }),
              Plot.line(rows, { x: "t", y: "risk", stroke: category(0), strokeWidth: 2 }),
            ],
          },
        },
        {
          title: "what remains of each degree",
          key: [1, 2, 3].map((k) => ({ label: `degree ${k}`, color: category(k) })),
          options: {
            x: { type: "log", label: "time" },
            y: { label: "e²/2" },
            grid: true,
            marks: [1, 2, 3].map((k) =>
              Plot.line(
                degrees.filter((d) => d.k === k),
                { x: "t", y: "part", stroke: category(k), strokeWidth: 2 },
              ),
            ),
          },
        },
      ],
    };
  },
  checks({ eps, risk, stretches }) {
    const rising = risk.filter((value, i) => i > 0 && value > risk[i - 1]! + 1e-9).length;
    const check = {
      claim: "The risk never rises (points that do)",
      value: rising,
      reference: 0,
      tolerance: 0,
      source: "T7.1",
    };
    if (Math.abs(Math.log10(eps) + 8) > 1e-9) return [check];
    const flat = stretches.filter(({ kind }) => kind === "plateau");
    const drops = stretches.filter(({ kind }) => kind === "drop");
    return [
      check,
      { claim: "Plateaus found", value: flat.length, reference: 2, tolerance: 0, source: "T7.2" },
      { claim: "Drops found", value: drops.length, reference: 3, tolerance: 0, source: "T7.2" },
      {
        claim: "Level of the first plateau",
        value: flat[0]!.level,
        reference: 1.5,
        tolerance: 0.005,
        source: "T7.2",
      },
      {
        claim: "Level of the second",
        value: flat[1]!.level,
        reference: 0.99,
        tolerance: 0.01,
        source: "T7.2",
      },
      {
        claim: "End of the first plateau, in decades",
        value: Math.log10(flat[0]!.until),
        reference: Math.log10(3.39e-4),
        tolerance: 0.03,
        source: "T7.2",
      },
      {
        claim: "End of the second plateau, in decades",
        value: Math.log10(flat[1]!.until),
        reference: Math.log10(8.13e-3),
        tolerance: 0.03,
        source: "T7.2",
      },
    ];
  },
  table: ({ times, risk, parts }) => ({
    columns: ["time", "risk", "e1", "e2", "e3"],
    rows: times.map((t, i) => [t, risk[i]!, parts[i]![1]!, parts[i]![2]!, parts[i]![3]!]),
  }),
  prose: [
    "When the second layer of a two-layer network learns much faster than the first, the risk does not fall smoothly. It rests on plateaus, each of which ends with a leap in which one more degree of the target function is learnt.",
    "Within a plateau the directions of the first layer move slowly, invisibly for the risk, until the next degree takes off. Nothing is wrong in such a run, and nothing is to be seen: the reason for a detector that knows plateaus from the end of learning.",
  ],
});
