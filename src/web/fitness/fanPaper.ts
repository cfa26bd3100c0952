import { type Figure, fanFigure, type FreshBest } from "../../figures/index.ts";
import type { TimeAxis } from "../data/axis.ts";
import type { FanModel } from "./fanModel.ts";

/** The chart's data as the figure that the report draws. */
export function fanPaper(
  model: FanModel,
  axis: TimeAxis,
  metric: string,
  caption: string,
  logY: boolean,
  again: FreshBest | null,
): Figure {
  const [best, ...lines] = model.drawn.slice(7);
  return fanFigure({
    title: "Is it improving?",
    caption,
    x: model.x,
    xLabel: axis.label,
    yLabel: metric,
    quantiles: model.drawn.slice(0, 7).map(({ values }) => values),
    best: best?.values ?? [],
    lines: lines.filter(({ faint }) => faint !== true),
    yDomain: model.yRange,
    logY,
    again: again === null ? null : { ...again, x: axis.of(again.x) },
    ...(axis.kind === "time" ? { formatX: axis.format } : {}),
  });
}
