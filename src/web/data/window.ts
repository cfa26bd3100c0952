import type { Panel } from "../../figures/index.ts";
import { setTimeRange, timeRange } from "../state/selection.ts";
import { type GenerationColumns, interpolate, valuesOf } from "./generations.ts";

/** The shared time range on axes of generations: a generation stands where its segments end. */
export interface GenerationWindow {
  /** First and last generation in view, not whole numbers; null: all. */
  readonly range: readonly [number, number] | null;
  /** For the brush of such an axis. */
  readonly brush: (range: readonly [number, number] | null) => void;
}

/** Reads the shared time range through the steps at which generations ended. */
export function generationWindow(data: GenerationColumns | null): GenerationWindow {
  const [steps, generations] = [valuesOf(data, "step"), valuesOf(data, "generation")];
  const n = generations.length;
  const brush = (range: readonly [number, number] | null): void =>
    setTimeRange(
      range === null || n < 2
        ? null
        : [interpolate(generations, steps, range[0]), interpolate(generations, steps, range[1])],
    );
  const chosen = timeRange.value;
  if (chosen === null || n < 2) return { range: null, brush };
  const [first, last] = [generations[0]!, generations[n - 1]!];
  const at = (step: number): number => Math.min(last, Math.max(first, interpolate(steps, generations, step)));
  const [from, until] = [at(chosen[0]), at(chosen[1])];
  // A range within one generation still shows that one.
  return { range: until - from < 0.5 ? [from - 0.5, until + 0.5] : [from, until], brush };
}

/** The panel with its x axis on a range; what lies beyond is cut off at the frame. */
export function zoomed(panel: Panel, range: readonly [number, number] | null): Panel {
  if (range === null) return panel;
  const { options } = panel;
  return { ...panel, options: { ...options, clip: true, x: { ...options.x, domain: [...range] } } };
}

/** Bars and columns stand around their generations: a range cuts none in half. */
export const wholeColumns = (range: readonly [number, number] | null): readonly [number, number] | null =>
  range === null ? null : [range[0] - 0.5, range[1] + 0.5];
