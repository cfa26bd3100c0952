import { type Figure, figureSvg } from "../../figures/index.ts";
import type { TableData } from "../ui/DataTable.tsx";

/** Offers bytes as a file to save. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const saveText = (text: string, name: string, type: string): void =>
  saveBlob(new Blob([text], { type: `${type};charset=utf-8` }), name);

/** Offers a file that the server writes. */
export function saveFrom(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

/** RFC 4180: quotes where needed; a cell that a spreadsheet would run as a formula gets a leading apostrophe. */
export function csvOf({ columns, rows }: TableData): string {
  const cell = (content: number | string | null): string => {
    if (content === null || (typeof content === "number" && Number.isNaN(content))) return "";
    if (typeof content === "number") return String(content);
    const safe = /^[=+@\t\r-]/.test(content) ? `'${content}` : content;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows]
    .map((row) => row.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

/** A figure's picture as the report and the command line draw it, with what it is of. */
export function svgWith(figure: Figure, source: string): string {
  return figureSvg({ ...figure, caption: `${figure.caption} ${source}` });
}

/** The same picture in pixels, twice as dense. */
export async function pngOf(svg: string): Promise<Blob> {
  const size = svg.match(/width="([\d.]+)" height="([\d.]+)"/);
  const [width, height] = [Number(size?.[1] ?? 800), Number(size?.[2] ?? 600)];
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png");
  });
}

/** Plain JSON of a figure's specification: functions become their text, marks their data and channels. */
export function figureJson(figure: Figure): string {
  return JSON.stringify(
    figure,
    (_name, content: unknown) => {
      if (typeof content === "function") return Function.prototype.toString.call(content);
      if (content instanceof Map) return Object.fromEntries(content);
      if (ArrayBuffer.isView(content)) return [...(content as Float64Array)];
      return content;
    },
    1,
  );
}

/** A name for files: the run, the panel, the kind. */
export const fileName = (...parts: readonly string[]): string =>
  parts
    .map((part) => part.replace(/[^\p{L}\p{N}._-]+/gu, "-").replace(/^[-.]+|-+$/g, ""))
    .filter((part) => part !== "")
    .join("-")
    .slice(0, 120);
