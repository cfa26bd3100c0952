import type * as Plot from "@observablehq/plot";
import { figureDocument } from "./document.ts";
import { type Figure, layoutOf, type Panel, panelOptions, plotted } from "./figure.ts";

/** One axis of a drawn panel: between the data and pixels of the drawing. */
export interface DrawnAxis {
  readonly toPixel: (value: number) => number;
  /** Undefined on axes of categories. */
  readonly toValue: ((pixel: number) => number) | undefined;
  /** First and last pixel. */
  readonly range: readonly [number, number];
}

export interface DrawnPanel {
  readonly element: Element;
  readonly x: DrawnAxis | null;
  readonly y: DrawnAxis | null;
}

/**
 * One panel in a browser's document, for the page: the same marks and axes as in `figureSvg`. The element carries no style
 * sheet of its own, because a content policy would refuse it; the page has one for `.figure`.
 */
export function drawPanel(panel: Panel, width: number, height: number): DrawnPanel {
  const plot = plotted({ ...panelOptions(panel, width, height), className: "figure" });
  for (const sheet of plot.querySelectorAll("style")) sheet.remove();
  return { element: plot, x: axisOf(plot.scale("x")), y: axisOf(plot.scale("y")) };
}

/** The axes of a panel within the whole picture that `figureSvg` makes; null where an axis has no scale. */
export interface PlacedAxes {
  readonly x: DrawnAxis | null;
  readonly y: DrawnAxis | null;
}

/**
 * Where a figure's axes lie in its picture: for points that are dragged on it.
 * @returns for each panel its axes, in pixels of the picture
 */
export function figureAxes(figure: Figure): readonly PlacedAxes[] {
  const { cells, width, height } = layoutOf(figure);
  return figure.panels.map((panel, i) => {
    const plot = plotted({ ...panelOptions(panel, width, height), document: figureDocument() });
    const { x, plotY } = cells[i]!;
    return { x: axisOf(plot.scale("x"), x), y: axisOf(plot.scale("y"), plotY) };
  });
}

function axisOf(scale: Plot.Scale | undefined, offset = 0): DrawnAxis | null {
  if (scale === undefined) return null;
  const range = scale.range as readonly number[] | undefined;
  return {
    toPixel: (value) => Number(scale.apply(value)) + offset,
    toValue: scale.invert === undefined ? undefined : (pixel) => Number(scale.invert?.(pixel - offset)),
    range: [(range?.[0] ?? 0) + offset, (range?.at(-1) ?? 0) + offset],
  };
}
