import * as Plot from "@observablehq/plot";
import { category } from "../../figures/index.ts";
import { bennaFusiModes, defaultCapacities, defaultConductances } from "../../optim/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Outcome {
  readonly modes: readonly (readonly number[])[];
  readonly lambda: readonly number[];
  readonly oneMinusLambda: readonly number[];
  readonly alpha: readonly number[];
  readonly start: readonly number[];
  readonly omega: readonly number[];
  readonly omegaEnd: readonly number[];
  /** u after the steps, through the modes, and by the chain itself. */
  readonly reconstructed: readonly number[];
  readonly direct: readonly number[];
  readonly conserved: readonly [before: number, after: number];
}

const start = [1, -0.5, 0.25, 0.8, -0.6, 0.3, 0.9, -0.2];
const alphaReference = [
  0.003921568627467173, 0.007643979473356475, 0.011806570937349069, 0.023740024334347812,
  0.048621045063088036, 0.10209895964978906, 0.22641120158477768, 0.5757566503298246,
];
const endReference = [
  0.10602527539726107, 0.10503233077386417, 0.09916118323221813, 0.07393315682925024, 0.005767976322810934,
  0.2604195795703244, 0.8313336211015832, -0.18386926439394224,
];

/** F13 (Jones 2022, Figure 2): one Benna–Fusi synapse is a bank of independent exponential memories. */
export const synapse = defineRecipe<{ steps: number }, Outcome>({
  name: "synapse",
  figureId: "F13",
  title: "One synapse, many clocks",
  parameters: { steps: { initial: 1000, low: 0, high: 20000, integer: true, label: "steps of decay" } },
  simulate({ steps }, run) {
    const { modes, lambda, oneMinusLambda, alpha, inverse } = bennaFusiModes();
    const C = defaultCapacities();
    const g = defaultConductances();
    const omega = inverse.map((row) => row.reduce((sum, v, k) => sum + v * start[k]!, 0));
    const omegaEnd = omega.map((value, i) => value * (1 - oneMinusLambda[i]!) ** steps);
    const reconstructed = modes.map((row) => row.reduce((sum, v, i) => sum + v * omegaEnd[i]!, 0));
    let direct: readonly number[] = start;
    for (let t = 0; t < steps; t++) {
      const u = direct;
      direct = u.map((own, k) => {
        const left = k > 0 ? g[k - 1]! * (u[k - 1]! - own) : 0;
        const right = k < u.length - 1 ? g[k]! * (u[k + 1]! - own) : 0;
        return own + (left + right) / C[k]!;
      });
      if (t % 1000 === 0) run.progress(t / steps);
    }
    const total = (u: readonly number[]): number => u.reduce((sum, value, k) => sum + C[k]! * value, 0);
    return {
      modes,
      lambda,
      oneMinusLambda,
      alpha,
      start,
      omega,
      omegaEnd,
      reconstructed,
      direct,
      conserved: [total(start), total(direct)],
    };
  },
  figure(o, { steps }) {
    const k = (values: readonly number[]) => values.map((value, i) => ({ k: i + 1, value }));
    const lines = (rows: readonly (readonly number[])[]) =>
      rows.map((row, i) => Plot.line(k(row), { x: "k", y: "value", stroke: category(i), strokeWidth: 1.5 }));
    const columns = o.alpha.map((_, i) => o.modes.map((row) => row[i]!));
    const decay = Array.from({ length: 121 }, (_, j) => 10 ** (j / 30)).flatMap((t) =>
      o.lambda.map((_, i) => ({ t, i, value: (1 - o.oneMinusLambda[i]!) ** t })),
    );
    const index = { x: { label: "variable k", ticks: 8 }, grid: true };
    const residual = Math.max(...o.direct.map((value, i) => Math.abs(value - o.reconstructed[i]!)));
    return {
      title: "One synapse, many clocks",
      caption: `The Benna–Fusi chain of 8 variables, diagonalised: time constants ${o.oneMinusLambda
        .slice(1)
        .toReversed()
        .map((x) => (-1 / Math.log1p(-x)).toPrecision(3))
        .join(
          ", ",
        )} steps and infinity. After ${steps} steps the state from the modes equals the chain's within ${residual.toExponential(0)}.`,
      columns: 3,
      panelWidth: 300,
      panelHeight: 220,
      panels: [
        { title: "A  modes V", options: { ...index, y: { label: null }, marks: lines(columns) } },
        {
          title: "B  state u",
          options: {
            ...index,
            y: { label: null },
            marks: [Plot.ruleY([0]), Plot.barY(k(o.start), { x: "k", y: "value", fill: category(0) })],
            x: { label: "variable k", type: "band" },
          },
        },
        {
          title: "C  its parts ωᵢVᵢ",
          options: {
            ...index,
            y: { label: null },
            marks: lines(columns.map((column, i) => column.map((v) => v * o.omega[i]!))),
          },
        },
        {
          title: "D  decay of each mode",
          options: {
            x: { type: "log", label: "steps" },
            y: { label: null },
            grid: true,
            marks: [
              Plot.line(decay, { x: "t", y: "value", z: "i", stroke: (d: { i: number }) => category(d.i) }),
            ],
          },
        },
        {
          title: `E  state after ${steps} steps: chain and modes`,
          options: {
            x: { label: "variable k", type: "band" },
            y: { label: null },
            grid: true,
            marks: [
              Plot.ruleY([0]),
              Plot.barY(k(o.direct), { x: "k", y: "value", fill: category(0) }),
              Plot.dot(k(o.reconstructed), { x: "k", y: "value", fill: category(1), r: 4 }),
            ],
          },
        },
        {
          title: "F  response to an impulse: rate of each mode",
          options: {
            x: { label: "mode i", type: "band" },
            y: { type: "log", label: "αᵢ", domain: [0.002, 1] },
            grid: true,
            marks: [Plot.dot(k(o.alpha), { x: "k", y: "value", fill: category(2), r: 5 })],
          },
        },
      ],
    };
  },
  checks(o, { steps }) {
    const sum = o.alpha.reduce((a, b) => a + b, 0);
    const residual = Math.max(...o.direct.map((value, i) => Math.abs(value - o.reconstructed[i]!)));
    const always = [
      { claim: "The rates sum to 1/C₁", value: sum, reference: 1, tolerance: 1e-12, source: "T6.3" },
      {
        claim: "Modes and chain agree",
        value: residual,
        reference: 0,
        // Rounding adds up over steps: 1e-12 for a thousand.
        tolerance: Math.max(1e-12, 1e-15 * steps),
        source: "T6.3",
      },
      {
        claim: "Σ C_k u_k is conserved",
        value: o.conserved[1],
        reference: 39.4,
        tolerance: Math.max(1e-11, 1e-14 * steps),
        source: "T6.3",
      },
      ...o.alpha.map((value, i) => ({
        claim: `α of mode ${i + 1}`,
        value,
        reference: alphaReference[i]!,
        tolerance: 1e-12,
        source: "T6.3",
      })),
    ];
    if (steps !== 1000) return always;
    return [
      ...always,
      ...o.reconstructed.map((value, k) => ({
        claim: `u_${k + 1} after 1000 steps`,
        value,
        reference: endReference[k]!,
        tolerance: 1e-12,
        source: "T6.3",
      })),
    ];
  },
  table: (o) => ({
    columns: ["mode", "one_minus_lambda", "alpha", "omega", "omega_end"],
    rows: o.alpha.map((alpha, i) => [i + 1, o.oneMinusLambda[i]!, alpha, o.omega[i]!, o.omegaEnd[i]!]),
  }),
  prose: [
    "A synapse whose visible weight is coupled to a chain of hidden, slower variables looks complicated. In the right coordinates it is simple: a sum of independent parts, each with its own learning rate and its own forgetting.",
    "The rates fall like the inverse root of the time constant, so that together they remember like a power law: the synapse is a learner for a 1/f world. After {steps} steps the sum of the parts is still the chain, to rounding. The slowest mode never decays: without a leak, what enters the chain stays in it.",
  ],
});
