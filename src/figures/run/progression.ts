import * as Plot from "@observablehq/plot";
import type { Figure, Panel } from "../figure.ts";
import { category, grey, ink } from "../palette.ts";
import { type EncodedAxis, encodedScale, generationAxis } from "./axes.ts";

export interface ProgressionData {
  readonly axis: EncodedAxis;
  readonly generation: ArrayLike<number>;
  /** `[G, bins]`: share of members. */
  readonly density: ArrayLike<number>;
  readonly bins: number;
  /** Encoded; NaN: unknown. */
  readonly mean: ArrayLike<number>;
  /** The best member's ancestry, encoded; NaN beyond it. */
  readonly winner: ArrayLike<number>;
  readonly founders: ArrayLike<number>;
  /** The path of a member that the reader chose, encoded; NaN where it has none. */
  readonly chosen?: { readonly label: string; readonly values: ArrayLike<number> };
}

const columnsAtMost = 60;

/** Generations that one column of the density holds together. */
export const generationsAColumn = (generations: number): number =>
  Math.max(1, Math.ceil(generations / columnsAtMost));

/** What moves? The density of one hyperparameter over generations, the mean, and the path of the winner. */
export function progressionPanel(data: ProgressionData): Panel {
  const { bins } = data;
  const generations = data.generation.length;
  const stride = generationsAColumn(generations);
  const cells: {
    readonly x1: number;
    readonly x2: number;
    readonly y1: number;
    readonly y2: number;
    readonly share: number;
  }[] = [];
  let top = 0;
  const categories = data.axis.scale === "category";
  // Categories are bars around their places; a continuous axis is filled without gaps.
  const half = categories ? Math.min(0.05, 0.3 / Math.max(1, data.axis.ticks.length)) : 0.5 / bins;
  for (let g = 0; g < generations; g += stride) {
    const until = Math.min(generations, g + stride);
    for (let b = 0; b < bins; b++) {
      let share = 0;
      for (let k = g; k < until; k++) share += data.density[k * bins + b]! / (until - g);
      if (share <= 0) continue;
      top = Math.max(top, share);
      // A generation stands in the middle of its column, under its tick.
      const x1 = data.generation[g]! - 0.5;
      const middle = (b + 0.5) / bins;
      cells.push({ x1, x2: x1 + stride, y1: middle - half, y2: middle + half, share });
    }
  }
  const line = (values: ArrayLike<number>): { readonly x: number; readonly y: number }[] =>
    Array.from(values, (y, g) => ({ x: data.generation[g]!, y })).filter(({ y }) => !Number.isNaN(y));
  const first = data.generation[0] ?? 0;
  const width = Math.max(1, generations);
  const left = first - 0.5 - 0.035 * width;
  return {
    title: data.axis.name,
    options: {
      x: { ...generationAxis, domain: [left - 0.02 * width, first + width - 0.5] },
      y: { ...encodedScale(data.axis), label: null },
      marks: [
        Plot.rect(cells, {
          x1: "x1",
          x2: "x2",
          y1: "y1",
          y2: "y2",
          fill: category(0),
          shapeRendering: "crispEdges",
          fillOpacity: (cell: { readonly share: number }) => 0.08 + (0.82 * cell.share) / (top || 1),
        }),
        Plot.rect([{ x1: left - 0.008 * width, x2: left + 0.008 * width }], {
          x1: "x1",
          x2: "x2",
          y1: () => 0,
          y2: () => 1,
          fill: grey,
          fillOpacity: 0.25,
        }),
        Plot.dot(Array.from(data.founders), { x: () => left, y: (v: number) => v, r: 2, fill: grey }),
        Plot.line(categories ? [] : line(data.mean), { x: "x", y: "y", stroke: ink, strokeDasharray: "4 3" }),
        data.chosen === undefined
          ? null
          : Plot.line(line(data.chosen.values), {
              x: "x",
              y: "y",
              stroke: category(2),
              strokeWidth: 2,
              strokeDasharray: "6 2",
            }),
        Plot.line(line(data.winner), { x: "x", y: "y", stroke: category(1), strokeWidth: 2 }),
      ],
    },
    key: [
      { label: "members", color: category(0), mark: "area" },
      ...(categories ? [] : [{ label: "mean", color: ink, dash: "4 3" }]),
      { label: "winner's ancestry", color: category(1) },
      ...(data.chosen === undefined ? [] : [{ label: data.chosen.label, color: category(2), dash: "6 2" }]),
      { label: "founders", color: grey, mark: "dot" },
    ],
  };
}

/** One panel for each hyperparameter. */
export function progressionFigure(
  title: string,
  caption: string,
  hyperparameters: readonly ProgressionData[],
): Figure {
  return {
    title,
    caption,
    columns: hyperparameters.length === 1 ? 1 : 2,
    panelHeight: 240,
    panels: hyperparameters.map(progressionPanel),
  };
}
