import type * as Plot from "@observablehq/plot";
import { type Figure, panelOptions } from "./figure.ts";

/** What a mark of Plot holds, as far as its code is written from it. */
interface MarkParts {
  readonly ariaLabel?: string;
  readonly curve?: (path: unknown) => CurvePen;
  readonly markerStart?: unknown;
  readonly clip?: unknown;
  readonly symbol?: { readonly draw?: (pen: unknown, size: number) => void };
  initialize(): { readonly channels: Readonly<Record<string, { readonly value: ArrayLike<unknown> }>> };
}

interface CurvePen {
  lineStart(): void;
  point(x: number, y: number): void;
  lineEnd(): void;
}

/** Settings that hold for a whole mark, with the value that they have when the mark does not name one. */
const constants = {
  fill: "currentColor",
  stroke: "none",
  fillOpacity: 1,
  strokeOpacity: 1,
  strokeWidth: 1,
  strokeDasharray: "none",
  shapeRendering: "auto",
  r: 3,
  dx: 0,
  dy: 0,
  textAnchor: "middle",
  fontSize: undefined,
  width: undefined,
  height: undefined,
  preserveAspectRatio: undefined,
  imageRendering: "auto",
} as const;

const channelNames = [
  "x",
  "y",
  "x1",
  "y1",
  "x2",
  "y2",
  "z",
  "text",
  "src",
  "r",
  "fill",
  "fillOpacity",
  "stroke",
  "strokeOpacity",
];

/**
 * The figure as code for Observable Plot: one `Plot.plot({ … })` for each panel, with its data written out. For a notebook,
 * or for a page of one's own.
 * @returns statements that need only `Plot` in scope; each is an expression that gives an SVG element
 * @example
 * plotCode(sharesFigure(data)); // "// Who is winning?\nPlot.plot({\n  width: 560, …"
 */
export function plotCode(figure: Figure): string {
  const comment = (text: string): string => `// ${text.replace(/\s+/g, " ")}`;
  const parts = figure.panels.map((panel) => {
    const { marks, ...options } = panelOptions(panel, figure.panelWidth ?? 420, figure.panelHeight ?? 300);
    const written = Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) =>
          `  ${name}: ${name === "x" || name === "y" ? scaleCode(value as Plot.ScaleOptions) : literal(value)},`,
      );
    const drawn = flat(marks ?? []).map((mark) => `    ${markCode(mark)},`);
    return [
      ...(panel.title === undefined ? [] : [comment(panel.title)]),
      ...(panel.key ?? []).map(({ label, color }) => comment(`${color} ${label}`)),
      "Plot.plot({",
      ...written,
      "  marks: [",
      ...drawn,
      "  ],",
      "});",
    ].join("\n");
  });
  return [comment(figure.title), comment(figure.caption), "", parts.join("\n\n"), ""].join("\n");
}

const flat = (marks: readonly unknown[]): MarkParts[] =>
  marks.flatMap((mark) =>
    Array.isArray(mark)
      ? flat(mark as unknown[])
      : mark === null || mark === undefined
        ? []
        : [mark as MarkParts],
  );

function markCode(mark: MarkParts): string {
  const { channels } = mark.initialize();
  const own = mark as unknown as Readonly<Record<string, unknown>>;
  const settings: string[] = [];
  let length = 0;
  for (const name of channelNames) {
    const channel = channels[name];
    if (channel === undefined) continue;
    length = Math.max(length, channel.value.length);
    settings.push(`${name}: ${literal(Array.from(channel.value))}`);
  }
  for (const [name, unset] of Object.entries(constants)) {
    if (!(name in own) || channels[name] !== undefined) continue;
    const value = own[name] ?? unset;
    // Marks have defaults of their own for these three, so they are always named.
    const always = name === "fill" || name === "stroke" || name === "strokeWidth";
    if (value !== undefined && (value !== unset || always)) {
      settings.push(`${name}: ${literal(value)}`);
    }
  }
  const curve = mark.curve === undefined ? null : curveName(mark.curve);
  if (curve !== null) settings.push(`curve: ${literal(curve)}`);
  if (mark.markerStart != null) settings.push('marker: "dot"');
  if (mark.clip != null && mark.clip !== false) settings.push("clip: true");
  const symbol = mark.symbol?.draw === undefined ? null : symbolName(mark.symbol.draw);
  if (symbol !== null) settings.push(`symbol: ${literal(symbol)}`);
  const kind =
    mark.ariaLabel === "rule" ? (channels["x"] === undefined ? "ruleY" : "ruleX") : (mark.ariaLabel ?? "dot");
  return `Plot.${kind}({ length: ${length} }, { ${settings.join(", ")} })`;
}

/** A cross or a diamond, told by the path that it draws; null: a circle. */
function symbolName(draw: (pen: unknown, size: number) => void): string | null {
  let path = "";
  const log = (letter: string) => () => {
    path += letter;
  };
  draw({ moveTo: log("M"), lineTo: log("L"), arc: log("A"), closePath: log("Z") }, 64);
  return path.includes("A") ? null : path.includes("Z") ? "diamond" : "times";
}

/** Whether a curve goes straight from point to point or in steps: told by the path that it draws. */
function curveName(curve: NonNullable<MarkParts["curve"]>): string | null {
  const seen: string[] = [];
  const log = (x: number, y: number): void => void seen.push(`${x},${y}`);
  const pen = curve({ moveTo: log, lineTo: log, closePath() {} });
  pen.lineStart();
  pen.point(0, 0);
  pen.point(1, 1);
  pen.lineEnd();
  return seen.includes("1,0") ? "step-after" : null;
}

/** Functions of a scale are written as the labels that they give; where there is no list of ticks, Plot's own stand. */
function scaleCode({ tickFormat, ...options }: Plot.ScaleOptions): string {
  const ticks = Array.isArray(options.ticks) ? (options.ticks as readonly number[]) : null;
  const labels =
    typeof tickFormat === "function" && ticks !== null
      ? `, tickFormat: (tick, i) => ${literal(ticks.map((tick, i) => (tickFormat as (value: unknown, i: number) => unknown)(tick, i)))}[i]`
      : "";
  const rest = Object.entries(options)
    .filter(([, value]) => value !== undefined && typeof value !== "function")
    .map(([name, value]) => `${name}: ${literal(value)}`);
  return `{ ${rest.join(", ")}${labels} }`;
}

/** A value as JavaScript; numbers in single precision keep its digits, and what is not a number becomes `NaN`. */
function literal(value: unknown): string {
  if (typeof value === "number") {
    return Number.isFinite(value)
      ? String(Number(value.toPrecision(9)))
      : Number.isNaN(value)
        ? "NaN"
        : value > 0
          ? "Infinity"
          : "-Infinity";
  }
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{ ${Object.entries(value)
      .filter(([, of]) => of !== undefined && typeof of !== "function")
      .map(([name, of]) => `${name}: ${literal(of)}`)
      .join(", ")} }`;
  }
  return JSON.stringify(value) ?? "undefined";
}
