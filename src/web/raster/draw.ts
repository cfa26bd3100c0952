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

/** The picture stretched over the panel, ticks where members became copies, a frame around marked rows. */
export function drawRaster(
  context: CanvasRenderingContext2D,
  painted: HTMLCanvasElement,
  { arrays }: Columns<RasterMeta>,
  width: number,
  height: number,
  marked: ReadonlySet<number>,
): void {
  const rows = arrays["rows"]!.values;
  const row = height / Math.max(1, rows.length);
  const column = width / painted.width;
  const colours = inks();
  context.imageSmoothingEnabled = false;
  // Where a source shows fewer values than pixels, each value reaches back to the one before it.
  context.drawImage(painted, rasterLeft, 0, width, height);
  const at = arrays["exploitAt"]?.values ?? [];
  const where = arrays["exploitRow"]?.values ?? [];
  context.fillStyle = colours.ink;
  for (let i = 0; i < at.length; i++) {
    context.fillRect(
      rasterLeft + at[i]! * column,
      where[i]! * row,
      Math.max(1.2, Math.min(2, column)),
      Math.max(1, row - 0.5),
    );
  }
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  const every = Math.max(1, Math.ceil(12 / row));
  for (let r = 0; r < rows.length; r++) {
    const strong = marked.has(rows[r]!);
    if (!strong && r % every !== 0) continue;
    context.fillStyle = strong ? colours.accent : colours.soft;
    context.fillText(nameOf(rows[r]!), 0, (r + 0.5) * row);
    if (!strong) continue;
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(rasterLeft, r * row, width - 1, Math.max(2, row));
  }
}
