import { type Columns, type Figure, rasterFigure } from "../../figures/index.ts";
import type { RasterMeta } from "../../server/index.ts";
import { valuesOf } from "../data/generations.ts";
import { nameOf } from "../data/run.ts";
import { number } from "../ui/format.ts";
import { rampColour } from "../ui/theme.ts";

/** The raster as a figure for paper: the same picture, with axes and a key. */
export function rasterPaper(
  painted: HTMLCanvasElement,
  data: Columns<RasterMeta>,
  caption: string,
  brighterIsHigher: boolean,
  selecting: boolean,
): Figure {
  const { low, high, x0, x1, pixelSteps } = data.meta;
  const rows = valuesOf(data, "exploitRow");
  const [worst, best] = brighterIsHigher ? [low, high] : [high, low];
  return rasterFigure({
    title: "Who, when?",
    caption,
    image: painted.toDataURL("image/png"),
    names: Array.from(valuesOf(data, "rows"), nameOf),
    from: x0,
    until: x1,
    copies: Array.from(valuesOf(data, "exploitAt"), (at, i) => ({
      row: rows[i]!,
      step: x0 + at * pixelSteps,
    })),
    key: [
      { label: selecting ? `${number(best)}, best` : number(best), color: rampColour(1) },
      { label: number((low + high) / 2), color: rampColour(0.5) },
      { label: selecting ? `${number(worst)}, worst` : number(worst), color: rampColour(0) },
    ],
  });
}
