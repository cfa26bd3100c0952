import { nameOf } from "../data/run.ts";
import { founderColour, inks } from "../ui/theme.ts";
import type { Tree } from "./layout.ts";

/** Room for names at the left, in pixels. */
export const treeLeft = 36;

interface TreeStyle {
  readonly x: (generation: number) => number;
  readonly y: (row: number) => number;
  readonly width: number;
  readonly height: number;
  /** Strands to bring out; null: none. */
  readonly lit: ReadonlySet<number> | null;
  /** A lineage to bring out; null: none. */
  readonly founder: number | null;
  readonly cursor: number | null;
}

/** Strands as lines over generations, hand-overs as vertical lines; extinct ones faint. */
export function drawTree(context: CanvasRenderingContext2D, tree: Tree, style: TreeStyle): void {
  const { x, y, lit, founder } = style;
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
  if (style.cursor !== null) {
    context.fillStyle = colours.accent;
    context.fillRect(x(style.cursor), 0, 1, bottom);
  }
  const order = [...tree.shown].toSorted(
    (a, b) => Number(lit?.has(a) ?? false) - Number(lit?.has(b) ?? false),
  );
  for (const i of order) {
    const strand = tree.strands[i]!;
    const bright = (lit === null && founder === null) || lit?.has(i) === true || strand.founder === founder;
    context.globalAlpha = bright ? (strand.surviving || lit !== null ? 1 : 0.35) : 0.15;
    context.strokeStyle = founderColour(strand.founder);
    context.lineWidth = bright && lit !== null ? 2.5 : 1.5;
    context.beginPath();
    if (strand.parent >= 0) context.moveTo(x(strand.from), y(tree.strands[strand.parent]!.row));
    else context.moveTo(x(strand.from), y(strand.row));
    context.lineTo(x(strand.from), y(strand.row));
    context.lineTo(x(strand.until), y(strand.row));
    context.stroke();
    if (strand.parent >= 0 && tree.rows < 120) {
      context.fillStyle = context.strokeStyle;
      context.beginPath();
      context.arc(x(strand.from), y(strand.row), 2.5, 0, 2 * Math.PI);
      context.fill();
    }
  }
  context.globalAlpha = 1;
  const gap = tree.rows < 2 ? Infinity : y(1) - y(0);
  context.textAlign = "left";
  context.textBaseline = "middle";
  let before = -Infinity;
  for (const i of tree.shown) {
    const strand = tree.strands[i]!;
    const wanted = lit?.has(i) === true || strand.parent < 0 || gap >= 11;
    const at = y(strand.row);
    if (!wanted || at - before < 11) continue;
    before = at;
    context.fillStyle = lit?.has(i) === true ? colours.ink : colours.soft;
    context.fillText(nameOf(strand.member), 0, at);
  }
}
