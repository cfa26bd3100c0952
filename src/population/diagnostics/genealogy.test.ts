import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Copy } from "../types.ts";
import { commonAncestor, extendGenealogy, type Genealogy, noGenealogy } from "./genealogy.ts";

const N = 6;
const ids = Array.from({ length: N }, (_, i) => i);

/** Some copies of one slow step: each member at most once replaced, donors may be replaced themselves. */
const step = fc
  .array(fc.record({ member: fc.nat(N - 1), donor: fc.nat(N - 1) }), { maxLength: 4 })
  .map((copies) => {
    const seen = new Set<number>();
    return copies.filter(({ member, donor }): boolean => {
      if (member === donor || seen.has(member)) return false;
      seen.add(member);
      return true;
    });
  });

describe("the genealogy of those alive", () => {
  it("knows the most recent common ancestor that all ancestries, remembered whole, have", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (history) => {
        let genealogy: Genealogy = noGenealogy;
        // Of each member, who its ancestor was at each boundary.
        let ancestries: number[][] = ids.map(() => []);
        for (const [t, copies] of history.entries()) {
          const now = ancestries.map((line, i) => [...line, i]);
          const donors = new Map(copies.map(({ member, donor }: Copy) => [member, donor]));
          ancestries = ids.map((id) => now[donors.get(id) ?? id]!);
          genealogy = extendGenealogy(genealogy, ids, copies, () => t);
          let expected: { member: number; step: number } | null = null;
          for (let s = 0; s <= t; s++) {
            const [first] = ancestries;
            if (ancestries.every((line) => line[s] === first![s])) expected = { member: first![s]!, step: s };
          }
          expect(commonAncestor(genealogy, ids)).toEqual(expected);
          expect(Object.keys(genealogy.nodes).length).toBeLessThan(N);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is not changed by a step in which nobody copies", () => {
    const once = extendGenealogy(noGenealogy, ids, [{ member: 1, donor: 0 }], () => 5);
    expect(extendGenealogy(once, ids, [], () => 6)).toBe(once);
    expect(once).toEqual({ lines: { 0: 0, 1: 0 }, nodes: { 0: [-1, 5, 0] }, next: 1 });
  });
});
