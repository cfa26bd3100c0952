import { type Columns, encodedTicks } from "../../figures/index.ts";
import type { HyperparameterFacts, PopulationMeta } from "../../server/index.ts";
import type { Point } from "../charts/CanvasLayer.tsx";
import { valuesOf } from "../data/generations.ts";
import { encodedAxis } from "../panels/progression.ts";
import { parameter } from "../state/location.ts";
import { founderColour, inks, rampColour } from "../ui/theme.ts";

export interface Axes {
  readonly x: HyperparameterFacts;
  readonly y: HyperparameterFacts;
  /** All that can be drawn: the matrix has one column for each, at most five. */
  readonly all: readonly HyperparameterFacts[];
  /** How many could be. */
  readonly usable: number;
}

export interface Box {
  readonly width: number;
  readonly height: number;
  readonly matrix: boolean;
}

/** The two hyperparameters in view: those of the address, else the first two that vary. */
export function axesOf(facts: readonly HyperparameterFacts[]): Axes | null {
  const varying = facts.filter(({ topology }) => topology !== "fixed");
  const usable = varying.length > 0 ? varying : facts;
  const named = (name: string | null): HyperparameterFacts | undefined =>
    facts.find((fact) => fact.name === name);
  const x = named(parameter("hx")) ?? usable[0];
  const y = named(parameter("hy")) ?? usable.find((fact) => fact !== x) ?? x;
  return x === undefined || y === undefined ? null : { x, y, all: usable.slice(0, 5), usable: usable.length };
}

const margin = { left: 52, right: 8, top: 8, bottom: 34 };

interface Cell {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const single = ({ width, height }: Box): Cell => ({
  left: margin.left,
  top: margin.top,
  width: Math.max(10, width - margin.left - margin.right),
  height: Math.max(10, height - margin.top - margin.bottom),
});

/** Cells of the matrix: row i, column j, lower triangle. */
function cells(
  axes: Axes,
  box: Box,
): { readonly cell: Cell; readonly x: HyperparameterFacts; readonly y: HyperparameterFacts }[] {
  const whole = single(box);
  if (!box.matrix) return [{ cell: whole, x: axes.x, y: axes.y }];
  const n = axes.all.length - 1;
  const gap = 6;
  const [width, height] = [(whole.width - gap * (n - 1)) / n, (whole.height - gap * (n - 1)) / n];
  const made = [];
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      made.push({
        cell: { left: whole.left + j * (width + gap), top: whole.top + i * (height + gap), width, height },
        x: axes.all[j]!,
        y: axes.all[i + 1]!,
      });
    }
  }
  return made;
}

const within = (cell: Cell, x: number, y: number): Point => ({
  x: cell.left + x * cell.width,
  y: cell.top + (1 - y) * cell.height,
});

/** Where a row is drawn, in the (first) cell. Equal places are spread a little, the same way each time. */
export function placeOf(data: Columns<PopulationMeta>, row: number, axes: Axes, box: Box): Point {
  const { cell, x, y } = cells(axes, box)[0]!;
  return place(data, row, cell, x, y);
}

function place(
  data: Columns<PopulationMeta>,
  row: number,
  cell: Cell,
  x: HyperparameterFacts,
  y: HyperparameterFacts,
): Point {
  const { traits } = data.meta;
  const coordinates = valuesOf(data, "coordinates");
  const of = (fact: HyperparameterFacts, salt: number): number => {
    const j = traits.indexOf(fact.name);
    const at = j < 0 ? 0.5 : coordinates[row * traits.length + j]!;
    if (fact.topology === "continuous" || fact.ticks.length < 2) return at;
    const spread = 0.5 / fact.ticks.length;
    const noise = ((valuesOf(data, "member")[row]! * 0.618034 + salt * 0.37) % 1) - 0.5;
    return Math.min(1, Math.max(0, at + noise * spread));
  };
  return within(cell, of(x, 0), of(y, 1));
}

interface Style {
  readonly axes: Axes;
  readonly box: Box;
  readonly colourBy: "fitness" | "founder";
  /** True: higher values are better, and brighter. */
  readonly better: boolean;
}

export function drawScatter(
  context: CanvasRenderingContext2D,
  data: Columns<PopulationMeta>,
  style: Style,
): void {
  const all = cells(style.axes, style.box);
  all.forEach(({ cell, x, y }, i) => {
    const leftmost = !style.box.matrix || cell.left === all[0]!.cell.left;
    const lowest = !style.box.matrix || all.slice(i + 1).every((other) => other.cell.left !== cell.left);
    drawAxes(context, cell, x, y, leftmost, lowest, style.box.matrix);
    drawPoints(context, data, cell, x, y, style);
  });
}

/** Over the points: rings around some rows, and their trails. */
export function drawMarked(
  context: CanvasRenderingContext2D,
  data: Columns<PopulationMeta>,
  style: Style,
  marked: (row: number) => boolean,
): void {
  const colours = inks();
  const generation = valuesOf(data, "generation");
  for (const { cell, x, y } of cells(style.axes, style.box)) {
    drawTrails(context, data, cell, x, y, style, marked);
    context.strokeStyle = colours.ink;
    context.lineWidth = 2;
    for (let row = 0; row < generation.length; row++) {
      if (generation[row] !== data.meta.until || !marked(row)) continue;
      const at = place(data, row, cell, x, y);
      context.beginPath();
      context.arc(at.x, at.y, 7.5, 0, 2 * Math.PI);
      context.stroke();
    }
  }
}

