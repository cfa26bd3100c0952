import * as Plot from "@observablehq/plot";
import type { Figure } from "../figure.ts";
import { category, grey } from "../palette.ts";
import { mullerFigure } from "./muller.ts";

export interface SharesData {
  readonly title: string;
  readonly caption: string;
  readonly generation: ArrayLike<number>;
  /** `[G, F]`, rows sum to 1. */
  readonly shares: ArrayLike<number>;
  /** Names of the bands, in order; the last one may be all others. */
  readonly names: readonly string[];
  /** True for the band of all others: it is grey. */
  readonly other: readonly boolean[];
  /** The band drawn with an outline; −1: none. */
  readonly marked?: number;
}

/** Who is winning? Stacked shares of the founders' lineages over generations (a Muller plot). */
export function sharesFigure(data: SharesData): Figure {
  const bands = data.names.length;
  const generations = data.generation.length;
  const rows = data.names.map((name, f) =>
    Array.from({ length: generations }, (_, g) => {
      let below = 0;
      for (let k = 0; k < f; k++) below += data.shares[g * bands + k]!;
      const share = data.shares[g * bands + f]!;
      return { x: data.generation[g]!, y1: 1 - below, y2: 1 - below - share, name };
    }),
  );
  const colour = (f: number): string => (data.other[f] === true ? grey : category(f));
  return mullerFigure(
    data.title,
    data.caption,
    rows.map((band, f) =>
      Plot.areaY(band, {
        x: "x",
        y1: "y1",
        y2: "y2",
        fill: colour(f),
        fillOpacity: data.other[f] === true ? 0.45 : 0.85,
        stroke: data.marked === f ? "#1b1b1b" : "#ffffff",
        strokeWidth: data.marked === f ? 2 : 0.5,
      }),
    ),
    rows.flatMap((band) => band.at(-1) ?? []),
  );
}
