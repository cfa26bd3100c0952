import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category } from "../palette.ts";
import { stepAxis } from "./axes.ts";

export interface ComparedCurve {
  readonly name: string;
  readonly x: ArrayLike<number>;
  /** NaN: none. */
  readonly best: ArrayLike<number>;
  /** Quartiles of the members. */
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

export interface CompareData {
  readonly title: string;
  readonly caption: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly runs: readonly ComparedCurve[];
  /** Draw the bands between the quartiles. */
  readonly fans: boolean;
  readonly formatX?: (value: number) => string;
}

const dashes = ["none", "6 3", "2 3", "8 3 2 3"];

/** What if? The best so far of several runs, and the middle half of their members. */
export function compareFigure(data: CompareData): Figure {
  const rows = ({ x, best }: ComparedCurve): { readonly x: number; readonly y: number }[] =>
    Array.from(best, (y, i) => ({ x: x[i]!, y })).filter(
      (row) => Number.isFinite(row.y) && Number.isFinite(row.x),
    );
  const band = ({
    x,
    low,
    high,
  }: ComparedCurve): { readonly x: number; readonly low: number; readonly high: number }[] =>
    Array.from(low, (value, i) => ({ x: x[i]!, low: value, high: high[i]! })).filter(
      (row) => Number.isFinite(row.low) && Number.isFinite(row.high),
    );
  return {
    title: data.title,
    caption: data.caption,
    columns: 1,
    panelWidth: 640,
    panelHeight: 360,
    panels: [
      {
        key: data.runs.map(({ name }, i) => ({
          label: name,
          color: category(i),
          dash: dashes[i % dashes.length]!,
        })),
        options: {
          x: {
            ...stepAxis(data.xLabel),
            ...(data.formatX === undefined ? {} : { tickFormat: data.formatX }),
          },
          y: { label: data.yLabel, grid: true, ...robust(data) },
          marks: [
            ...(data.fans
              ? data.runs.map((run, i) =>
                  Plot.areaY(band(run), {
                    x: "x",
                    y1: "low",
                    y2: "high",
                    fill: category(i),
                    fillOpacity: 0.15,
                    clip: true,
                  }),
                )
              : []),
            ...data.runs.map((run, i) =>
              Plot.line(rows(run), {
                x: "x",
                y: "y",
                stroke: category(i),
                strokeWidth: 2,
                strokeDasharray: dashes[i % dashes.length]!,
                curve: "step-after",
                clip: true,
              }),
            ),
          ],
        },
      },
    ],
  };
}

/** Limits that the first steps of a band do not ruin: all of the best values, 95 % of the bands'. */
function robust({ runs, fans }: CompareData): { readonly domain?: [number, number] } {
  const finite = (values: ArrayLike<number>): number[] =>
    Array.from(values).filter((v) => Number.isFinite(v));
  const bests = runs.flatMap(({ best }) => finite(best));
  if (bests.length === 0) return {};
  const bands = fans
    ? runs.flatMap(({ low, high }) => [...finite(low), ...finite(high)]).toSorted((a, b) => a - b)
    : [];
  const at = (share: number): number[] =>
    bands.length === 0 ? [] : [bands[Math.floor(share * (bands.length - 1))]!];
  const [bottom, top] = [Math.min(...bests, ...at(0.05)), Math.max(...bests, ...at(0.95))];
  const margin = 0.05 * (top - bottom) || Math.abs(top) * 0.1 || 1;
  return { domain: [bottom - margin, top + margin] };
}
