import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import { doubleWell, effectiveFitness } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Curve {
  readonly temperature: number;
  readonly points: readonly { readonly h: number; readonly F: number }[];
  readonly best: number;
  readonly at0: number;
}

const temperatures = [0.05, 0.1, 0.25, 0.5];
const argmax = [0.220878, 0.398757, 0.805344, 1.289591];
const fitnessAt0 = [-0.9684169702059169, -0.935681454, -0.916372744, Number.NaN];

/** F6: the effective fitness of a tilted double well at four temperatures. */
export const doubleWellFitness = defineRecipe<{ low: number; high: number }, Curve[]>({
  name: "double-well",
  figureId: "F6",
  title: "Noise moves the fittest hyperparameter",
  parameters: {
    low: { initial: -0.6, low: -2, high: 0.2, label: "smallest h" },
    high: { initial: 2, low: 0.5, high: 3, label: "largest h" },
  },
  simulate({ low, high }, run) {
    const n = run.quick ? 61 : 241;
    return temperatures.map((temperature, k) => {
      const F = effectiveFitness(doubleWell({ temperature }));
      const points = Array.from({ length: n }, (_, i) => {
        const h = low + ((high - low) * i) / (n - 1);
        return { h, F: F(h) };
      });
      run.progress((k + 1) / temperatures.length);
      return { temperature, points, best: maximise(F, 0, 2), at0: F(0) };
    });
  },
  figure(curves) {
    return {
      title: "Noise moves the fittest hyperparameter",
      caption: `Effective fitness of the tilt h of a double well. The maximum (dot) lies at h = ${curves.map((c) => `${c.best.toFixed(3)} (T = ${c.temperature})`).join(", ")}.`,
      columns: 1,
      panelWidth: 620,
      panelHeight: 360,
      panels: [
        {
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
      ],
    };
  },
  checks: (curves) =>
    curves.flatMap(({ temperature, best, at0 }, i) => [
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
  table: (curves) => ({
    columns: ["temperature", "h", "F"],
    rows: curves.flatMap(({ temperature, points }) => points.map(({ h, F }) => [temperature, h, F])),
  }),
  prose: [
    "Deterministic descent in a double well remembers its past: it switches wells only when one disappears, at |h| = 0.385. With noise, θ visits both wells in the proportions of the Gibbs law, and fitness becomes a smooth function of the tilt.",
    "The hotter the training, the larger the tilt that is best: the fittest hyperparameter is a property of the noise as much as of the loss. This average is reached only if the interval between selections is long against the time to cross the barrier, which grows like exp(barrier/T).",
  ],
});

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
