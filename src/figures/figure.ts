import * as Plot from "@observablehq/plot";
import { escapeMarkup, figureDocument } from "./document.ts";
import { ink } from "./palette.ts";
import { logTick } from "./ticks.ts";

/** An entry of a panel's key: the label, its colour, and the mark that carries the meaning without colour. */
export interface KeyEntry {
  readonly label: string;
  readonly color: string;
  readonly dash?: string;
  readonly mark?: "line" | "dot" | "area";
}

/** One set of axes: an Observable Plot specification as plain data and marks. */
export interface Panel {
  readonly title?: string;
  readonly options: Plot.PlotOptions;
  readonly key?: readonly KeyEntry[];
}

/** A figure: pure data to a specification; the same in the terminal's files, the report and the page. */
export interface Figure {
  readonly title: string;
  /** One sentence with numbers. */
  readonly caption: string;
  readonly panels: readonly Panel[];
  /** Panels per row. */
  readonly columns?: number;
  readonly panelWidth?: number;
  readonly panelHeight?: number;
}

const font = "system-ui, -apple-system, 'Segoe UI', sans-serif";
const margin = 16;
const titleHeight = 30;
const panelTitleHeight = 22;
const keyHeight = 18;

/**
 * The figure as one SVG text: title, panels in rows, their keys, caption. Needs no browser and measures no text; equal
 * data give equal bytes.
 */
export function figureSvg(figure: Figure): string {
  const { total, full, caption, width, height, keyRows, cells } = layoutOf(figure);
  const parts = figure.panels.map((panel, index) => {
    const { x, y } = cells[index]!;
    return `<g transform="translate(${x},${y})">${panelSvg(panel, width, height, keyRows)}</g>`;
  });
  const lines = caption.map(
    (line, i) =>
      `<text x="${margin}" y="${full - margin - (caption.length - 1 - i) * 17}" font-size="12" fill="#444">${escapeMarkup(line)}</text>`,
  );
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${total}" height="${full}" viewBox="0 0 ${total} ${full}" font-family="${font}" role="img" aria-label="${escapeMarkup(figure.title)}">`,
    `<desc>${escapeMarkup(figure.caption)}</desc>`,
    `<rect width="${total}" height="${full}" fill="#ffffff"/>`,
    `<text x="${margin}" y="${margin + 14}" font-size="16" font-weight="600" fill="${ink}">${escapeMarkup(figure.title)}</text>`,
    ...parts,
    ...lines,
    "</svg>\n",
  ].join("\n");
  return ownNames(svg, figure);
}

/** Where everything of a figure stands, in pixels of its picture. */
interface Layout {
  readonly total: number;
  readonly full: number;
  readonly caption: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly keyRows: number;
  /** Corner of each panel, and of the plot within it. */
  readonly cells: readonly { readonly x: number; readonly y: number; readonly plotY: number }[];
}

/** Places the panels of a figure. */
export function layoutOf(figure: Figure): Layout {
  // Without panels there are still a title and a caption that says why.
  const columns = Math.max(1, Math.min(figure.columns ?? 2, figure.panels.length));
  const width = figure.panelWidth ?? 420;
  const height = figure.panelHeight ?? 300;
  const keyRows = Math.max(0, ...figure.panels.map((panel) => keyLines(panel.key ?? [], width).length));
  const head = panelTitleHeight + keyRows * keyHeight;
  const cell = head + height;
  const rows = Math.ceil(figure.panels.length / columns);
  const total = 2 * margin + columns * width + (columns - 1) * margin;
  const caption = wrap(figure.caption, Math.floor((total - 2 * margin) / 6.2));
  const full = margin + titleHeight + rows * (cell + margin) + caption.length * 17 + margin;
  const cells = figure.panels.map((_, index) => {
    const y = margin + titleHeight + Math.floor(index / columns) * (cell + margin);
    return { x: margin + (index % columns) * (width + margin), y, plotY: y + head };
  });
  return { total, full, caption, width, height, keyRows, cells };
}

/**
 * Plot numbers its clip paths and markers on and on. Here they are named after the figure, so that equal data give equal
 * bytes and several figures can stand in one page.
 */
