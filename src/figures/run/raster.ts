import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { ink } from "../palette.ts";
import { stepAxis } from "./axes.ts";

export interface RasterData {
  readonly title: string;
  readonly caption: string;
  /** The picture itself, a row of pixels for each member: a `data:` address of an image. */
  readonly image: string;
  /** Names of the rows, from the top. */
  readonly names: readonly string[];
  readonly from: number;
  readonly until: number;
  /** Steps at which rows became copies. */
  readonly copies: readonly { readonly row: number; readonly step: number }[];
  readonly key: readonly { readonly label: string; readonly color: string }[];
}

const width = 640;
const marginLeft = 52;
const marginRight = 20;
const marginBottom = 38;
const marginTop = 10;
/** Names that fit beside the rows; more ticks than the second number would be a surface. */
const mostNames = 32;
const mostTicks = 5000;

/** Who, when? One row per member, fitness as colour over steps, copies as ticks. */
export function rasterFigure(data: RasterData): Figure {
  const rows = Math.max(1, data.names.length);
  const height = Math.min(620, Math.max(140, rows * 12)) + marginTop + marginBottom;
  const stride = Math.ceil(rows / mostNames);
  const copies = data.copies.length > mostTicks ? [] : data.copies;
  return {
    title: data.title,
    caption:
      copies.length === data.copies.length
        ? data.caption
        : `${data.caption} ${data.copies.length} copies are too many to mark here.`,
    columns: 1,
    panelWidth: width,
    panelHeight: height,
    panels: [
      {
        key: data.key.map((entry) => ({ ...entry, mark: "area" as const })),
        options: {
          marginLeft,
          marginRight,
          marginTop,
          marginBottom,
          x: { ...stepAxis(), domain: [data.from, data.until] },
          y: {
            domain: [rows, 0],
            label: null,
            ticks: data.names.flatMap((_, r) => (r % stride === 0 ? [r + 0.5] : [])),
            tickSize: 0,
            tickFormat: (at: number) => data.names[Math.floor(at)] ?? "",
          },
          marks: [
            Plot.image([0], {
              x: () => (data.from + data.until) / 2,
              y: () => rows / 2,
              src: () => data.image,
              width: width - marginLeft - marginRight,
              height: height - marginTop - marginBottom,
              preserveAspectRatio: "none",
              imageRendering: "pixelated",
            }),
            Plot.ruleX(copies, {
              x: "step",
              y1: (copy: RasterData["copies"][number]) => copy.row + 0.1,
              y2: (copy: RasterData["copies"][number]) => copy.row + 0.9,
              stroke: ink,
              strokeWidth: 1.2,
            }),
          ],
        },
      },
    ],
  };
}
