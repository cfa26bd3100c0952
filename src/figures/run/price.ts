import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { ink, negative, positive } from "../palette.ts";
import { generationAxis, valueTicks } from "./axes.ts";

export interface PriceData {
  readonly title: string;
  readonly caption: string;
  readonly generation: ArrayLike<number>;
  /** Encoded units; NaN: unknown. */
  readonly selection: ArrayLike<number>;
  readonly transmission: ArrayLike<number>;
  readonly change: ArrayLike<number>;
}

/** Selection or drift? Per generation the two terms of Price's equation as signed bars, and their sum as a dot. */
export function priceFigure(data: PriceData): Figure {
  const rows = Array.from(data.generation, (generation, i) => ({
    generation,
    selection: data.selection[i]!,
    transmission: data.transmission[i]!,
    change: data.change[i]!,
  })).filter(({ change }) => !Number.isNaN(change));
  const bars = rows.flatMap(({ generation, selection, transmission }) => {
    const sameSide = selection * transmission > 0;
    return [
      { generation, from: 0, until: selection, term: positive },
      {
        generation,
        from: sameSide ? selection : 0,
        until: sameSide ? selection + transmission : transmission,
        term: negative,
      },
    ];
  });
  return {
    title: data.title,
    caption: data.caption,
    columns: 1,
    panelWidth: 560,
    panelHeight: 280,
    panels: [
      {
        key: [
          { label: "selection", color: positive, mark: "area" },
          { label: "transmission (mutation)", color: negative, mark: "area" },
          { label: "change", color: ink, mark: "dot" },
        ],
        options: {
          x: generationAxis,
          y: {
            label: "change of the mean, encoded",
            grid: true,
            nice: true,
            ...valueTicks(bars.flatMap(({ from, until }) => [from, until])),
          },
          marks: [
            Plot.rect(bars, {
              x1: (bar: (typeof bars)[number]) => bar.generation - 0.4,
              x2: (bar: (typeof bars)[number]) => bar.generation + 0.4,
              y1: "from",
              y2: "until",
              fill: "term",
              fillOpacity: 0.8,
            }),
            Plot.ruleY([0], { stroke: ink }),
            Plot.dot(rows, {
              x: "generation",
              y: "change",
              r: 2.5,
              fill: ink,
              stroke: "#ffffff",
              strokeWidth: 1,
            }),
          ],
        },
      },
    ],
  };
}
