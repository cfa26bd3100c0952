import { type Columns, type Figure, scatterFigure } from "../../figures/index.ts";
import type { PopulationMeta, RunManifest } from "../../server/index.ts";
import { valuesOf } from "../data/generations.ts";
import { colourPlace } from "../data/run.ts";
import { encodedAxis } from "../panels/progression.ts";
import type { Axes } from "./draw.ts";

/** The points of one generation as a figure for paper. */
export function scatterPaper(
  data: Columns<PopulationMeta>,
  rows: readonly number[],
  axes: Axes,
  run: RunManifest,
  generation: number,
  byFounder: boolean,
): Figure {
  const { traits, founders } = data.meta;
  const [jx, jy] = [traits.indexOf(axes.x.name), traits.indexOf(axes.y.name)];
  const coordinates = valuesOf(data, "coordinates");
  return scatterFigure({
    title: "Where is the population?",
    caption: `${rows.length} members at generation ${generation + 1}; grey: the founders.`,
    x: encodedAxis(axes.x),
    y: encodedAxis(axes.y),
    founders: founders.map((at) => [at[jx] ?? 0.5, at[jy] ?? 0.5] as const),
    points: rows.map((row) => ({
      x: coordinates[row * traits.length + jx]!,
      y: coordinates[row * traits.length + jy]!,
      value: valuesOf(data, "value")[row]!,
      failed: valuesOf(data, "status")[row] === 1,
      ...(byFounder ? { colour: colourPlace(valuesOf(data, "founder")[row]!) } : {}),
    })),
    valueLabel: run.metric.name,
    lowerIsBetter: run.metric.mode === "min",
  });
}
