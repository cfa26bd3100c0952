import * as Plot from "@observablehq/plot";
import type { Figure, Panel } from "../figure.ts";
import { category, grey } from "../palette.ts";
import { type EncodedAxis, encodedScale, stepAxis } from "./axes.ts";

/** One segment of the winner's way. */
export interface ScheduleLeg {
  readonly fromStep: number;
  readonly untilStep: number;
  /** Encoded, one per axis; NaN: not known. */
  readonly coordinates: readonly number[];
  /** It began as a copy of another member. */
  readonly copied: boolean;
}

export interface ScheduleData {
  readonly title: string;
  readonly caption: string;
  readonly axes: readonly EncodedAxis[];
  readonly legs: readonly ScheduleLeg[];
}

/** Panels beyond this many hyperparameters are left out; the caption says so. */
export const mostSchedulePanels = 12;

/** Which schedule made it? Each hyperparameter over the steps of one lineage; dots where it was handed over by a copy. */
export function scheduleFigure(data: ScheduleData): Figure {
  const shown = data.axes.slice(0, mostSchedulePanels);
  const more = data.axes.length - shown.length;
  return {
    title: data.title,
    caption: more === 0 ? data.caption : `${data.caption} ${more} further hyperparameters are in the table.`,
    columns: 2,
    panelWidth: 320,
    panelHeight: 170,
    panels: shown.map((axis, k) => panelOf(axis, k, data.legs)),
  };
}

function panelOf(axis: EncodedAxis, k: number, legs: readonly ScheduleLeg[]): Panel {
  const known = legs.filter((leg) => !Number.isNaN(leg.coordinates[k]!));
  const steps = known.flatMap(({ fromStep, untilStep, coordinates }) => [
    { x: fromStep, y: coordinates[k]! },
    { x: untilStep, y: coordinates[k]! },
  ]);
  const copies = known
    .filter(({ copied }) => copied)
    .map((leg) => ({ x: leg.fromStep, y: leg.coordinates[k]! }));
  return {
    title: axis.name,
    options: {
      x: stepAxis(),
      y: { ...encodedScale(axis, 4), label: null, grid: true },
      marks: [
        Plot.line(steps, { x: "x", y: "y", stroke: category(0), strokeWidth: 2 }),
        Plot.dot(copies, { x: "x", y: "y", r: 3.5, fill: "#ffffff", stroke: category(1), strokeWidth: 2 }),
        Plot.ruleY([0, 1], { stroke: grey, strokeOpacity: 0.4 }),
      ],
    },
  };
}
