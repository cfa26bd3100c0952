import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category, grey, ink } from "../palette.ts";
import { stepAxis } from "./axes.ts";

/** Values of one line on the shared x; null breaks it, undefined is skipped over. */
export interface FanLine {
  readonly label: string;
  readonly values: ArrayLike<number | null | undefined>;
}

export interface FanData {
  readonly title: string;
  readonly caption: string;
  readonly x: ArrayLike<number>;
  readonly xLabel: string;
  readonly yLabel: string;
  /** Seven rows: 0, 10, 25, 50, 75, 90 and 100 % over all members. */
  readonly quantiles: readonly ArrayLike<number | null | undefined>[];
  readonly best: ArrayLike<number | null | undefined>;
  readonly lines?: readonly FanLine[];
  readonly again?: FreshBest | null;
  readonly yDomain?: readonly [number, number];
  readonly logY?: boolean;
  readonly formatX?: (value: number) => string;
}

type Row = { readonly x: number; readonly y: number | null };

const rowsOf = (x: ArrayLike<number>, values: ArrayLike<number | null | undefined>): Row[] =>
  Array.from(x, (at, i) => ({ at, value: values[i] }))
    .filter(({ value }) => value !== undefined && !Number.isNaN(value))
    .map(({ at, value }) => ({ x: at, y: value ?? null }));

/** The winning state, evaluated again with fresh keys: what it is worth without the luck of being selected. */
export interface FreshBest {
  readonly x: number;
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
}

/** What its mark is called in keys. */
export const freshLabel = "best, evaluated anew";

/** Is it improving? Quantile bands over all members, the best so far as steps, chosen members as lines. */
export function fanFigure(data: FanData): Figure {
  const { x, quantiles, logY } = data;
  const band = (low: number, high: number, opacity: number): Plot.Markish => {
    const rows = Array.from(x, (at, i) => ({
      x: at,
      low: quantiles[low]?.[i],
      high: quantiles[high]?.[i],
    })).filter(
      (row) =>
        row.low != null && row.high != null && !Number.isNaN(row.low) && (logY !== true || row.low > 0),
    );
    return Plot.areaY(rows, { x: "x", y1: "low", y2: "high", fill: grey, fillOpacity: opacity, clip: true });
  };
  const lines = data.lines ?? [];
  const again = data.again == null ? [] : [data.again];
  return {
    title: data.title,
    caption: data.caption,
    columns: 1,
    panelWidth: 640,
    panelHeight: 360,
    panels: [
      {
        key: [
          { label: "all, 80 %, half of the members", color: grey, mark: "area" },
          { label: "median", color: grey },
          { label: "best so far", color: ink },
          ...again.map(() => ({ label: freshLabel, color: ink, mark: "dot" as const })),
          ...lines.map(({ label }, i) => ({ label, color: category(i), ...dashOf(i) })),
        ],
        options: {
          x: {
            ...stepAxis(data.xLabel),
            ...(data.formatX === undefined ? {} : { tickFormat: data.formatX }),
          },
          y: {
            label: data.yLabel,
            grid: true,
            ...(logY === true ? { type: "log" } : {}),
            ...(data.yDomain === undefined ? {} : { domain: [...data.yDomain] }),
          },
          marks: [
            band(0, 6, 0.15),
            band(1, 5, 0.22),
            band(2, 4, 0.3),
            Plot.line(rowsOf(x, quantiles[3] ?? []), {
              x: "x",
              y: "y",
              stroke: grey,
              strokeWidth: 1.5,
              clip: true,
            }),
            ...lines.map(({ values }, i) =>
              Plot.line(rowsOf(x, values), {
                x: "x",
                y: "y",
                stroke: category(i),
                strokeDasharray: dashOf(i).dash ?? "none",
                clip: true,
              }),
            ),
            Plot.line(rowsOf(x, data.best), {
              x: "x",
              y: "y",
              stroke: ink,
              strokeWidth: 2,
              curve: "step-after",
              clip: true,
            }),
            Plot.ruleX(
              again.flatMap(({ x: at, interval }) =>
                interval === null ? [] : [{ x: at, low: interval[0], high: interval[1] }],
              ),
              { x: "x", y1: "low", y2: "high", stroke: ink, strokeWidth: 2, clip: true },
            ),
            Plot.dot(again, {
              x: "x",
              y: "mean",
              r: 4.5,
              symbol: "diamond",
              fill: ink,
              stroke: "#ffffff",
              strokeWidth: 1,
              clip: true,
            }),
          ],
        },
      },
    ],
  };
}

const dashOf = (i: number): { readonly dash?: string } =>
  i % 3 === 0 ? {} : { dash: i % 3 === 1 ? "6 3" : "2 3" };
