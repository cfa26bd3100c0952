import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category, grey, ink } from "../palette.ts";
import { type EncodedAxis, encodedScale } from "./axes.ts";

export interface ScatterData {
  readonly title: string;
  readonly caption: string;
  readonly x: EncodedAxis;
  readonly y: EncodedAxis;
  /** Encoded. */
  readonly founders: readonly (readonly [number, number])[];
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    /** NaN: none. */
    readonly value: number;
    readonly failed: boolean;
    /** Place of its founder's colour, −1: grey; absent: coloured by its value. */
    readonly colour?: number;
  }[];
  readonly valueLabel: string;
  readonly lowerIsBetter: boolean;
}

/** Where is the population in hyperparameter space? Colour by rank of the value, so that an outlier ruins nothing. */
export function scatterFigure(data: ScatterData): Figure {
  const sorted = data.points
    .map(({ value }) => value)
    .filter((value) => !Number.isNaN(value))
    .toSorted((a, b) => (data.lowerIsBetter ? b - a : a - b));
  const rank = (value: number): number =>
    sorted.length < 2 ? 1 : sorted.indexOf(value) / (sorted.length - 1);
  const byFounder = data.points.some(({ colour }) => colour !== undefined);
  const place = (colour = -1): string => (colour < 0 ? grey : category(colour));
  return {
    title: data.title,
    caption: byFounder
      ? `${data.caption} Colours are founders.`
      : `${data.caption} Brighter is better in ${data.valueLabel}.`,
    columns: 1,
    panelWidth: 480,
    panelHeight: 400,
    panels: [
      {
        options: {
          x: encodedScale(data.x),
          y: encodedScale(data.y),
          grid: true,
          ...(byFounder ? {} : { color: { type: "linear", scheme: "viridis", domain: [0, 1] } }),
          marks: [
            Plot.dot(data.founders, { x: "0", y: "1", r: 1.5, fill: grey }),
            Plot.dot(
              data.points.filter(({ failed, value }) => !failed && !Number.isNaN(value)),
              {
                x: "x",
                y: "y",
                r: 4,
                fill: (p: ScatterData["points"][number]) => (byFounder ? place(p.colour) : rank(p.value)),
                stroke: ink,
                strokeWidth: 0.4,
              },
            ),
            Plot.dot(
              data.points.filter(({ failed }) => failed),
              { x: "x", y: "y", r: 4, symbol: "times", stroke: ink },
            ),
          ],
        },
      },
    ],
  };
}
