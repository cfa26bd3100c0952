import { describe, expect, it } from "vitest";
import { type Check, recipes, tally, verdictOf, wanted } from "./index.ts";

const check: Check = { claim: "a ratio of two", value: 2.4, reference: 2, tolerance: 0.5, source: "T3.3" };

describe("what becomes of a claim", () => {
  it("is that it holds or not where it is made, and neither elsewhere", () => {
    const missed = { ...check, value: 3 };
    const outside = { ...missed, unclaimed: "for ε > 0.2" };
    expect([check, missed, outside].map(verdictOf)).toEqual(["pass", "fail", "unclaimed"]);
    expect(tally([check, missed, outside])).toEqual({ passed: 1, claimed: 2 });
    expect(wanted(check)).toBe("2 ± 0.5");
    expect(wanted(outside)).toBe("not claimed for ε > 0.2");
  });

  it("keeps its tolerance whatever the parameters: the two clocks claim nothing for ε > 0.2", async () => {
    const recipe = recipes.find(({ name }) => name === "two-clocks")!;
    const at = async (eps: number): Promise<Check> => {
      const { checks } = await recipe.run({ eps }, { quick: true, seed: 1, progress: () => {} });
      return checks.find(({ claim }) => claim.startsWith("Halving ε"))!;
    };
    const [near, far] = [await at(0.2), await at(0.692)];
    expect(verdictOf(near)).toBe("pass");
    expect(verdictOf(far)).toBe("unclaimed");
    expect([near.tolerance, far.tolerance]).toEqual([0.5, 0.5]);
  });
});
