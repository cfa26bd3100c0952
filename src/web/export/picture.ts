import { type Figure, figureSvg } from "../../figures/index.ts";

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
