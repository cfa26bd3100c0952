import { nameOf } from "../data/run.ts";
import { founderColour, inks } from "../ui/theme.ts";
import type { Tree } from "./layout.ts";

/** Room for names at the left, in pixels. */
export const treeLeft = 36;

export interface TreeStyle {
  readonly x: (generation: number) => number;
  readonly y: (row: number) => number;
  readonly width: number;
  readonly height: number;
}

/** Strands as lines over generations, hand-overs as vertical lines; extinct ones faint. */
export function drawTree(context: CanvasRenderingContext2D, tree: Tree, style: TreeStyle): void {
  const { x, y } = style;
  const colours = inks();
  const bottom = style.height - 30;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "top";
  const span = tree.last - tree.first;
  const step = Math.max(1, Math.ceil(span / 10));
  for (let g = tree.first; g <= tree.last; g += step) {
    context.fillStyle = `${colours.ink}1a`;
    context.fillRect(x(g), 0, 1, bottom);
    context.fillStyle = colours.soft;
    context.fillText(String(g), x(g), bottom + 3);
  }
  context.fillText("generation", (x(tree.first) + x(tree.last)) / 2, bottom + 16);
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

/** Over the tree: strands brought out, with their names, and the line of the shared cursor. */
export function drawLit(
  context: CanvasRenderingContext2D,
  tree: Tree,
  lit: Iterable<number>,
  cursor: number | null,
  style: TreeStyle,
): void {
  const colours = inks();
  if (cursor !== null) {
    context.fillStyle = colours.accent;
    context.fillRect(style.x(cursor), 0, 1, style.height - 30);
  }
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  let before = -Infinity;
  for (const i of lit) {
    const strand = tree.strands[i]!;
    if (strand.row < 0) continue;
    drawStrand(context, tree, i, style, 2.5, 1);
    const at = style.y(strand.row);
    if (Math.abs(at - before) < 11) continue;
    before = at;
    context.fillStyle = colours.surface;
    context.fillRect(0, at - 6, treeLeft - 4, 12);
    context.fillStyle = colours.ink;
    context.fillText(nameOf(strand.member), 0, at);
  }
}

function drawStrand(
  context: CanvasRenderingContext2D,
  tree: Tree,
  i: number,
  { x, y }: TreeStyle,
  width: number,
  alpha: number,
): void {
  const strand = tree.strands[i]!;
  context.globalAlpha = alpha;
  context.strokeStyle = founderColour(strand.founder);
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(x(strand.from), y((strand.parent >= 0 ? tree.strands[strand.parent]! : strand).row));
  context.lineTo(x(strand.from), y(strand.row));
  context.lineTo(x(strand.until), y(strand.row));
  context.stroke();
  if (strand.parent >= 0 && tree.rows < 120) {
    context.fillStyle = context.strokeStyle;
    context.beginPath();
    context.arc(x(strand.from), y(strand.row), 2.5, 0, 2 * Math.PI);
    context.fill();
  }
  context.globalAlpha = 1;
}
