import { beforeAll, describe, expect, it } from "vitest";
import { wasm } from "../executors/index.ts";
import { figureSvg } from "../figures/index.ts";
import { passes, proseText, type RecipeOutcome, recipes } from "./index.ts";

const quick = { quick: true, seed: 1, progress: () => {}, executor: wasm };

describe.each(recipes.map((recipe) => [recipe.name, recipe] as const))("lab recipe %s", (_, recipe) => {
  let outcome: RecipeOutcome;
  beforeAll(async () => {
    outcome = await recipe.run({}, quick);
  });

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

  it("names only parameters that there are in its text, and reads complete without them moving", () => {
    const names = recipe.prose.flatMap((text) => [...text.matchAll(/\{(\w*)\}/g)].map(([, name]) => name!));
    expect(names.filter((name) => !Object.hasOwn(recipe.parameters, name))).toEqual([]);
    for (const text of recipe.prose) expect(proseText(recipe, text)).not.toMatch(/[{}]/);
  });

  it("refuses unknown parameters and values out of range", async () => {
    await expect(recipe.run({ nonsense: 1 }, quick)).rejects.toThrow(
      `${recipe.name}.nonsense: no such parameter`,
    );
    const [name, parameter] = Object.entries(recipe.parameters)[0]!;
    await expect(recipe.run({ [name]: parameter.high + 1 }, quick)).rejects.toThrow(
      `${recipe.name}.${name}: needs a number`,
    );
  });
});
