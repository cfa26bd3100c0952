import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category, grey } from "../palette.ts";
import { generationAxis, valueTicks } from "./axes.ts";

export interface TimeSeries {
  readonly label: string;
  readonly values: ArrayLike<number>;
  /** A level to compare with: drawn dashed over all generations. */
  readonly reference?: boolean;
}

export interface OverTimeData {
  readonly title: string;
  readonly caption: string;
  readonly generation: ArrayLike<number>;
  readonly yLabel: string;
  readonly series: readonly TimeSeries[];
  /** The axis begins at zero. */
  readonly fromZero?: boolean;
  readonly logY?: boolean;
}

const dashes = [undefined, "6 3", "2 3", "8 3 2 3"];

/** Quantities of a population by generation: diversity, effective size, selection differential. */
export function overTimeFigure(data: OverTimeData): Figure {
  const own = data.series.filter(({ reference }) => reference !== true);
  const style = (series: TimeSeries): { readonly color: string; readonly dash?: string } => {
    if (series.reference === true) return { color: grey, dash: "4 3" };
    const i = own.indexOf(series);
    const dash = dashes[i % dashes.length];
    return { color: category(i), ...(dash === undefined ? {} : { dash }) };
  };
  const rows = (values: ArrayLike<number>): { readonly x: number; readonly y: number }[] =>
    Array.from(values, (y, i) => ({ x: data.generation[i]!, y })).filter(({ y }) => Number.isFinite(y));
  return {
    title: data.title,
    caption: data.caption,
    columns: 1,
    panelWidth: 560,
    panelHeight: 260,
    panels: [
      {
        key: data.series.map((series) => ({ label: series.label, ...style(series) })),
        options: {
          x: generationAxis,
          y: {
            label: data.yLabel,
            grid: true,
            zero: data.fromZero === true,
            ...(data.logY === true
              ? { type: "log" }
              : valueTicks(data.series.flatMap(({ values }) => Array.from(values)))),
          },
          marks: data.series.map((series) =>
            Plot.line(rows(series.values), {
              x: "x",
              y: "y",
              stroke: style(series).color,
              strokeDasharray: style(series).dash ?? "none",
              strokeWidth: series.reference === true ? 1.5 : 2,
              marker: series.values.length < 40 && series.reference !== true ? "dot" : null,
            }),
          ),
        },
      },
    ],
  };
}
