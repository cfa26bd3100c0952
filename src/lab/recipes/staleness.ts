import * as Plot from "@observablehq/plot";
import { category, ink } from "../../figures/index.ts";
import { key } from "../../random/index.ts";
import {
  kalmanLearner,
  multiscaleLearner,
  type OnlineLearner,
  type OnlineTask,
  onlineTask,
  predictionError,
  sgdLearner,
  variationalLearner,
  windowLearner,
} from "../../theory/index.ts";
import { logTicksX } from "../logTicks.ts";
import { atLeast, defineRecipe } from "../recipe.ts";
import { meanAndError } from "../statistics.ts";

interface Outcome {
  readonly learners: readonly { readonly name: string; readonly mean: number; readonly error: number }[];
  readonly windows: readonly { readonly window: number; readonly mean: number }[];
}

const timescales = [1, 4, 16, 64, 256, 1024];
const windows = [5, 10, 20, 40, 80, 160, 320];
/** Hyperparameters tuned by the reference program on other series. */
const learners: readonly (readonly [
  name: string,
  reference: number,
  make: (task: OnlineTask) => OnlineLearner,
])[] = [
  ["Kalman (Bayes)", 2.310114903677888, kalmanLearner],
  ["variational", 2.367983629714604, variationalLearner],
  [
    "multiscale",
    2.5249572841007963,
    (task) =>
      multiscaleLearner(
        5,
        task.decays,
        timescales.map((tau) => 0.04 * tau ** -0.25),
      ),
  ],
  ["SGD", 2.7611054041979393, () => sgdLearner(5, 0.05)],
  ["window of 10", 2.8289142288230855, () => windowLearner(5, 10, 3)],
];

/** F14: in a 1/f world a window of data is stale whatever its length; a multiscale learner is nearly Bayes. */
export const staleness = defineRecipe<{ series: number }, Outcome>({
  name: "staleness",
  figureId: "F14",
  title: "In a 1/f world every window is wrong; many clocks are nearly right",
  parameters: { series: { initial: 24, low: 3, high: 100, integer: true, label: "series to average" } },
  simulate({ series }, run) {
    const n = run.quick ? Math.min(8, series) : series;
    const tasks = Array.from({ length: n }, (_, s) =>
      onlineTask(key(run.seed), s, { dims: 5, inputs: "normal" }),
    );
    const total = learners.length + windows.length;
    const score = (make: (task: OnlineTask) => OnlineLearner) =>
      meanAndError(tasks.map((task) => predictionError(task, make(task))));
    const rows = learners.map(([name, , make], i) => {
      run.progress(i / total);
      return { name, ...score(make) };
    });
    const curve = windows.map((window, i) => {
      run.progress((learners.length + i) / total);
      return { window, mean: score(() => windowLearner(5, window, 3)).mean };
    });
    return { learners: rows, windows: curve };
  },
  figure({ learners: rows, windows: curve }) {
    const kalman = rows[0]!.mean;
    return {
      title: "In a 1/f world every window is wrong; many clocks are nearly right",
      caption: `Mean squared error of predicting 5 weights that drift on six time scales (1 … 1024). Above Bayes: ${rows
        .slice(1)
        .map((row) => `${row.name} ${((100 * row.mean) / kalman - 100).toFixed(1)} %`)
        .join(", ")}.`,
      panels: [
        {
          title: "learners (bars: 95 % interval)",
          options: {
            marginLeft: 110,
            x: { label: "mean squared error", domain: [2.1, 3.1] },
            y: { label: null, domain: rows.map((row) => row.name) },
            grid: true,
            marks: [
              Plot.ruleX([kalman], { stroke: ink, strokeDasharray: "4 3" }),
              Plot.ruleY(rows, {
                y: "name",
                x1: (r: { mean: number; error: number }) => r.mean - 1.96 * r.error,
                x2: (r: { mean: number; error: number }) => r.mean + 1.96 * r.error,
                stroke: category(0),
              }),
              Plot.dot(rows, { y: "name", x: "mean", fill: category(0), r: 5 }),
            ],
          },
        },
        {
          title: "a window's error against its length",
          options: {
            x: {
              type: "log",
              label: "window (samples)",
              ticks: windows,
            },
            y: { label: "mean squared error" },
            grid: true,
            marks: [
              logTicksX(windows),
              Plot.ruleY([kalman], { stroke: ink, strokeDasharray: "4 3" }),
              Plot.line(curve, { x: "window", y: "mean", stroke: category(1) }),
              Plot.dot(curve, { x: "window", y: "mean", fill: category(1), r: 4 }),
            ],
          },
        },
      ],
    };
  },
  checks({ learners: rows, windows: curve }) {
    const order = rows.slice(1).filter((row, i) => row.mean >= rows[i]!.mean).length;
    return [
      {
        claim: "Kalman ≤ variational < multiscale < SGD < window: pairs in order",
        value: order,
        reference: 4,
        tolerance: 0,
        source: "T6.5",
      },
      ...rows.map((row, i) => ({
        claim: `Error of ${row.name}`,
        value: row.mean,
        reference: learners[i]![1],
        tolerance: 3 * Math.hypot(row.error, 0.04),
        source: "T6.5",
      })),
      {
        // 10 and 20 samples are 1.2 % apart: over fewer series either can be best, 5 and 40 cannot.
        claim: "The best window, in octaves from 10 samples",
        value: Math.log2(curve.reduce((a, b) => (b.mean < a.mean ? b : a)).window / 10),
        reference: 0.5,
        tolerance: 0.5,
        source: "T6.5",
      },
      atLeast(
        "A window of 320 samples is stale: its error over that of the best window",
        curve.at(-1)!.mean / Math.min(...curve.map(({ mean }) => mean)),
        1.25,
        "T6.5",
      ),
    ];
  },
  table: ({ learners: rows, windows: curve }) => ({
    columns: ["learner", "mean_squared_error"],
    rows: [
      ...rows.map((row) => [row.name, row.mean]),
      ...curve.map((row) => [`window ${row.window}`, row.mean]),
    ],
  }),
  prose: [
    "The weights to be learnt are sums of parts that forget on scales of 1, 4, … 1024 steps: a spectrum near 1/f. A learner with a window must choose how much past to trust. Short windows are noisy, long ones are stale; the curve on the right has a minimum and no good value.",
    "A multiscale learner keeps a sub-weight for each scale. With fixed rates it is within ten per cent of the Bayes filter; with gains that adapt to the inputs (the variational filter) within three.",
  ],
});
