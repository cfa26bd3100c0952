import { describe, expect, it } from "vitest";
import { figureSvg } from "../figures/index.ts";
import { passes, recipes } from "./index.ts";

const quick = { quick: true, seed: 1, progress: () => {} };

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))("lab recipe %s", (_, recipe) => {
  const outcome = recipe.run({}, quick);
  it("meets the references that it names", () => {
    expect(outcome.checks.length).toBeGreaterThan(0);
    const missed = outcome.checks.filter((check) => !passes(check));
    expect(missed).toEqual([]);
  });

  it("draws its figure and fills its table", () => {
    const svg = figureSvg(outcome.figure);
    expect(svg).not.toContain("NaN");
    expect(svg.match(/<(path|circle|rect|line)/g)!.length).toBeGreaterThan(5);
    expect(outcome.table.rows.length).toBeGreaterThan(1);
    for (const row of outcome.table.rows) expect(row).toHaveLength(outcome.table.columns.length);
  });

  it("refuses unknown parameters and values out of range", () => {
    expect(() => recipe.run({ nonsense: 1 }, quick)).toThrow(`${recipe.name}.nonsense: no such parameter`);
    const [name, parameter] = Object.entries(recipe.parameters)[0]!;
    expect(() => recipe.run({ [name]: parameter.high + 1 }, quick)).toThrow(
      `${recipe.name}.${name}: needs a number`,
    );
  });
});
