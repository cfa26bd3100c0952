import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category, grey } from "../palette.ts";
import { mullerFigure } from "./muller.ts";
import type { Tree } from "./strands.ts";

/** All that descends from one strand, drawn as a band within the band of the clade that it came from. */
export interface Clade {
  /** Index of its first strand. */
  readonly strand: number;
  readonly member: number;
  readonly founder: number;
  /** Clades around it; 0: a founder's. */
  readonly depth: number;
  /**
   * Its upper and lower edge per generation from the tree's first on, as shares of the population: one line in the generations
   * before its first and after its last, so that bands grow from nothing and leave no gaps; NaN: nobody.
   */
  readonly top: Float64Array;
  readonly bottom: Float64Array;
}

/** Bands that are told apart: more than these would be lines. */
const mostClades = 48;

/**
 * Nested clades of a tree (a Muller plot): a band for each founder, and within it one for each copy whose descendants
 * were at least `least` of the population at some time. Others count to the clade around them.
 * @param tree all strands, with those that died out
 * @param least smallest greatest share of a band, 0 … 1
 * @param order founders in the order of their bands, from the top; the rest follow together, without bands
 */
export function cladesOf(tree: Tree, least: number, order: readonly number[]): readonly Clade[] {
  const { strands, first } = tree;
  const generations = Math.max(1, tree.last - first);
  const alive = new Float64Array(generations);
  const totals = strands.map(() => new Float64Array(generations));
  // Copies come after what they were copied from, so that one pass from the end sums up descendants.
  for (let i = strands.length - 1; i >= 0; i--) {
    const { from, until, parent } = strands[i]!;
    for (let g = from; g < until; g++) {
      totals[i]![g - first]! += 1;
      alive[g - first]! += 1;
    }
    if (parent >= 0) totals[i]!.forEach((n, g) => (totals[parent]![g]! += n));
  }
  const greatest = totals.map((total) =>
    total.reduce((most, n, g) => Math.max(most, n / (alive[g]! || 1)), 0),
  );
  const wanted = new Set(
    [...strands.keys()]
      .filter((i) => strands[i]!.parent >= 0 && greatest[i]! >= least && order.includes(strands[i]!.founder))
      .toSorted((a, b) => greatest[b]! - greatest[a]! || a - b)
      .slice(0, mostClades),
  );
  const roots = order.flatMap((founder) =>
    [...strands.keys()].filter((i) => strands[i]!.parent < 0 && strands[i]!.founder === founder),
  );
  for (const root of roots) wanted.add(root);
  const within = new Map<number, number[]>();
  for (const i of [...wanted].toSorted((a, b) => a - b)) {
    let around = strands[i]!.parent;
    while (around >= 0 && !wanted.has(around)) around = strands[around]!.parent;
    if (around >= 0) within.set(around, [...(within.get(around) ?? []), i]);
  }
  const clades: Clade[] = [];
  /** Puts a clade at an upper edge, its own members half above and half below the clades within. */
  const place = (i: number, depth: number, upper: Float64Array): void => {
    const inner = within.get(i) ?? [];
    const total = totals[i]!;
    const lower = upper.map((top, g) => top + total[g]! / (alive[g]! || 1));
    const { member, founder } = strands[i]!;
    const near = (g: number): boolean => [g - 1, g, g + 1].some((one) => (total[one] ?? 0) > 0);
    const shown = (edge: Float64Array): Float64Array => edge.map((at, g) => (near(g) ? at : Number.NaN));
    clades.push({ strand: i, member, founder, depth, top: shown(upper), bottom: shown(lower) });
    let edge = upper.map((top, g) => {
      const own = total[g]! - inner.reduce((sum, child) => sum + totals[child]![g]!, 0);
      return top + own / 2 / (alive[g]! || 1);
    });
    for (const child of inner) {
      place(child, depth + 1, edge);
      edge = edge.map((top, g) => top + totals[child]![g]! / (alive[g]! || 1));
    }
  };
  let upper = new Float64Array(generations);
  for (const root of roots) {
    place(root, 0, upper);
    upper = upper.map((top, g) => top + totals[root]![g]! / (alive[g]! || 1));
  }
  return clades;
}

export interface CladesData {
  readonly title: string;
  readonly caption: string;
  readonly first: number;
  readonly clades: readonly Clade[];
  readonly nameOf: (member: number) => string;
  /** Place of a founder's colour; −1: grey. */
  readonly colourOf: (founder: number) => number;
}

/** Who is winning? Nested bands: each copy that spread grows out of the middle of what it was copied from. */
export function cladesFigure({ title, caption, first, clades, nameOf, colourOf }: CladesData): Figure {
  const rows = clades.map((clade) =>
    Array.from(clade.top, (top, g) => ({ x: first + g, y1: 1 - top, y2: 1 - clade.bottom[g]! })),
  );
  const rest = restOf(clades, first);
  const ends = clades.flatMap((clade, i) => {
    const last = rows[i]!.at(-1);
    const own = clades.filter(
      ({ depth, top, bottom }, k) =>
        k > i && depth === clade.depth + 1 && top.at(-1)! < bottom.at(-1)! && within(top, clade),
    );
    // A band that clades fill is named by those.
    return last === undefined || own.length > 0 ? [] : [{ ...last, name: nameOf(clade.member) }];
  });
  return mullerFigure(
    title,
    caption,
    [
      ...clades.map(({ founder, depth }, i) => {
        const place = colourOf(founder);
        return Plot.areaY(rows[i]!, {
          x: "x",
          y1: "y1",
          y2: "y2",
          fill: depth % 2 === 1 ? "#ffffff" : place < 0 ? grey : category(place),
          fillOpacity: depth % 2 === 1 ? 0.28 : 0.7,
          stroke: "#ffffff",
          strokeWidth: 0.8,
        });
      }),
      Plot.areaY(rest, { x: "x", y1: "y", y2: () => 0, fill: grey, fillOpacity: 0.45 }),
    ],
    ends,
  );
}

/** Below the founders' bands: all others together. */
function restOf(clades: readonly Clade[], first: number): { readonly x: number; readonly y: number }[] {
  const roots = clades.filter(({ depth }) => depth === 0);
  const rows = Array.from(clades[0]?.top ?? [], (_, g) => {
    const lowest = roots.reduce((low, { bottom }) => (bottom[g]! > low ? bottom[g]! : low), 0);
    return { x: first + g, y: Math.max(0, 1 - lowest) };
  });
  return rows.some(({ y }) => y > 1e-9) ? rows : [];
}

/** Whether a band's upper edge ends within a clade. */
const within = (top: Float64Array, clade: Clade): boolean => {
  const at = top.at(-1)!;
  return at >= clade.top.at(-1)! - 1e-9 && at <= clade.bottom.at(-1)! + 1e-9;
};
