import { parameter } from "../state/location.ts";
import { manifest } from "./run.ts";
import { type GenerationColumns, interpolate, valuesOf } from "./generations.ts";
import { count, duration, number } from "../ui/format.ts";

export type AxisKind = "step" | "generation" | "time";

/** How all time axes of the page are written: the shared `x` of the address. */
export const axisKind = (): AxisKind => {
  const kind = parameter("x");
  return kind === "generation" || kind === "time" ? kind : "step";
};

/** Between steps, in which everything is kept, and what the axis shows. */
export interface TimeAxis {
  readonly kind: AxisKind;
  readonly label: string;
  readonly of: (step: number) => number;
  readonly toStep: (value: number) => number;
  readonly format: (value: number) => string;
}

/** The axis for a run; clock times need the generations, and steps do until those are there. */
export function timeAxis(kind: AxisKind, generations: GenerationColumns | null): TimeAxis {
  const run = manifest.value;
  const steps = valuesOf(generations, "step");
  const same = (value: number): number => value;
  if (kind === "generation" && run !== null && steps.length > 0) {
    const rows = valuesOf(generations, "generation");
    // A generation is closed when its segments end: the axis counts generations done.
    const done = Float64Array.from(rows, (g) => g + 1);
    const xs = Float64Array.of(0, ...steps);
    const ys = Float64Array.of(0, ...done);
    return {
      kind,
      label: "generation",
      of: (step) => interpolate(xs, ys, step),
      toStep: (value) => interpolate(ys, xs, value),
      format: (value) => number(value),
    };
  }
  const times = valuesOf(generations, "timeMs");
  if (kind === "time" && run?.startedMs != null && times.length > 1 && !Number.isNaN(times[0])) {
    const xs = Float64Array.of(0, ...steps);
    const ys = Float64Array.of(0, ...Array.from(times, (t) => t - run.startedMs!));
    return {
      kind,
      label: "time since start",
      of: (step) => interpolate(xs, ys, step),
      toStep: (value) => interpolate(ys, xs, value),
      format: (value) => duration(value),
    };
  }
  return { kind: "step", label: "step", of: same, toStep: same, format: count };
}
