import { type Figure, treeFigure } from "../../figures/index.ts";
import { colourPlace, nameOf } from "../data/run.ts";
import type { Stretch, Tree } from "./layout.ts";

/** The tree as a figure for paper. */
export const treePaper = (tree: Tree, caption: string, line: readonly Stretch[]): Figure =>
  treeFigure({
    title: "Where did the winner come from?",
    caption,
    by: tree.by,
    strands: tree.shown.map((i) => {
      const strand = tree.strands[i]!;
      return {
        name: nameOf(strand.member),
        row: strand.row,
        from: strand.from,
        until: strand.until,
        parentRow: strand.parent < 0 ? null : tree.strands[strand.parent]!.row,
        colour: colourPlace(strand.founder),
        surviving: strand.surviving,
        ...wonOn(line, i),
      };
    }),
  });

function wonOn(line: readonly Stretch[], strand: number): { readonly wonUntil?: number } {
  const stretch = line.find((one) => one.strand === strand);
  return stretch === undefined ? {} : { wonUntil: stretch.until };
}
