import { describe, expect, it } from "vitest";
import { cladesFigure, cladesOf, column, figureSvg, layOut } from "../index.ts";

/** m0 and m1 begin. After generation 0, m1 copies m0; after generation 1, m2 (a founder too) copies that m1. */
const tree = layOut(
  {
    meta: { first: 0 },
    arrays: Object.fromEntries(
      Object.entries({
        generation: [0, 0, 0, 1, 1, 1, 2, 2, 2],
        member: [0, 1, 2, 0, 1, 2, 0, 1, 2],
        parent: [-1, -1, -1, 0, 0, 2, 3, 4, 4],
        donor: [-1, -1, -1, -1, 0, -1, -1, -1, 1],
        founder: [0, 1, 2, 0, 0, 2, 0, 0, 0],
        surviving: [1, 0, 0, 1, 1, 0, 1, 1, 1],
        value: [5, 6, 7, 4, 4, 6, 3, 3, 3],
      }).map(([name, values]) => [name, column(Int32Array.from(values))]),
    ),
  },
  true,
);

describe("cladesOf", () => {
  const clades = cladesOf(tree, 0.05, [0, 1, 2]);
  const sizes = clades.map(({ top, bottom }) =>
    Array.from(top, (at, g) => Math.round(3 * (bottom[g]! - at))),
  );

  it("gives each clade the share of all that descends from it", () => {
    expect(clades.map(({ member, founder, depth }) => [member, founder, depth])).toEqual([
      [0, 0, 0],
      [1, 0, 1],
      [2, 0, 2],
      [1, 1, 0],
      [2, 2, 0],
    ]);
    expect(sizes[0]).toEqual([1, 2, 3]);
    // Without width in the generation before the first and after the last: a band grows from nothing.
    expect(sizes[1]).toEqual([0, 1, 2]);
    expect(sizes[2]).toEqual([Number.NaN, 0, 1]);
    expect(sizes[3]).toEqual([1, 0, Number.NaN]);
    expect(sizes[4]).toEqual([1, 1, 0]);
  });

  it("puts each clade within the one that it came from, in its middle", () => {
    const [outer, inner] = clades;
    for (const g of [1, 2]) {
      expect(inner!.top[g]! - outer!.top[g]!).toBeCloseTo(outer!.bottom[g]! - inner!.bottom[g]!, 12);
      expect(inner!.top[g]!).toBeGreaterThan(outer!.top[g]!);
    }
  });

  it("leaves no gap between founders' bands, in any generation", () => {
    const roots = clades.filter(({ depth }) => depth === 0);
    for (let g = 0; g < 3; g++) {
      const edges = roots.flatMap(({ top, bottom }) => (Number.isNaN(top[g]) ? [] : [[top[g]!, bottom[g]!]]));
      expect(edges[0]![0]).toBe(0);
      for (let i = 1; i < edges.length; i++) expect(edges[i]![0]).toBeCloseTo(edges[i - 1]![1]!, 12);
      expect(edges.at(-1)![1]).toBeCloseTo(1, 12);
    }
  });

  it("counts clades below the least share to the clade around them, and leaves founders without a place out", () => {
    expect(cladesOf(tree, 0.5, [0, 1, 2]).map(({ member }) => member)).toEqual([0, 1, 1, 2]);
    expect(cladesOf(tree, 0.05, [0]).map(({ founder }) => founder)).toEqual([0, 0, 0]);
  });

  it("is drawn as one area for each clade, named where it ends widely", () => {
    const drawn = (shown: typeof clades): string =>
      figureSvg(
        cladesFigure({
          title: "Who is winning?",
          caption: "m0.",
          first: 0,
          clades: shown,
          nameOf: (member) => `m${member}`,
          colourOf: (founder) => founder,
        }),
      );
    const svg = drawn(clades);
    expect(svg.match(/aria-label="area"/g)).toHaveLength(5);
    // Founders without a place are one grey area below.
    expect(drawn(cladesOf(tree, 0.05, [0])).match(/aria-label="area"/g)).toHaveLength(4);
    expect(svg).toContain(">m2</text>");
    expect(svg).not.toContain("NaN");
  });
});
