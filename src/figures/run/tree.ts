import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category, grey, ink } from "../palette.ts";
import { stepAxis } from "./axes.ts";
import type { TreeAxis } from "./strands.ts";

/** One member going on from its own states. */
export interface TreeStrand {
  readonly name: string;
  readonly row: number;
  readonly from: number;
  readonly until: number;
  /** Row of the strand that it was copied from; null: a founder. */
  readonly parentRow: number | null;
  /** Place of its founder's colour; −1: grey. */
  readonly colour: number;
  readonly surviving: boolean;
  /** Up to where it lies on the winner's line; absent: it does not. */
  readonly wonUntil?: number;
}

export interface TreeData {
  readonly title: string;
  readonly caption: string;
  readonly strands: readonly TreeStrand[];
  /** Default: generations. */
  readonly by?: TreeAxis;
}

/** Where did the winner come from? Strands over generations, joined where one was copied; extinct ones faint, the winner's line thick. */
export function treeFigure({ title, caption, strands, by = "generation" }: TreeData): Figure {
  const colour = (strand: TreeStrand): string => (strand.colour < 0 ? grey : category(strand.colour));
  const opacity = (strand: TreeStrand): number => (strand.surviving ? 1 : 0.35);
  const rows = Math.max(1, strands.length);
  const line = strands.filter(({ wonUntil }) => wonUntil !== undefined);
  const winner = line.toSorted((a, b) => b.wonUntil! - a.wonUntil!).slice(0, 1);
  return {
    title,
    caption,
    columns: 1,
    panelWidth: 640,
    panelHeight: Math.min(900, Math.max(160, rows * 13 + 50)),
    panels: [
      {
        ...(line.length === 0
          ? {}
          : {
              key: [
                {
                  label: "thick: the winner's line, to the state that won",
                  color: ink,
                  mark: "dot" as const,
                },
              ],
            }),
        options: {
          // Strands reach from boundary to boundary: the axis counts generations that are done.
          x:
            by === "step"
              ? stepAxis()
              : {
                  label: "generations done",
                  tickFormat: (value: number) => (Number.isInteger(value) ? String(value) : ""),
                },
          y: { axis: null, domain: [rows - 0.5, -0.5] },
          marks: [
            Plot.link(
              strands.filter(({ parentRow }) => parentRow !== null),
              { x: "from", y1: "parentRow", y2: "row", stroke: colour, strokeOpacity: opacity },
            ),
            Plot.link(strands, {
              x1: "from",
              x2: "until",
              y: "row",
              stroke: colour,
              strokeWidth: 2,
              strokeOpacity: opacity,
            }),
            Plot.link(
              line.filter(({ parentRow }) => parentRow !== null),
              { x: "from", y1: "parentRow", y2: "row", stroke: colour, strokeWidth: 4 },
            ),
            Plot.link(line, { x1: "from", x2: "wonUntil", y: "row", stroke: colour, strokeWidth: 4.5 }),
            Plot.dot(winner, {
              x: "wonUntil",
              y: "row",
              r: 4,
              fill: ink,
              stroke: "#ffffff",
              strokeWidth: 1.5,
            }),
            Plot.text(rows > 80 ? strands.filter(({ parentRow }) => parentRow === null) : strands, {
              x: "from",
              y: "row",
              text: "name",
              dx: -6,
              textAnchor: "end",
              fontSize: 9,
            }),
          ],
        },
      },
    ],
  };
}