function ownNames(svg: string, { title, caption }: Figure): string {
  let hash = 2166136261;
  for (const letter of title + caption) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619) >>> 0;
  const names = new Map<string, string>();
  return svg.replace(/\bplot-[a-z]+-\d+\b/g, (name) => {
    if (!names.has(name)) names.set(name, `f${hash.toString(36)}-${names.size}`);
    return names.get(name)!;
  });
}

function panelSvg(panel: Panel, width: number, height: number, keyRows: number): string {
  const plot = plotted({
    ...panelOptions(panel, width, height),
    document: figureDocument(),
    className: "figure",
    style: { fontFamily: font, fontSize: "11px", color: ink },
  }) as unknown as { readonly outerHTML: string };
  const title =
    panel.title === undefined
      ? ""
      : `<text x="0" y="14" font-size="13" font-weight="500" fill="${ink}">${escapeMarkup(panel.title)}</text>`;
  const key = keyLines(panel.key ?? [], width).map((line, row) => {
    let x = 0;
    return line
      .map((entry) => {
        const at = x;
        x += entryWidth(entry);
        return keyMark(entry, at, panelTitleHeight + row * keyHeight + 8);
      })
      .join("");
  });
  return `${title}${key.join("")}<g transform="translate(0,${panelTitleHeight + keyRows * keyHeight})">${plot.outerHTML}</g>`;
}

/**
 * Plot's picture. Plot cannot place ticks where values span less than numbers can divide (below 1e-300): such an axis goes
 * from −1 to 1, where they are all 0.
 */
export function plotted(options: Plot.PlotOptions): ReturnType<typeof Plot.plot> {
  const unit = (scale: Plot.ScaleOptions | undefined): Plot.ScaleOptions => ({ ...scale, domain: [-1, 1] });
  const [x, y] = [unit(options.x), unit(options.y)];
  let first: unknown;
  for (const changed of [{}, { y }, { x }, { x, y }]) {
    try {
      return Plot.plot({ ...options, ...changed });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      first ??= error;
    }
  }
  throw first;
}

/** A panel's axes and marks at a size: the same wherever it is drawn. */
export function panelOptions(panel: Panel, width: number, height: number): Plot.PlotOptions {
  return {
    marginLeft: 52,
    marginBottom: 38,
    ...panel.options,
    ...logAxis("x", panel.options.x),
    ...logAxis("y", panel.options.y),
    width,
    height,
  };
}

/** Plain labels on a logarithmic axis whose panel does not format its own. */
function logAxis(name: "x" | "y", scale: Plot.ScaleOptions | undefined): Plot.PlotOptions {
  if (scale?.type !== "log" || scale.tickFormat !== undefined) return {};
  const [low, high] = (scale.domain as number[] | undefined) ?? [1, 100];
  const decades = Math.log10(high! / low!);
  return { [name]: { ...scale, tickFormat: (value: number) => logTick(value, decades) } };
}

function keyMark({ label, color, dash, mark = "line" }: KeyEntry, x: number, y: number): string {
  const shape =
    mark === "dot"
      ? `<circle cx="${x + 9}" cy="${y}" r="3.5" fill="${color}"/>`
      : mark === "area"
        ? `<rect x="${x}" y="${y - 5}" width="18" height="10" fill="${color}" fill-opacity="0.35"/>`
        : `<line x1="${x}" x2="${x + 18}" y1="${y}" y2="${y}" stroke="${color}" stroke-width="2"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/>`;
  return `${shape}<text x="${x + 23}" y="${y + 4}" font-size="11" fill="${ink}">${escapeMarkup(label)}</text>`;
}

const entryWidth = (entry: KeyEntry): number => 38 + entry.label.length * 6.3;

function keyLines(key: readonly KeyEntry[], width: number): KeyEntry[][] {
  const lines: KeyEntry[][] = [];
  let used = Infinity;
  for (const entry of key) {
    if (used + entryWidth(entry) > width) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)!.push(entry);
    used += entryWidth(entry);
  }
  return lines;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