/** Lines to where each row was (or was copied from) a generation before; all of them faintly, or some in full. */
function drawTrails(
  context: CanvasRenderingContext2D,
  data: Columns<PopulationMeta>,
  cell: Cell,
  x: HyperparameterFacts,
  y: HyperparameterFacts,
  { colourBy }: Style,
  marked: ((row: number) => boolean) | null,
): void {
  const { rest } = inks();
  const generation = valuesOf(data, "generation");
  const member = valuesOf(data, "member");
  const donor = valuesOf(data, "donor");
  const founder = valuesOf(data, "founder");
  const keyOf = (g: number, m: number): number => g * 1e6 + m;
  const rowOf = new Map<number, number>();
  for (let row = 0; row < generation.length; row++) rowOf.set(keyOf(generation[row]!, member[row]!), row);
  context.lineWidth = 1;
  for (let row = 0; row < generation.length; row++) {
    if (marked !== null && !marked(row)) continue;
    const copied = donor[row]! >= 0;
    const before = rowOf.get(keyOf(generation[row]! - 1, copied ? donor[row]! : member[row]!));
    if (before === undefined) continue;
    const [a, b] = [place(data, before, cell, x, y), place(data, row, cell, x, y)];
    const colour = colourBy === "founder" ? founderColour(founder[row]!) : rest;
    context.strokeStyle = marked === null ? `${colour}44` : colour;
    context.setLineDash(copied ? [2, 2] : []);
    context.beginPath();
    context.moveTo(a.x, a.y);
    context.lineTo(b.x, b.y);
    context.stroke();
  }
  context.setLineDash([]);
}

function drawAxes(
  context: CanvasRenderingContext2D,
  cell: Cell,
  x: HyperparameterFacts,
  y: HyperparameterFacts,
  labelY: boolean,
  labelX: boolean,
  small: boolean,
): void {
  const colours = inks();
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.strokeRect(cell.left + 0.5, cell.top + 0.5, cell.width, cell.height);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = colours.soft;
  const bottom = cell.top + cell.height;
  if (labelX) {
    context.textAlign = "center";
    context.textBaseline = "top";
    let before = -Infinity;
    for (const { at, label } of encodedTicks(encodedAxis(x), small ? 2 : 5)) {
      const where = cell.left + at * cell.width;
      const half = context.measureText(label).width / 2;
      if (where - half < before + 4) continue;
      context.fillText(label, where, bottom + 4);
      before = where + half;
    }
    context.fillText(x.name, cell.left + cell.width / 2, bottom + 19, cell.width);
  }
  if (labelY) {
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const { at, label } of encodedTicks(encodedAxis(y), small ? 2 : 5)) {
      context.fillText(label, cell.left - 5, bottom - at * cell.height, margin.left - 18);
    }
    context.save();
    context.translate(6, cell.top + cell.height / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.fillText(y.name, 0, 0, cell.height);
    context.restore();
  }
}

function drawPoints(
  context: CanvasRenderingContext2D,
  data: Columns<PopulationMeta>,
  cell: Cell,
  x: HyperparameterFacts,
  y: HyperparameterFacts,
  style: Style,
): void {
  const { colourBy, better } = style;
  const colours = inks();
  const { traits, founders, until } = data.meta;
  const [jx, jy] = [traits.indexOf(x.name), traits.indexOf(y.name)];
  context.fillStyle = `${colours.rest}77`;
  for (const founder of founders) {
    const at = within(cell, founder[jx] ?? 0.5, founder[jy] ?? 0.5);
    context.fillRect(at.x - 1.2, at.y - 1.2, 2.4, 2.4);
  }
  const generation = valuesOf(data, "generation");
  const value = valuesOf(data, "value");
  const status = valuesOf(data, "status");
  const founder = valuesOf(data, "founder");
  drawTrails(context, data, cell, x, y, style, null);
  const now = Array.from(generation.keys()).filter((row) => generation[row] === until);
  const order = now
    .filter((row) => !Number.isNaN(value[row]))
    .toSorted((a, b) => (better ? value[a]! - value[b]! : value[b]! - value[a]!));
  const rank = new Map(order.map((row, i) => [row, order.length < 2 ? 1 : i / (order.length - 1)]));
  for (const row of now) {
    const at = place(data, row, cell, x, y);
    const share = rank.get(row);
    const fill =
      colourBy === "founder"
        ? founderColour(founder[row]!)
        : share === undefined
          ? colours.rest
          : rampColour(share);
    mark(context, at, status[row]!, fill, now.length > 200 ? 3 : 4.5, colours);
  }
}

function mark(
  context: CanvasRenderingContext2D,
  { x, y }: Point,
  status: number,
  fill: string,
  r: number,
  colours: ReturnType<typeof inks>,
): void {
  context.beginPath();
  if (status === 1) {
    context.moveTo(x - r, y - r);
    context.lineTo(x + r, y + r);
    context.moveTo(x + r, y - r);
    context.lineTo(x - r, y + r);
    context.strokeStyle = fill;
    context.lineWidth = 2;
    context.stroke();
  } else {
    if (status === 2) {
      context.moveTo(x, y - r * 1.2);
      context.lineTo(x + r, y + r * 0.8);
      context.lineTo(x - r, y + r * 0.8);
      context.closePath();
    } else context.arc(x, y, r, 0, 2 * Math.PI);
    context.fillStyle = fill;
    context.fill();
    // The darkest and the brightest fill would be lost on one of the grounds.
    context.strokeStyle = colours.ink;
    context.lineWidth = 0.6;
    context.stroke();
  }
}
