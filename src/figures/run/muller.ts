import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { generationAxis } from "./axes.ts";

/** The newest generation of a band: where its name is written. Both edges are shares of the members, from below. */
export interface BandEnd {
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
  readonly name: string;
}

/** A name fits beside a band that ends at least so wide. */
const named = 0.06;

/**
 * Shares of the members over generations as bands, one above the other: what plain and nested shares have in common.
 * @param bands areas between 0 and 1
 * @param ends of the bands that may be named; narrow ones are not
 */
export function mullerFigure(
  title: string,
  caption: string,
  bands: readonly Plot.Markish[],
  ends: readonly BandEnd[],
): Figure {
  const names = ends
    .filter(({ y1, y2 }) => y1 - y2 > named)
    .map(({ x, y1, y2, name }) => ({ x, y: (y1 + y2) / 2, name }));
  return {
    title,
    caption,
    columns: 1,
    panelWidth: 560,
    panelHeight: 320,
    panels: [
      {
        options: {
          marginRight: 44,
          x: generationAxis,
          y: {
            label: "share of members",
            domain: [0, 1],
            tickFormat: (v: number) => `${Math.round(v * 100)} %`,
          },
          marks: [...bands, Plot.text(names, { x: "x", y: "y", text: "name", dx: 6, textAnchor: "start" })],
        },
      },
    ],
  };
}
