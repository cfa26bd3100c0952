import type * as Plot from "@observablehq/plot";
import { groupedNumber, plainNumber } from "../ticks.ts";

/** A hyperparameter's axis: figures draw encoded coordinates, readers want values. */
export interface EncodedAxis {
  readonly name: string;
  readonly scale: "linear" | "log" | "category";
  /** Encoded coordinates and the values that they stand for, increasing in `at`. */
  readonly ticks: readonly { readonly at: number; readonly value: number | string | boolean }[];
}

/** At most about `wanted` round values with their coordinates. */
export function encodedTicks(
  axis: EncodedAxis,
  wanted = 5,
): readonly { readonly at: number; readonly label: string }[] {
  if (axis.scale === "category" || axis.ticks.some(({ value }) => typeof value !== "number")) {
    const stride = Math.max(1, Math.ceil(axis.ticks.length / 8));
    return axis.ticks
      .filter((_, i) => i % stride === 0)
      .map(({ at, value }) => ({
        at,
        label: typeof value === "number" ? plainNumber(value) : shortened(String(value)),
      }));
  }
  const table = axis.ticks.map(({ at, value }) => ({ at, value: Number(value) }));
  const values = table.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (!(high > low)) return [{ at: table[0]?.at ?? 0.5, label: plainNumber(low) }];
  const chosen = axis.scale === "log" ? logValues(low, high, wanted) : linearValues(low, high, wanted);
  return chosen.flatMap((value) => {
    const at = coordinateOf(table, value, axis.scale === "log");
    return at === null ? [] : [{ at, label: plainNumber(value) }];
  });
}

/**
 * Where a value stands on an axis: encoded, by the axis' own table.
 * @returns null where the axis does not reach it
 */
export function encodedAt(axis: EncodedAxis, value: number | string | boolean): number | null {
  if (typeof value !== "number" || axis.scale === "category") {
    return axis.ticks.find((tick) => tick.value === value)?.at ?? null;
  }
  const table = axis.ticks.flatMap((tick) =>
    typeof tick.value === "number" ? [{ at: tick.at, value: tick.value }] : [],
  );
  return coordinateOf(table, value, axis.scale === "log");
}

/** A category's name as a label that leaves room for the figure. */
const shortened = (name: string): string => (name.length > 12 ? `${name.slice(0, 11)}…` : name);

function coordinateOf(
  table: readonly { readonly at: number; readonly value: number }[],
  value: number,
  log: boolean,
): number | null {
  const f = (x: number): number => (log ? Math.log(x) : x);
  for (let i = 1; i < table.length; i++) {
    const [a, b] = [table[i - 1]!, table[i]!];
    const [low, high] = a.value <= b.value ? [a, b] : [b, a];
    const slack = 1e-9 * Math.abs(high.value - low.value);
    if (value < low.value - slack || value > high.value + slack || high.value === low.value) continue;
    const share = (f(value) - f(low.value)) / (f(high.value) - f(low.value));
    return low.at + Math.min(1, Math.max(0, share)) * (high.at - low.at);
  }
  return null;
}

function linearValues(low: number, high: number, wanted: number): number[] {
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw)!;
  const values: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
    values.push(Number((i * step).toPrecision(12)));
  }
  return values;
}

function logValues(low: number, high: number, wanted: number): number[] {
  const decades = Math.log10(high / low);
  const mantissas = decades < 1.5 ? [1, 2, 5] : [1];
  const stride = Math.max(1, Math.ceil(decades / wanted));
  const values: number[] = [];
  for (let e = Math.floor(Math.log10(low) - 1e-9); e <= Math.ceil(Math.log10(high)); e++) {
    if (e % stride !== 0 && mantissas.length === 1) continue;
    for (const m of mantissas) {
      const value = Number((m * 10 ** e).toPrecision(12));
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) values.push(value);
    }
  }
  return values.length > 1 ? values : [low, high];
}

/** The scale options of an axis in encoded coordinates. */
export function encodedScale(axis: EncodedAxis, wanted = 5): Plot.ScaleOptions {
  const ticks = encodedTicks(axis, wanted);
  return {
    domain: [0, 1],
    label: axis.name,
    ticks: ticks.map(({ at }) => at),
    tickFormat: (at: number) => ticks.find((tick) => tick.at === at)?.label ?? "",
  };
}

/** What the axis of such values formats by itself: plain numbers where they are tiny or huge, never eighteen digits. */
export function valueTicks(values: Iterable<number>): Plot.ScaleOptions {
  let largest = 0;
  for (const value of values) if (Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  return largest >= 1e-2 && largest < 1e5
    ? {}
    : { tickFormat: (value: number) => plainNumber(Number(value.toPrecision(4))) };
}

/** An axis of steps, of one member or of all. */
export const stepAxis = (label = "step"): Plot.ScaleOptions => ({ label, tickFormat: groupedNumber });

/** The axis of generations: whole numbers only, however few there are, and counted from 1 as everywhere for people. */
export const generationAxis: Plot.ScaleOptions = {
  label: "generation",
  tickFormat: (value: number) => (Number.isInteger(value) ? String(value + 1) : ""),
};
