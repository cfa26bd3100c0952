import type { Columns } from "../../figures/index.ts";
import type { RasterMeta } from "../../server/index.ts";
import { nameOf } from "../data/run.ts";
import { inks, ramp } from "../ui/theme.ts";

/** Room for names at the left, in pixels. */
export const rasterLeft = 36;

/** The bytes as colours: one pixel per byte. Nothing (0) stays clear. */
export function paint({ arrays }: Columns<RasterMeta>, brighterIsHigher: boolean): HTMLCanvasElement {
  const image = arrays["image"]!.values;
  const rows = arrays["rows"]!.values.length;
  const columns = rows === 0 ? 0 : image.length / rows;
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, columns);
  canvas.height = Math.max(1, rows);
  const context = canvas.getContext("2d")!;
  const pixels = context.createImageData(canvas.width, canvas.height);
  const colours = ramp();
  for (let i = 0; i < image.length; i++) {
    const byte = image[i]!;
    if (byte === 0) continue;
    const at = 3 * (brighterIsHigher ? byte : 256 - byte);
    pixels.data[4 * i] = colours[at]!;
    pixels.data[4 * i + 1] = colours[at + 1]!;
    pixels.data[4 * i + 2] = colours[at + 2]!;
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** What is in view: pixels of the panel, and steps. */
export interface RasterView {
  readonly width: number;
  readonly height: number;
  readonly from: number;
  readonly until: number;
}

/** Whether a row's name is written: there is room for one every twelve pixels. */
const named = (r: number, rowHeight: number): boolean => r % Math.max(1, Math.ceil(12 / rowHeight)) === 0;

/** The middle of a row's name: of the outermost rows too the whole name is on the canvas. */
const nameAt = (r: number, row: number, height: number): number =>
  Math.min(height - 6, Math.max(6, (r + 0.5) * row));

/** Rows at least so many pixels high have room for a frame around them. */
const framed = 6;

/** The picture stretched over the steps in view, ticks where members became copies. */
export function drawRaster(
  context: CanvasRenderingContext2D,
  painted: HTMLCanvasElement,
  { arrays, meta }: Columns<RasterMeta>,
  { width, height, from, until }: RasterView,
): void {
  const rows = arrays["rows"]!.values;
  const row = height / Math.max(1, rows.length);
  const scale = width / (until - from || 1);
  const left = rasterLeft + (meta.x0 - from) * scale;
  const column = ((meta.x1 - meta.x0) * scale) / painted.width;
  context.save();
  context.beginPath();
  context.rect(rasterLeft, 0, width, height);
  context.clip();
  context.imageSmoothingEnabled = false;
  context.drawImage(painted, left, 0, column * painted.width, height);
  const at = arrays["exploitAt"]?.values ?? [];
  const where = arrays["exploitRow"]?.values ?? [];
  // Dark in both themes, with a light edge: the picture's own colours are the same in both, from dark to bright.
  const thick = Math.max(1.2, Math.min(2, column));
  for (const [colour, edge] of [
    ["rgb(255 255 255 / 45%)", row < framed ? 0 : 0.8],
    ["#1b1b1b", 0],
  ] as const) {
    context.fillStyle = colour;
    for (let i = 0; i < at.length; i++) {
      const x = left + at[i]! * column - edge;
      context.fillRect(x, where[i]! * row, thick + 2 * edge, Math.max(1, row - 0.5));
    }
  }
  context.restore();
}

/** Over the picture: names of marked rows, and frames; of rows too thin for one only their ends, outside the picture. */
export function drawMarkedRows(
  context: CanvasRenderingContext2D,
  rows: ArrayLike<number>,
  marked: ReadonlySet<number>,
  { width, height }: RasterView,
): void {
  const row = height / Math.max(1, rows.length);
  const colours = inks();
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.fillStyle = colours.accent;
  context.strokeStyle = colours.accent;
  context.lineWidth = 2;
  const names: { readonly name: string; readonly y: number }[] = [];
  for (let r = 0; r < rows.length; r++) {
    if (!marked.has(rows[r]!)) continue;
    if (row >= framed) context.strokeRect(rasterLeft, r * row, width - 1, row);
    else context.fillRect(rasterLeft - 5, r * row, 5, Math.max(1.5, row));
    const y = nameAt(r, row, height);
    if (y - (names.at(-1)?.y ?? -Infinity) >= 12) names.push({ name: nameOf(rows[r]!), y });
  }
  for (const { name, y } of names) context.fillText(name, 0, y);
  context.fillStyle = colours.soft;
  for (let r = 0; r < rows.length; r++) {
    const y = nameAt(r, row, height);
    // Names beside marked ones give way.
    const free = names.every((marked) => Math.abs(marked.y - y) >= 12);
    if (free && named(r, row)) context.fillText(nameOf(rows[r]!), 0, y);
  }
}
