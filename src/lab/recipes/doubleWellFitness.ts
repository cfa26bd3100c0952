import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { doubleWell, effectiveFitness, realisedFitness } from "../../theory/index.ts";
import { atLeast, defineRecipe } from "../recipe.ts";

/** Growth rates of clones at one temperature, at separations of the clocks. */
interface Realised {
  readonly eps: number;
  readonly points: readonly { readonly h: number; readonly F: number }[];
}

interface Outcome {
  readonly curves: readonly Curve[];
  readonly realised: readonly Realised[];
}

interface Curve {
  readonly temperature: number;
  readonly points: readonly { readonly h: number; readonly F: number }[];
  readonly best: number;
  readonly at0: number;
}

const temperatures = [0.05, 0.1, 0.25, 0.5];
const argmax = [0.220878, 0.398757, 0.805344, 1.289591];
const fitnessAt0 = [-0.9684169702059169, -0.935681454, -0.916372744, Number.NaN];
/** The second panel: T = 0.1, whose slowest relaxation takes 30 of fast time. */
const shownTemperature = 0.1;
const gap = 0.03354628;
const separations = [0.001, 0.01, 0.1, 1];

/** F6: the effective fitness of a tilted double well at four temperatures. */
export const doubleWellFitness = defineRecipe<{ low: number; high: number }, Outcome>({
  name: "double-well",
  figureId: "F6",
  title: "Noise moves the fittest hyperparameter",
  parameters: {
    low: { initial: -0.6, low: -2, high: 0.2, label: "smallest h" },
    high: { initial: 2, low: 0.5, high: 3, label: "largest h" },
  },
  simulate({ low, high }, run) {
    const n = run.quick ? 61 : 241;
    const curves = temperatures.map((temperature, k) => {
      const F = effectiveFitness(doubleWell({ temperature }));
      const points = Array.from({ length: n }, (_, i) => {
        const h = low + ((high - low) * i) / (n - 1);
        return { h, F: F(h) };
      });
      run.progress((k + 1) / (temperatures.length + separations.length));
      return { temperature, points, best: maximise(F, 0, 2), at0: F(0) };
    });
    const model = doubleWell({ temperature: shownTemperature });
    const cells = run.quick ? 200 : 600;
    const realised = separations.map((eps, k) => {
      const points = Array.from({ length: run.quick ? 31 : 81 }, (_, i) => {
        const h = -0.4 + i * (run.quick ? 0.032 : 0.012);
        return { h, F: realisedFitness(model, h, eps, cells) };
      });
      run.progress((temperatures.length + k + 1) / (temperatures.length + separations.length));
      return { eps, points };
    });
    return { curves, realised };
  },
  figure({ curves, realised }) {
    const average = curves.find(({ temperature }) => temperature === shownTemperature)!;
    return {
      title: "Noise moves the fittest hyperparameter",
      caption: `Effective fitness of the tilt h of a double well. The maximum (dot in A) lies at h = ${curves.map((c) => `${c.best.toFixed(3)} (T = ${c.temperature})`).join(", ")}. B: what clones really grow by at T = ${shownTemperature}, whose slowest relaxation rate is ${gap.toFixed(3)}: with ε far below it the average over both wells, above it the better well alone.`,
      panelWidth: 480,
      panelHeight: 340,
      panels: [
        {
          title: "A  effective fitness at four temperatures",
          key: curves.map((c, i) => ({ label: `T = ${c.temperature}`, color: category(i) })),
          options: {
            x: { label: "tilt h", domain: [-2, 3] },
            y: { label: "effective fitness F(h)", domain: [-1.6, 0] },
            grid: true,
            marks: curves.flatMap((curve, i) => {
              const shown = curve.points.filter((point) => point.F >= -1.6);
              const F = effectiveFitness(doubleWell({ temperature: curve.temperature }));
              const top = [{ h: curve.best, F: F(curve.best) }];
              return [
                Plot.line(shown, { x: "h", y: "F", stroke: category(i), strokeWidth: 2 }),
                Plot.dot(top, { x: "h", y: "F", fill: category(i), r: 5 }),
              ];
            }),
          },
        },
        {
          title: `B  growth of clones at T = ${shownTemperature}`,
          key: [
            { label: "F(h)", color: ink, dash: "4 3" },
            ...realised.map(({ eps }, i) => ({ label: `ε = ${eps}`, color: category(i) })),
          ],
          options: {
            x: { label: "tilt h", domain: [-0.4, 0.56] },
            y: { label: "growth rate", domain: [-1.6, 0] },
            grid: true,
            marks: [
              ...realised.map(({ points }, i) =>
                Plot.line(
                  points.filter(({ F }) => F >= -1.6),
                  { x: "h", y: "F", stroke: category(i), strokeWidth: 2 },
                ),
              ),
              Plot.line(
                average.points.filter(({ h, F }) => F >= -1.6 && h <= 0.56),
                { x: "h", y: "F", stroke: ink, strokeDasharray: "4 3" },
              ),
            ],
          },
        },
      ],
    };
  },
  checks: ({ curves, realised }) => [
    ...curves.flatMap(({ temperature, best, at0 }, i) => [
      {
        claim: `The fittest h at T = ${temperature}`,
        value: best,
        reference: argmax[i]!,
        tolerance: 2e-6,
        source: "T4.5",
      },
      ...(Number.isNaN(fitnessAt0[i]!)
        ? []
        : [
            {
              claim: `F(0) at T = ${temperature}`,
              value: at0,
              reference: fitnessAt0[i]!,
              tolerance: 1e-8,
              source: "T4.5",
            },
          ]),
    ]),
    atLeast(
      "Lineages that are lucky while it lasts: growth exceeds F at every ε and h, by at least",
      Math.min(...realised.flatMap(({ points }) => points.map(({ h, F }) => F - worth(h)))),
      -1e-3,
      "T3.3",
    ),
    {
      claim: "With ε at 3 % of the slowest rate growth is F at h = 0.2",
      value: realisedFitness(doubleWell({ temperature: shownTemperature }), 0.2, 0.001),
      reference: worth(0.2),
      tolerance: 0.01,
      source: "T3.3",
    },
    atLeast(
      "With ε = 1 the well is selected, not the tilt: growth over F at h = 0",
      realisedFitness(doubleWell({ temperature: shownTemperature }), 0, 1) - worth(0),
      0.7,
      "T4.5",
    ),
  ],
  table: ({ curves, realised }) => ({
    columns: ["temperature", "eps", "h", "F"],
    rows: [
      ...curves.flatMap(({ temperature, points }) => points.map(({ h, F }) => [temperature, 0, h, F])),
      ...realised.flatMap(({ eps, points }) => points.map(({ h, F }) => [shownTemperature, eps, h, F])),
    ],
  }),
  prose: [
    "Deterministic descent in a double well remembers its past: it switches wells only when one disappears, at |h| = 0.385. With noise, θ visits both wells in the proportions of the Gibbs law, and fitness becomes a smooth function of the tilt, from {low} to {high}.",
    "The hotter the training, the larger the tilt that is best: the fittest hyperparameter is a property of the noise as much as of the loss. This average is reached only if the interval between selections is long against the time to cross the barrier, which grows like exp(barrier/T). Where it is not (B), the population selects the well, not the tilt: averaging fails silently, and what grows is the lineage that happens to sit well.",
  ],
});

/** F at the temperature of the second panel. */
const worth = effectiveFitness(doubleWell({ temperature: shownTemperature }));

/** Golden-section search for the maximum of a unimodal function. */
function maximise(F: (h: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  let c = b - ratio * (b - a);
  let d = a + ratio * (b - a);
  let [fc, fd] = [F(c), F(d)];
  while (b - a > 1e-8) {
    if (fc > fd) {
      [b, d, fd] = [d, c, fc];
      c = b - ratio * (b - a);
      fc = F(c);
    } else {
      [a, c, fc] = [c, d, fd];
      d = a + ratio * (b - a);
      fd = F(d);
    }
  }
  return (a + b) / 2;
}
