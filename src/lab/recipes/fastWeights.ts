import * as Plot from "@observablehq/plot";
import { category, grey } from "../../figures/index.ts";
import { defineRecipe } from "../recipe.ts";

interface Trial {
  readonly trial: number;
  readonly target: number;
  readonly weight: number;
  readonly slow: number;
  readonly fast: number;
  readonly plain: number;
}

type Rates = { alphaSlow: number; alphaFast: number; gammaFast: number };

/** (w, slow, fast) before the trial: closed recursion of the reference program. */
const reference: readonly (readonly [trial: number, weight: number, slow: number, fast: number])[] = [
  [5, 0.8714, 0.1759, 0.6955],
  [50, 0.9380360626483617, 0.5752928551615629, 0.3627432074867987],
  [151, 0.9859569563887158, 0.9037475471717672, 0.08220940921694861],
  [155, -0.7560412642304888, 0.5574430248021758, -1.3134842890326646],
  [166, -0.8070018012615625, 0.32282899095629686, -1.1298307922178594],
  [315, 0.9931000706757418, 0.9527071808516179, 0.040392889824123916],
];

/** F12 (Jones 2022, Figure 1): a fast weight bridges a reversal, the slow weight keeps what was learnt before it. */
export const fastWeights = defineRecipe<Rates, Trial[]>({
  name: "fast-weights",
  figureId: "F12",
  title: "Fast weights bridge a reversal; slow weights keep what they knew",
  parameters: {
    alphaSlow: { initial: 0.1, low: 0.01, high: 0.5, label: "slow learning rate" },
    alphaFast: { initial: 0.5, low: 0, high: 1, label: "fast learning rate" },
    gammaFast: { initial: 0.9, low: 0.5, high: 0.99, label: "fast retention γ" },
  },
  simulate({ alphaSlow, alphaFast, gammaFast }) {
    const trials: Trial[] = [];
    let slow = 0;
    let fast = 0;
    let plain = 0;
    for (let trial = 1; trial <= 315; trial++) {
      const target = trial > 150 && trial <= 165 ? -1 : 1;
      const weight = slow + fast;
      trials.push({ trial, target, weight, slow, fast, plain });
      const gradient = weight - target;
      slow -= alphaSlow * gradient;
      fast = gammaFast * fast - alphaFast * gradient;
      plain -= alphaSlow * (plain - target);
    }
    return trials;
  },
  figure(trials) {
    const line = (what: "weight" | "slow" | "fast" | "target", stroke: string, dash?: string) =>
      Plot.line(trials, {
        x: "trial",
        y: what,
        stroke,
        strokeWidth: what === "weight" ? 2 : 1.5,
        ...(what === "target" ? { curve: "step" as const } : {}),
        ...(dash === undefined ? {} : { strokeDasharray: dash }),
      });
    return {
      title: "Fast weights bridge a reversal; slow weights keep what they knew",
      caption: `The weight is within 0.2 of the target by trial ${settled(trials, "weight")} (one slow rate alone: trial ${settled(trials, "plain")}); through the reversal of trials 151–165 the slow weight stays positive, and the target is met again ${recovery(trials)} trials after it ends.`,
      columns: 1,
      panelWidth: 640,
      panelHeight: 320,
      panels: [
        {
          key: [
            { label: "target", color: grey, dash: "4 3" },
            { label: "w = slow + fast", color: category(0) },
            { label: "slow", color: category(1) },
            { label: "fast", color: category(2), dash: "6 2" },
          ],
          options: {
            x: { label: "trial" },
            y: { label: "weight", domain: [-1.5, 1.2] },
            grid: true,
            marks: [
              line("target", grey, "4 3"),
              line("slow", category(1)),
              line("fast", category(2), "6 2"),
              line("weight", category(0)),
            ],
          },
        },
      ],
    };
  },
  checks(trials, rates) {
    if (rates.alphaSlow !== 0.1 || rates.alphaFast !== 0.5 || rates.gammaFast !== 0.9) {
      return [
        {
          claim: "The weight before trial 151 is what the powers of the linear map give",
          value: trials[150]!.weight,
          reference: closedForm(rates, 150),
          tolerance: 1e-9,
          source: "exact",
        },
      ];
    }
    const values = reference.flatMap(([trial, weight, slow, fast]) =>
      (
        [
          ["weight", weight],
          ["slow", slow],
          ["fast", fast],
        ] as const
      ).map(([what, expected]) => ({
        claim: `The ${what} weight before trial ${trial}`,
        value: trials[trial - 1]![what === "weight" ? "weight" : what],
        reference: expected,
        tolerance: 1e-12,
        source: "T6.2",
      })),
    );
    return [
      ...values,
      {
        claim: "Within 0.2 of the target by trial 5",
        value: settled(trials, "weight"),
        reference: 4,
        tolerance: 1,
        source: "T6.2",
      },
      {
        claim: "One slow rate alone: by trial",
        value: settled(trials, "plain"),
        reference: 17,
        tolerance: 0,
        source: "T6.2",
      },
      {
        claim: "Trials to recover after the reversal",
        value: recovery(trials),
        reference: 3,
        tolerance: 1,
        source: "T6.2",
      },
    ];
  },
  table: (trials) => ({
    columns: ["trial", "target", "w", "slow", "fast", "plain_sgd"],
    rows: trials.map((t) => [t.trial, t.target, t.weight, t.slow, t.fast, t.plain]),
  }),
  prose: [
    "A learner meets a world whose target is +1 for a long time, −1 for a short while, then +1 again. Its weight is a sum of two parts: a slow one that learns at rate {alphaSlow} and never decays, and a fast one that learns at rate {alphaFast} and keeps {gammaFast} of itself from trial to trial.",
    "At first the fast part does the work, and hands it over to the slow part. When the target flips, the fast part flips with it within a few trials, while the slow part hardly moves: what was true for long is still there when the world turns back.",
  ],
});

/**
 * w after a number of trials with target 1: (slow, fast) follow an affine map, whose powers come by doubling, (M, c)∘(M, c) =
 * (M², Mc + c).
 */
function closedForm({ alphaSlow: a, alphaFast: b, gammaFast: g }: Rates, trials: number): number {
  let map = { m: [1 - a, -a, -b, g - b], c: [a, b] };
  let whole = { m: [1, 0, 0, 1], c: [0, 0] };
  const after = (f: typeof map, s: typeof map): typeof map => {
    const [p, q, r, t] = f.m as [number, number, number, number];
    const [u, v, x, y] = s.m as [number, number, number, number];
    return {
      m: [p * u + q * x, p * v + q * y, r * u + t * x, r * v + t * y],
      c: [p * s.c[0]! + q * s.c[1]! + f.c[0]!, r * s.c[0]! + t * s.c[1]! + f.c[1]!],
    };
  };
  for (let n = trials; n > 0; n = Math.floor(n / 2)) {
    if (n % 2 === 1) whole = after(map, whole);
    map = after(map, map);
  }
  return whole.c[0]! + whole.c[1]!;
}

function settled(trials: readonly Trial[], what: "weight" | "plain"): number {
  return trials.find((t) => Math.abs(t.target - t[what]) < 0.2)!.trial;
}

/** Trials after the end of the reversal (trial 165) until the weight is within 0.2 of +1 again. */
function recovery(trials: readonly Trial[]): number {
  return trials.find((t) => t.trial > 166 && Math.abs(1 - t.weight) < 0.2)!.trial - 166;
}
