import { type Figure, figureAxes } from "../figures/index.ts";
import type { Parameter } from "./types.ts";

/** A point of a figure that is dragged in place of a number: where the figure shows the parameter itself. */
interface Handle {
  readonly parameter: string;
  /** Index of the panel, and the axis along which the point moves. */
  readonly panel: number;
  readonly axis: "x" | "y";
  /** Where the parameter's value stands on that axis; absent: at the value itself. */
  readonly at?: (value: number) => number;
  /** Where the point stands on the other axis; absent: at its end that is nearest to the origin of the page. */
  readonly across?: number;
}

/** The points that are dragged, by recipe. */
const handles: Readonly<Record<string, readonly Handle[]>> = {
  "two-clocks": [{ parameter: "theta", panel: 0, axis: "x", across: -1 }],
  flattest: [{ parameter: "gap", panel: 0, axis: "y", at: (gap) => 1 - gap, across: -2 }],
  "double-well": [
    { parameter: "low", panel: 0, axis: "x", across: -1.6 },
    { parameter: "high", panel: 0, axis: "x", across: -1.6 },
  ],
  "noise-seeking": [{ parameter: "beta", panel: 0, axis: "y", at: (beta) => 1 - 1 / beta, across: 0 }],
  synapse: [{ parameter: "steps", panel: 3, axis: "x", at: (steps) => Math.max(1, steps), across: 0 }],
  hierarchy: [
    { parameter: "fast", panel: 3, axis: "y" },
    { parameter: "slow", panel: 3, axis: "y" },
  ],
  convergence: [
    { parameter: "start", panel: 0, axis: "y", at: (h) => Math.max(1e-4, Math.abs(h)), across: 0 },
  ],
  "plateau-escape": [{ parameter: "interval", panel: 1, axis: "x", across: 0 }],
};

/** A dragged point in a figure's picture, as plain data. */
export interface PlacedHandle {
  readonly parameter: string;
  readonly axis: "x" | "y";
  /** Pixels along the axis for the parameter's places 0, 1/64 … 1 between its bounds; monotone. */
  readonly pixels: readonly number[];
  /** Pixel on the other axis. */
  readonly across: number;
}

const places = 64;

/** A parameter's place between its bounds, 0 … 1: by factors on a log parameter. */
export const shareOf = ({ low, high, log }: Parameter, value: number): number =>
  log === true ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);

/** The value at a place between a parameter's bounds, to three digits. */
export function valueAt({ low, high, log, integer }: Parameter, share: number): number {
  const clamped = Math.min(1, Math.max(0, share));
  const raw = log === true ? low * (high / low) ** clamped : low + clamped * (high - low);
  const rounded = integer === true ? Math.round(raw) : Number(raw.toPrecision(3));
  return Math.min(high, Math.max(low, rounded));
}

/**
 * The points of a recipe's figure that can be dragged, where they lie in its picture.
 * @param figure what the recipe drew
 */
export function placedHandles(
  recipe: { readonly name: string; readonly parameters: Readonly<Record<string, Parameter>> },
  figure: Figure,
): readonly PlacedHandle[] {
  const wanted = handles[recipe.name] ?? [];
  if (wanted.length === 0) return [];
  const axes = figureAxes(figure);
  return wanted.flatMap(({ parameter, panel, axis, at = (value) => value, across }) => {
    const of = recipe.parameters[parameter]!;
    const along = axes[panel]?.[axis] ?? null;
    const other = axes[panel]?.[axis === "x" ? "y" : "x"] ?? null;
    if (along === null || other === null) return [];
    const [first, last] = [Math.min(...along.range), Math.max(...along.range)];
    // Beyond the axis a point stands at its end: it can still be taken there and brought back.
    const pixels = Array.from({ length: places + 1 }, (_, i) =>
      Math.min(last, Math.max(first, along.toPixel(at(valueAt(of, i / places))))),
    );
    return [
      { parameter, axis, pixels, across: across === undefined ? other.range[0] : other.toPixel(across) },
    ];
  });
}

/** Between the pixels of a placed point and the parameter's places: the inverse of `pixels`. */
export function placeAt({ pixels }: PlacedHandle, pixel: number): number {
  const rising = pixels.at(-1)! >= pixels[0]!;
  const sign = rising ? 1 : -1;
  for (let i = 1; i < pixels.length; i++) {
    const [a, b] = [pixels[i - 1]!, pixels[i]!];
    if (sign * (pixel - b) > 0 || a === b) continue;
    return (i - 1 + Math.min(1, Math.max(0, (pixel - a) / (b - a)))) / (pixels.length - 1);
  }
  return sign * (pixel - pixels[0]!) <= 0 ? 0 : 1;
}

/** Where a parameter's value lies among the pixels of a placed point. */
export function pixelAt({ pixels }: PlacedHandle, share: number): number {
  const at = Math.min(1, Math.max(0, share)) * (pixels.length - 1);
  const i = Math.min(pixels.length - 2, Math.floor(at));
  return pixels[i]! + (at - i) * (pixels[i + 1]! - pixels[i]!);
}
