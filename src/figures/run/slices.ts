import * as Plot from "@observablehq/plot";
import type { Figure, Panel } from "../figure.ts";
import { category, grey, ink } from "../palette.ts";
import { plainNumber } from "../ticks.ts";
import { type EncodedAxis, encodedScale } from "./axes.ts";

export interface SliceData {
  readonly axis: EncodedAxis;
  /** Why it cannot be shown; null: it can. */
  readonly notIdentifiable: string | null;
  readonly at: readonly number[];
  readonly estimate: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
  readonly rug: readonly number[];
  /** Change of the mean by selection, encoded per generation. */
  readonly gradient: number | null;
}

/** Is selection real? Fitness relative to its generation against one hyperparameter, with a 90 % band. */
export function slicePanel(data: SliceData): Panel {
  const rows = data.at
    .map((x, i) => ({ x, y: data.estimate[i]!, low: data.low[i]!, high: data.high[i]! }))
    .filter(({ y }) => (y as number | null) !== null);
  const banded = rows.filter(
    ({ low, high }) => (low as number | null) !== null && (high as number | null) !== null,
  );
  const mean = data.rug.reduce((sum, x) => sum + x / data.rug.length, 0);
  const lowest = Math.min(0, ...banded.map(({ low }) => low), ...rows.map(({ y }) => y));
  const widest = [...rows, ...banded].reduce(
    (most, { y, low, high }) => Math.max(most, Math.abs(y), Math.abs(low), Math.abs(high)),
    0,
  );
  const arrow =
    data.gradient === null || data.rug.length === 0 || Math.abs(data.gradient) < 1e-6
      ? []
      : [{ x: mean, x2: Math.min(1, Math.max(0, mean + data.gradient)), y: lowest }];
  return {
    title: data.axis.name,
    key: [
      { label: "estimate", color: category(0) },
      { label: "90 % band", color: category(0), mark: "area" },
      ...(arrow.length > 0 ? [{ label: "pull of selection", color: category(1) }] : []),
    ],
    options: {
      x: encodedScale(data.axis),
      y: {
        label: "fitness above the generation's mean",
        grid: true,
        nice: true,
        ...(widest < 1e-3 ? { tickFormat: (v: number) => plainNumber(Number(v.toPrecision(3))) } : {}),
      },
      marks: [
        Plot.ruleY([0], { stroke: grey }),
        ...(data.axis.scale === "category"
          ? categoryMarks(banded)
          : [
              Plot.areaY(banded, { x: "x", y1: "low", y2: "high", fill: category(0), fillOpacity: 0.2 }),
              Plot.line(rows, { x: "x", y: "y", stroke: category(0), strokeWidth: 2 }),
            ]),
        Plot.dot(data.rug, { x: (v: number) => v, y: () => lowest, r: 2, fill: ink, fillOpacity: 0.4 }),
        Plot.arrow(arrow, { x1: "x", x2: "x2", y1: "y", y2: "y", stroke: category(1), strokeWidth: 2 }),
      ],
    },
  };
}

/** Between categories there is nothing: a dot with its interval for each. */
const categoryMarks = (
  rows: readonly { readonly x: number; readonly y: number; readonly low: number; readonly high: number }[],
): Plot.Markish[] => [
  Plot.ruleX(rows, {
    x: "x",
    y1: "low",
    y2: "high",
    stroke: category(0),
    strokeOpacity: 0.4,
    strokeWidth: 6,
  }),
  Plot.dot(rows, { x: "x", y: "y", fill: category(0), r: 4 }),
];

/** One slice per hyperparameter; those that cannot be identified are named in the caption, not drawn. */
export function slicesFigure(title: string, caption: string, slices: readonly SliceData[]): Figure {
  const shown = slices.filter(({ notIdentifiable }) => notIdentifiable === null);
  const left = slices.filter(({ notIdentifiable }) => notIdentifiable !== null).map(({ axis }) => axis.name);
  return {
    title,
    caption: left.length === 0 ? caption : `${caption} Not identifiable: ${left.join(", ")}.`,
    columns: shown.length === 1 ? 1 : 2,
    panelHeight: 220,
    panels: shown.map(slicePanel),
  };
}
