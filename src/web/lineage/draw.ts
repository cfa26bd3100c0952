import { nameOf } from "../data/run.ts";
import { count } from "../ui/format.ts";
import { founderColour, inks } from "../ui/theme.ts";
import type { Stretch, Tree } from "./layout.ts";

/** Room for names at the left, in pixels. */
export const treeLeft = 36;

export interface TreeStyle {
  readonly x: (generation: number) => number;
  readonly y: (row: number) => number;
  readonly width: number;
  readonly height: number;
}

/** Room for the labels of the axis below, and half of its last one at the right. */
export const treeBottom = 30;
export const treeRight = 14;

/** The axis of generations: over the strands, so that it stays when those step back. */
function drawAxis(context: CanvasRenderingContext2D, tree: Tree, { x, height }: TreeStyle): void {
  const colours = inks();
  const bottom = height - treeBottom;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "top";
  // Strands reach from boundary to boundary: the axis counts generations that are done.
  const step =
    tree.by === "step"
      ? roundStep((tree.last - tree.first) / 10)
      : Math.max(1, Math.ceil((tree.last - tree.first) / 10));
  for (let g = tree.first; g <= tree.last; g += step) {
    context.fillStyle = `${colours.ink}1a`;
    context.fillRect(x(g), 0, 1, bottom);
    context.fillStyle = colours.soft;
    context.fillText(count(g), x(g), bottom + 3);
  }
  context.fillText(
    tree.by === "step" ? "step" : "generations done",
    (x(tree.first) + x(tree.last)) / 2,
    bottom + 16,
  );
}

/** 1, 2 or 5 times a power of ten, not below a number. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return power * ([1, 2, 5].find((m) => m * power >= least) ?? 10);
}

/** Strands as lines over generations, hand-overs as vertical lines; extinct ones faint. */
export function drawTree(context: CanvasRenderingContext2D, tree: Tree, style: TreeStyle): void {
  const { y } = style;
  const colours = inks();
  context.font = "11px system-ui, sans-serif";
  for (const i of tree.shown) drawStrand(context, tree, i, style, 1.5, tree.strands[i]!.surviving ? 1 : 0.35);
  const gap = tree.rows < 2 ? Infinity : y(1) - y(0);
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = colours.soft;
  let before = -Infinity;
  for (const i of tree.shown) {
    const strand = tree.strands[i]!;
    const at = y(strand.row);
    if ((strand.parent >= 0 && gap < 11) || at - before < 11) continue;
    before = at;
    context.fillText(nameOf(strand.member), 0, at);
  }
}

/** Over the tree: what is brought out, with the members' names, and the line of the shared cursor. */
export interface Lit {
  readonly stretches: readonly Stretch[];
  readonly width: number;
  /** A ring at the end of the last stretch. */
  readonly ring: boolean;
}

/** @param cursor where the shared cursor is on the tree's axis */
export function drawLit(
  context: CanvasRenderingContext2D,
  tree: Tree,
  { stretches, width, ring }: Lit,
  cursor: number | null,
  style: TreeStyle,
): void {
  const colours = inks();
  drawAxis(context, tree, style);
  if (cursor !== null) {
    context.fillStyle = colours.accent;
    context.fillRect(style.x(cursor), 0, 1, style.height - treeBottom);
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  const named: number[] = [];
  for (const { strand: i, until } of stretches) {
    const strand = tree.strands[i]!;
    if (strand.row < 0) continue;
    drawStrand(context, tree, i, style, width, 1, until);
    const at = style.y(strand.row);
    if (named.some((other) => Math.abs(at - other) < 12)) continue;
    named.push(at);
    context.fillStyle = colours.surface;
    context.fillRect(0, at - 9, treeLeft - 4, 18);
    context.fillStyle = colours.ink;
    context.fillText(nameOf(strand.member), 0, at);
  }
  const last = stretches.at(-1);
  if (!ring || last === undefined || tree.strands[last.strand]!.row < 0) return;
  context.beginPath();
  context.arc(style.x(last.until), style.y(tree.strands[last.strand]!.row), 4.5, 0, 2 * Math.PI);
  context.fillStyle = colours.ink;
  context.strokeStyle = colours.surface;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  // With rows so near each other, the names at the left leave it out.
  if (style.y(1) - style.y(0) >= 11) return;
  const beside = style.x(last.until) + 9;
  const name = nameOf(tree.strands[last.strand]!.member);
  if (beside + context.measureText(name).width > style.width) return;
  const at = style.y(tree.strands[last.strand]!.row);
  context.lineWidth = 3;
  context.strokeText(name, beside, at);
  context.fillText(name, beside, at);
}

function drawStrand(
  context: CanvasRenderingContext2D,
  tree: Tree,
  i: number,
  { x, y }: TreeStyle,
  width: number,
  alpha: number,
  until = tree.strands[i]!.until,
): void {
  const strand = tree.strands[i]!;
  context.globalAlpha = alpha;
  context.strokeStyle = founderColour(strand.founder);
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x(strand.from), y((strand.parent >= 0 ? tree.strands[strand.parent]! : strand).row));
  context.lineTo(x(strand.from), y(strand.row));
  context.lineTo(x(until), y(strand.row));
  context.stroke();
  if (strand.parent >= 0 && tree.rows < 120) {
    context.fillStyle = context.strokeStyle;
    context.beginPath();
    context.arc(x(strand.from), y(strand.row), 2.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}
