import { chaos } from "./recipes/chaos.ts";
import { epsOrder } from "./recipes/epsOrder.ts";
import type { AnyRecipe } from "./types.ts";

export { defineRecipe, logSlope, passes } from "./recipe.ts";
export type { AnyRecipe, Check, Parameter, Recipe, RecipeOutcome, Run, Table } from "./types.ts";

/** Every figure of the theory, in the order of the index. */
export const recipes: readonly AnyRecipe[] = [chaos, epsOrder];
