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
  const colours = inks();
  context.save();
  context.beginPath();
  context.rect(rasterLeft, 0, width, height);
  context.clip();
  context.imageSmoothingEnabled = false;
  context.drawImage(painted, left, 0, column * painted.width, height);
  const at = arrays["exploitAt"]?.values ?? [];
  const where = arrays["exploitRow"]?.values ?? [];
  context.fillStyle = colours.ink;
  const thick = Math.max(1.2, Math.min(2, column));
  for (let i = 0; i < at.length; i++) {
    context.fillRect(left + at[i]! * column, where[i]! * row, thick, Math.max(1, row - 0.5));
  }
  context.restore();
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.fillStyle = colours.soft;
  for (let r = 0; r < rows.length; r++) {
    if (named(r, row)) context.fillText(nameOf(rows[r]!), 0, (r + 0.5) * row);
  }
}

/** Over the picture: names and frames of marked rows. */
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
  for (let r = 0; r < rows.length; r++) {
    if (!marked.has(rows[r]!)) continue;
    context.fillStyle = colours.surface;
    context.fillRect(0, (r + 0.5) * row - 6, rasterLeft - 1, 12);
    context.fillStyle = colours.accent;
    context.fillText(nameOf(rows[r]!), 0, (r + 0.5) * row);
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(rasterLeft, r * row, width - 1, Math.max(2, row));
  }
}
