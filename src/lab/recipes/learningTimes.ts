import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { learningTime, logTimes, singleIndexFlow } from "../../theory/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Row {
  readonly eps: number;
  readonly times: readonly [number, number, number];
}

const coefficients = [0, 1, 1, 1];
/** Reference B: t₁, t₂, t₃ at ε = 1e-6, 1e-8, 1e-10. */
const reference = new Map([
  [-6, [0.004292438306500125, 0.039291675035431115, 0.08421352837152087]],
  [-8, [0.0005471151574927325, 0.013723481082287147, 0.06198761940741363]],
  [-10, [6.617122419370084e-5, 0.004611285847834835, 0.027962540296111307]],
]);

/** F16: degree l is learnt at a time that scales as ε^(1/2l). */
export const learningTimes = defineRecipe<{ rounds: number }, Row[]>({
  name: "learning-times",
  figureId: "F16",
  title: "Degree l is learnt at time ε^(1/2l)",
  parameters: { rounds: { initial: 9, low: 3, high: 9, integer: true, label: "decades of ε" } },
  simulate({ rounds }, run) {
    return Array.from({ length: rounds }, (_, i) => {
      const eps = 10 ** (-10 + i);
      const path = singleIndexFlow(
        { eps, unit: coefficients, target: coefficients },
        { a: [1, 0.7, -0.7, -1], s: [0, 0, 0, 0] },
        [0, ...logTimes(eps, 3, 200)],
      );
      run.progress((i + 1) / rounds);
      return {
        eps,
        times: [learningTime(path, 1)!, learningTime(path, 2)!, learningTime(path, 3)!] as const,
      };
    });
  },
  figure(rows) {
    const points = rows.flatMap(({ eps, times }) => times.map((t, i) => ({ eps, t, degree: i + 1 })));
    const slopes = [1, 2, 3].map((k) => slope(rows, k));
    const guides = [1, 2].map((l) => {
      const anchor = rows[0]!;
      return rows.map(({ eps }) => ({
        l,
        eps,
        t: anchor.times[l - 1]! * (eps / anchor.eps) ** (1 / (2 * l)),
      }));
    });
    return {
      title: "Degree l is learnt at time ε^(1/2l)",
      caption: `First time at which a degree's residual is below ½, four neurons. Local slopes at the smallest ε: ${slopes.map((s, i) => `degree ${i + 1} ${s.toFixed(3)}`).join(", ")}; theory ½ (with a logarithm), ¼, 1/6. The asymptotic exponents are not visible above ε = 1e-6.`,
      columns: 1,
      panelWidth: 640,
      panelHeight: 380,
      panels: [
        {
          key: [
            ...[1, 2, 3].map((k) => ({ label: `degree ${k}`, color: category(k), mark: "dot" as const })),
            { label: "slope 1/2l", color: ink, dash: "4 3" },
          ],
          options: {
            x: { type: "log", label: "scale ratio ε", domain: [rows[0]!.eps, rows.at(-1)!.eps] },
            y: { type: "log", label: "time", domain: [1e-5, 1] },
            grid: true,
            marks: [
              ...guides.map((guide) =>
                Plot.line(
                  guide.filter((g) => g.t <= 1),
                  { x: "eps", y: "t", stroke: ink, strokeDasharray: "4 3" },
                ),
              ),
              ...[1, 2, 3].flatMap((k) => {
                const own = points.filter((p) => p.degree === k);
                return [
                  Plot.line(own, { x: "eps", y: "t", stroke: category(k) }),
                  Plot.dot(own, { x: "eps", y: "t", fill: category(k), r: 4 }),
                ];
              }),
            ],
          },
        },
      ],
    };
  },
  checks(rows) {
    const values = rows.flatMap(({ eps, times }) => {
      const known = reference.get(Math.round(Math.log10(eps)));
      // The reference reports the next point of a time grid of about 2.5 %: it is late by up to that, never early.
      return known === undefined
        ? []
        : times.map((t, i) => ({
            claim: `Time of degree ${i + 1} at ε = ${eps.toExponential(0)}, over the reference's`,
            value: t / known[i]!,
            reference: 0.9875,
            tolerance: 0.0135,
            source: "T7.1",
          }));
    });
    const increment = Math.log10(
      (rows[1]!.times[2] - rows[1]!.times[1]) / (rows[0]!.times[2] - rows[0]!.times[1]),
    );
    return [
      ...values,
      {
        claim: "Slope of degree 1 between 1e-10 and 1e-9",
        value: slope(rows, 1),
        reference: 0.461,
        tolerance: 0.011,
        source: "T7.1",
      },
      {
        claim: "Slope of degree 2",
        value: slope(rows, 2),
        reference: 0.2374,
        tolerance: 0.011,
        source: "T7.1",
      },
      {
        claim: "Slope of the time between degrees 2 and 3",
        value: increment,
        reference: 0.1583,
        tolerance: 0.011,
        source: "T7.1",
      },
    ];
  },
  table: (rows) => ({ columns: ["eps", "t1", "t2", "t3"], rows: rows.map((r) => [r.eps, ...r.times]) }),
  prose: [
    "How long is a plateau? With the ratio of the layers' rates as ε, the degrees of the target are learnt at times that scale as ε^(1/2), ε^(1/4), ε^(1/6): the smaller ε, the further apart they lie, and the sharper is each leap.",
  ],
});

function slope(rows: readonly Row[], degree: number): number {
  return (
    Math.log10(rows[1]!.times[degree - 1]! / rows[0]!.times[degree - 1]!) /
    Math.log10(rows[1]!.eps / rows[0]!.eps)
  );
}
