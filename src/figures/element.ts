import * as Plot from "@observablehq/plot";
import { type Panel, panelOptions } from "./figure.ts";

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
  const plot = Plot.plot({ ...panelOptions(panel, width, height), className: "figure" });
  for (const sheet of plot.querySelectorAll("style")) sheet.remove();
  return { element: plot, x: axisOf(plot.scale("x")), y: axisOf(plot.scale("y")) };
}

function axisOf(scale: Plot.Scale | undefined): DrawnAxis | null {
  if (scale === undefined) return null;
  const range = scale.range as readonly number[] | undefined;
  return {
    toPixel: (value) => Number(scale.apply(value)),
    toValue: scale.invert === undefined ? undefined : (pixel) => Number(scale.invert?.(pixel)),
    range: [range?.[0] ?? 0, range?.at(-1) ?? 0],
  };
}
